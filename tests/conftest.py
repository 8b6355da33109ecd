"""What holds for every test."""

import signal

# A shell starts what it runs in the background with Ctrl-C ignored, and a child inherits that; a
# test that interrupts a child needs one that heeds it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
