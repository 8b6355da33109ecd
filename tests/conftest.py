"""What holds for every test."""

import signal

from hypothesis import HealthCheck, Phase, settings

from laws import IS_SOAK

pytest_plugins = ["costs", "sweep", "typefaces"]

# The suite tries the same few examples each time, and does not spend minutes on making one
# smaller; NIANBAO_RANDOM=1 (as `make soak` has it) looks for others, and for more.
# Neither asks how fast the machine is just now; and what fixtures here give, examples may share.
any_machine = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "suite", any_machine, derandomize=True, max_examples=50, phases=set(Phase) - {Phase.shrink}
)
settings.register_profile("random", any_machine)
settings.load_profile("random" if IS_SOAK else "suite")

# A shell starts what it runs in the background with Ctrl-C ignored, nohup with hangups, and a child
# inherits that; a test that stops a child needs one that heeds it.
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
