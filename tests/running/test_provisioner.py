"""What kernels must pass, on kernels that are forked: as themselves, and beside started ones."""

import asyncio
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbformat.v4 import new_code_cell, new_notebook

from nianbao.running import template
from nianbao.running.process import ForkedProcess
from nianbao.running.provisioner import order_of
from runs import PATIENCE, until

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(not template.CAN_FORK, reason="kernels are not forked here"),
]

PYTHON = [sys.executable, "-m", "ipykernel_launcher", "-f", "kernel.json"]
ANSWER_SECONDS = PATIENCE
GONE_SECONDS = PATIENCE


class Kernel:
    """A kernel as a Jupyter program has it, and what it says."""

    def __init__(self, loop: asyncio.Runner, options=(), config=None) -> None:
        self.loop = loop
        self.folder = Path(tempfile.mkdtemp(prefix="k", dir="/tmp"))
        spec = self.folder / "kernels" / "forked"
        spec.mkdir(parents=True)
        command = [sys.executable, *options, *PYTHON[1:4], "{connection_file}"]
        provisioner = {"provisioner_name": "nianbao-fork", "config": config or {}}
        metadata = {"kernel_provisioner": provisioner}
        about = {"argv": command, "display_name": "forked", "language": "python"}
        (spec / "kernel.json").write_text(json.dumps(about | {"metadata": metadata}))
        self.manager = AsyncKernelManager(
            transport="ipc",
            ip=str(self.folder / "s"),
            connection_file=str(self.folder / "kernel.json"),
            kernel_name="forked",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(spec.parent)]),
        )
        self.client = None

    async def start(self, *arguments: str, **options) -> None:
        await self.manager.start_kernel(extra_arguments=list(arguments), **options)
        self.client = self.manager.client()
        self.client.start_channels()
        await self.answer()

    async def answer(self) -> None:
        """Wait until what the kernel publishes arrives: of this request, not of one before."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                request = self.client.kernel_info()
                with suppress(Empty):
                    while True:
                        message = await self.client.get_iopub_msg(timeout=1)
                        if message["parent_header"].get("msg_id") == request:
                            return

    @property
    def process(self):
        return self.manager.provisioner.process

    def run(self, code: str) -> str:
        return self.loop.run(self.hear(code))

    async def hear(self, code: str) -> str:
        """What a cell printed and showed; for one that failed, the name of the error."""
        said = []

        def take(message):
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    said.append(content["text"])
                case "execute_result" | "display_data":
                    said.append(" ".join(sorted(content["data"])))
                    said.append(content["data"]["text/plain"])
                case "error":
                    said.append(content["ename"])

        await self.client.execute_interactive(
            code, output_hook=take, timeout=ANSWER_SECONDS, allow_stdin=False
        )
        return "".join(said)

    async def end(self) -> None:
        if self.client is not None:
            self.client.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        await self.manager.cleanup_resources()
        shutil.rmtree(self.folder)


@pytest.fixture
def loop():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def start(loop):
    """Start a kernel whose spec names the provisioner."""
    kernels, others = [], []

    def start(*arguments, options=(), config=None, **popen):
        others.extend([options, config, popen.get("env")])
        kernels.append(Kernel(loop, options, config))
        # ipykernel does without some things where it sees that it is tested
        usual = {key: os.environ[key] for key in os.environ if key != "PYTEST_CURRENT_TEST"}
        popen.setdefault("env", usual)
        loop.run(kernels[-1].start(*arguments, **popen))
        return kernels[-1]

    yield start
    for kernel in kernels:
        loop.run(kernel.end())
    if any(others):  # a process has but so many templates
        template.close()


def is_gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def template_of(kernel: Kernel) -> psutil.Process:
    return psutil.Process(kernel.process.pid).parent()


def test_a_kernel_is_forked_and_has_everything_imported(start):
    kernel = start()
    assert isinstance(kernel.process, ForkedProcess)
    loaded = (
        "import sys; print({'pandas', 'matplotlib.pyplot', 'nianbao.report'} <= {*sys.modules})"
    )
    assert kernel.run(loaded) == "True\n"
    assert psutil.Process(kernel.process.pid).name() == "nianbao-kernel"
    assert template_of(kernel).ppid() == os.getpid()


def test_an_interrupt_stops_a_cell_and_not_the_kernel(start, loop, tmp_path):
    kernel = start()
    begun = tmp_path / "begun"
    code = f"import time; print('x'); open({str(begun)!r}, 'w').close(); time.sleep(600)"

    async def interrupted():
        cell = asyncio.ensure_future(kernel.hear(code))
        await asyncio.to_thread(until, begun.exists)
        await kernel.manager.interrupt_kernel()
        return await cell

    assert loop.run(interrupted()) == "x\nKeyboardInterrupt"
    assert kernel.run("print('on')") == "on\n"


@pytest.mark.parametrize("now", [True, False])
def test_a_restarted_kernel_is_a_new_one_that_the_old_client_reaches(start, loop, now):
    kernel = start()
    kernel.run("x = 1")
    first = kernel.process.pid
    loop.run(kernel.manager.restart_kernel(now=now))
    loop.run(kernel.answer())
    assert kernel.run("x") == "NameError"
    assert kernel.process.pid != first
    assert is_gone(first)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import os; os._exit(7)", 7),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
    ],
)
def test_a_death_is_told_as_it_was(start, loop, code, status):
    kernel = start()
    kernel.client.execute(code)
    assert kernel.process.wait(timeout=GONE_SECONDS) == status
    assert loop.run(kernel.manager.is_alive()) is False


def test_a_kernel_that_is_asked_to_end_ends_well(start, loop):
    kernel = start()
    process = kernel.process
    kernel.run("import atexit, os; atexit.register(lambda: os.write(2, b'farewell'))")
    loop.run(kernel.manager.shutdown_kernel())
    assert process.returncode == 0


def test_nobody_answers_input(start):
    assert start().run("input()") == "StdinNotImplementedError"


FACTS = """
import gc, json, locale, logging, os, signal, socket, sys, warnings
import ctypes
import matplotlib.pyplot, numpy, pandas
def files():
    return [int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/dev/fd/{name}")]
def kind(file):
    try:
        with socket.socket(fileno=os.dup(file)) as there:
            return there.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
    except OSError:
        return None
def blas_threads():
    lines = open("/proc/self/maps").read().splitlines()
    library = ctypes.CDLL(next(line.split()[-1] for line in lines if "openblas" in line))
    return library.scipy_openblas_get_num_threads64_()
facts = {
    "environ": {k: v for k, v in os.environ.items() if k not in {"JPY_PARENT_PID", "LINES"}},
    "cwd": os.getcwd(),
    "umask": os.umask(0o22),
    "path": sys.path,
    "arguments": [sys.argv[0], *sys.argv[3:]],
    "flags": repr(sys.flags),
    "executable": [sys.executable, sys.prefix],
    "encodings": [sys.getfilesystemencoding(), locale.getencoding(), sys.stdout.encoding],
    "locale": locale.setlocale(locale.LC_ALL),
    "main": sorted(vars(sys.modules["__main__"])),
    "signals": {str(n): repr(signal.getsignal(n)) for n in (1, 2, 10, 13, 15, 17)},
    "masked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "group": os.getpgid(0) == os.getsid(0) == os.getpid(),
    "backend": matplotlib.get_backend(),
    "settings": repr(sorted(matplotlib.rcParams.items(), key=str)),
    "default fonts": {k: v for k, v in matplotlib.rcParamsDefault.items() if "font" in k},
    "font in place of a missing one": matplotlib.font_manager.fontManager.defaultFamily,
    "level of matplotlib": logging.getLogger("matplotlib").level,
    "interactive": matplotlib.is_interactive(),
    "warnings": sorted({repr(f) for f in warnings.filters}),
    "handlers": [repr(type(h)) for h in logging.getLogger().handlers],
    "level": logging.getLogger().level,
    "timeout": socket.getdefaulttimeout(),
    "collector": [gc.isenabled(), gc.get_threshold()],
    "recursion": sys.getrecursionlimit(),
    "limits": __import__("resource").getrlimit(7),
    "input": os.read(0, 1).decode(),
    "hash": hash("年报"),
    "null": numpy.geterr(),
    "options": pandas.get_option("display.max_rows"),
    "blas": blas_threads(),
    "sockets of the template": [file for file in files() if kind(file) == socket.SOCK_SEQPACKET],
}
print(json.dumps(facts, sort_keys=True, indent=0, default=str))
"""


def test_a_forked_kernel_is_what_a_started_one_is(start, monkeypatch, tmp_path):
    environment = {"A": "1", "中": "文", "PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai"}
    names = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    before = os.umask(0o027)
    try:
        kernels = [start(env=environment | names, cwd=str(tmp_path))]
        monkeypatch.setattr("nianbao.running.provisioner.CAN_FORK", False)
        kernels.append(start(env=environment | names, cwd=str(tmp_path)))
    finally:
        os.umask(before)
    assert [isinstance(kernel.process, ForkedProcess) for kernel in kernels] == [True, False]
    forked, started = (kernel.run(FACTS).splitlines() for kernel in kernels)
    assert forked == started
    assert f'"cwd": "{tmp_path}",' in forked


def test_what_it_prints_to_its_own_stderr_goes_to_the_given_file(start, tmp_path):
    with (tmp_path / "log").open("wb") as log:
        kernel = start(stdout=log, stderr=subprocess.STDOUT)
    kernel.client.execute("import os; os.write(2, b'caught'); os._exit(1)")
    kernel.process.wait(timeout=GONE_SECONDS)
    kernel = start(stdout=subprocess.DEVNULL)
    assert kernel.run("print('heard')") == "heard\n"


def test_randomness_is_each_kernels_own(start):
    code = "import random, numpy; print(random.random(), numpy.random.rand())"
    first, second = start().run(code).split(), start().run(code).split()
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_a_hash_seed_is_kept(start):
    code = "print(hash('年报'))"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    cold = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert start(env=environment).run(code) == cold.stdout


WORKS = {
    "print(__import__('sys').argv[1:2])": "['-f']\n",
    "print(__name__)": "__main__\n",
    "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')": "awaited\n",
    "import subprocess\nprint(subprocess.check_output(['echo', 'a']))": "b'a\\n'\n",
    "!echo shell": "shell\r\n",
    "%%bash\necho cell": "cell\n",
    "import os, time\n_ = os.write(1, b'raw\\n')\ntime.sleep(2)": "raw\n",
    "import threading\nt = threading.Thread(target=lambda: print('t'))\nt.start()\nt.join()": "t\n",
    "import multiprocessing as m\nm.get_context('fork').Pool(2).map(abs, [-1, -2]) == [1, 2]": (
        "text/plainTrue"
    ),
    "import concurrent.futures as c\nprint(list(c.ThreadPoolExecutor(2).map(abs, [-1])))": "[1]\n",
    "import sqlite3\nprint(sqlite3.connect(':memory:').execute('select 1').fetchone())": "(1,)\n",
    "import numpy\nprint(numpy.linalg.svd(numpy.eye(200))[1].sum())": "200.0\n",
    "import pandas\npandas.DataFrame({'a': [1]})": "text/html text/plain   ",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])": "image/png text/plain<Figure",
    "%config InlineBackend.figure_format = 'svg'\n_ = plt.plot([1, 2])": "image/svg+xml text/plain",
    "import gc, sys\nprint(gc.isenabled(), sys.getswitchinterval())": "True 0.005\n",
    "import signal\nprint(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)": "True\n",
}


def test_what_people_do_in_kernels_works(start):
    kernel = start()
    for code, shown in WORKS.items():
        said = kernel.run(code)
        assert said.startswith(shown), (code, said)


def test_arguments_of_the_kernel_are_heeded(start):
    kernel = start("--HistoryManager.enabled=False", "--InteractiveShell.cache_size=11")
    code = "ip = get_ipython(); print(ip.history_manager.enabled, ip.cache_size)"
    assert kernel.run(code) == "False 11\n"
    assert isinstance(kernel.process, ForkedProcess)


def test_memory_can_be_limited(start):
    kernel = start(config={"memory_limit": 700})
    assert kernel.run("x = bytearray(900 << 20)") == "MemoryError"
    assert kernel.run("import numpy; numpy.ones(900 << 17)").endswith("MemoryError")
    assert kernel.run("print(len(bytearray(100 << 20)))") == f"{100 << 20}\n"


@pytest.mark.soak
def test_forty_at_once_are_forty_kernels(start, loop):
    start()
    kernels = [Kernel(loop) for _ in range(40)]

    async def together(asked):
        return await asyncio.gather(*asked)

    loop.run(together(kernel.start() for kernel in kernels))
    said = loop.run(together(kernel.hear("import os; print(os.getpid())") for kernel in kernels))
    assert {int(pid) for pid in said} == {kernel.process.pid for kernel in kernels}
    assert len(set(said)) == 40
    assert all(isinstance(kernel.process, ForkedProcess) for kernel in kernels)
    loop.run(together(kernel.end() for kernel in kernels))


def test_each_thread_may_have_its_own_loop(start):
    start()
    said = []

    def work():
        with asyncio.Runner() as loop:
            kernel = Kernel(loop)
            loop.run(kernel.start())
            said.append(kernel.run("print('heard')"))
            loop.run(kernel.end())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["heard\n"] * 3


@pytest.fixture
def owner(tmp_path):
    """Another process that has a kernel, and tells its process and the template's."""
    script = tmp_path / "owner.py"
    script.write_text(
        "import asyncio, os, psutil, sys\n"
        "from jupyter_client.manager import AsyncKernelManager\n"
        "os.environ['JUPYTER_DEFAULT_PROVISIONER_NAME'] = 'nianbao-fork'\n"
        "async def main():\n"
        "    manager = AsyncKernelManager(transport='ipc', ip=sys.argv[1] + '/s')\n"
        "    await manager.start_kernel()\n"
        "    pid = manager.provisioner.process.pid\n"
        "    template = psutil.Process(pid).parent()\n"
        "    while len(template.children()) < 2:\n"
        "        await asyncio.sleep(0.05)\n"
        "    print(template.pid, *[child.pid for child in template.children()], flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    folder = tempfile.mkdtemp(prefix="k", dir="/tmp")
    process = subprocess.Popen(
        [sys.executable, script, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()
    shutil.rmtree(folder)


def test_an_owner_that_is_killed_leaves_no_process(owner):
    pids = [int(pid) for pid in owner.stdout.readline().split()]
    assert len(pids) == 3  # template, kernel, spare
    owner.kill()
    until(lambda: all(is_gone(pid) for pid in pids))


def test_an_owner_that_was_forked_leaves_its_parents_kernels_alone(start):
    kernel = start()
    pid = os.fork()
    if pid == 0:
        template.close()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert kernel.run("print('on')") == "on\n"


def test_a_killed_template_takes_its_kernels_along_and_the_next_start_makes_another(start, loop):
    kernel = start()
    kernel.run("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)")
    old, started = template_of(kernel), psutil.Process(kernel.process.pid).children()
    old.kill()
    assert kernel.process.wait(timeout=GONE_SECONDS) == -signal.SIGKILL
    until(lambda: all(is_gone(pid) for pid in (kernel.process.pid, started[0].pid)))
    assert loop.run(kernel.manager.is_alive()) is False
    other = start()
    assert template_of(other).pid != old.pid
    assert other.run("print('on')") == "on\n"


def test_a_template_that_was_just_killed_is_replaced_at_once(start):
    kernel = start()
    for _ in range(2):
        template_of(kernel).kill()
        kernel = start()
        assert isinstance(kernel.process, ForkedProcess)
        assert kernel.run("print('on')") == "on\n"


def test_a_template_that_was_stopped_costs_one_wait_and_is_replaced(start, monkeypatch):
    old = template_of(start())
    monkeypatch.setattr("nianbao.running.provisioner.FORK_SECONDS", 0.5)
    old.suspend()
    kernel = start()
    assert isinstance(kernel.process, ForkedProcess)
    assert template_of(kernel).pid != old.pid
    assert is_gone(old.pid)


def test_a_killed_spare_is_not_missed(start):
    kernel = start()
    until(lambda: len(template_of(kernel).children()) > 1)
    spares = [child for child in template_of(kernel).children() if child.name() == "nianbao-fork"]
    for spare in spares:
        spare.kill()
    assert len(spares) == 1
    assert isinstance(start().process, ForkedProcess)


def test_close_ends_template_and_kernels_and_may_be_called_twice(start):
    kernel = start()
    pids = [template_of(kernel).pid, kernel.process.pid]
    template.close()
    template.close()
    until(lambda: all(is_gone(pid) for pid in pids))
    assert kernel.process.wait(timeout=GONE_SECONDS) == -signal.SIGKILL


def templates() -> list[int]:
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # an ended one, too
            found += [process.pid] if "zygote.py" in " ".join(process.cmdline()) else []
    return found


def test_warm_starts_the_one_template_that_reports_are_run_from(runner):
    template.close()
    template.warm()
    template.warm()
    (pid,) = templates()
    runner.run("1")
    assert templates() == [pid]
    template.close()
    assert is_gone(pid)


def test_a_template_that_does_not_start_is_a_cold_start(start, monkeypatch, tmp_path):
    broken = tmp_path / "zygote.py"
    broken.write_text("raise SystemExit('broken')")
    monkeypatch.setattr(template, "ZYGOTE", broken)
    template.close()
    assert not isinstance(start().process, ForkedProcess)
    assert start().run("print('on')") == "on\n"
    template.close()


def test_modules_that_start_threads_are_a_cold_start(start, tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=[600], daemon=True).start()"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    kernel = start(env=environment, config={"preload": ["threaded"]})
    assert not isinstance(kernel.process, ForkedProcess)


def test_a_module_that_cannot_be_imported_is_passed_over(start):
    kernel = start(config={"preload": ["no.such.module", "wave"]})
    assert isinstance(kernel.process, ForkedProcess)
    assert kernel.run("import sys; print('wave' in sys.modules)") == "True\n"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (["R", "--slave", "-e", "IRkernel::main()"], {}),
        ([os.path.realpath(sys.executable), *PYTHON[1:]], {}),  # not of this environment
        (["/no/such/python", *PYTHON[1:]], {}),
        ([sys.executable, "-m", "xeus_python", "-f", "kernel.json"], {}),
        ([sys.executable, "-c", "0", *PYTHON[1:]], {}),
        ([sys.executable, "-X", "dev", *PYTHON[1:]], {}),
        (PYTHON, {"independent": True}),
        (PYTHON, {"stdout": subprocess.PIPE}),
        (PYTHON, {"preexec_fn": print}),
        (PYTHON, {"cwd": "/no/such/folder"}),
    ],
)
def test_what_cannot_be_forked_is_started(command, options):
    assert order_of(command, {"env": {}, **options}) is None


@pytest.mark.parametrize("option", ["-Xfrozen_modules=off", "-B", "-sE", "-Werror"])
def test_options_of_the_interpreter_are_handed_on(option):
    order = order_of([sys.executable, option, *PYTHON[1:]], {"env": {}})
    assert order.interpreter == (sys.executable, option)
    assert order.arguments == ("-f", "kernel.json")


def test_a_kernel_with_options_of_the_interpreter_is_forked(start):
    kernel = start(options=["-Xutf8=0"])
    assert isinstance(kernel.process, ForkedProcess)
    assert kernel.run("import sys; print(sys.flags.utf8_mode)") == "0\n"


def test_an_environment_too_large_for_a_message_is_a_cold_start(start):
    kernel = start(env={**os.environ, "LARGE": "x" * 100_000, "LARGER": "x" * 120_000})
    assert not isinstance(kernel.process, ForkedProcess)
    assert kernel.run("import os; print(len(os.environ['LARGER']))") == "120000\n"


@pytest.mark.parametrize("tool", ["jupyter-execute", "papermill"])
def test_any_jupyter_program_runs_a_notebook_on_it(tool, tmp_path):
    code = "import os; print(open(f'/proc/{os.getppid()}/comm').read())"
    path, out = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    nb = new_notebook(cells=[new_code_cell(code)], metadata={"kernelspec": kernel})
    nbformat.write(nb, path)
    arguments = {
        "jupyter-execute": [path, "--output", out],
        "papermill": [path, out],
    }[tool]
    subprocess.run(
        [Path(sys.executable).with_name(tool), *arguments],
        env={**os.environ, "JUPYTER_DEFAULT_PROVISIONER_NAME": "nianbao-fork"},
        check=True,
        capture_output=True,
    )
    done = nbformat.read(out, as_version=4)
    assert done.cells[0].outputs[0].text.strip() == "nianbao-fork"


def test_nothing_is_left_after_many(start, loop):
    start()  # the template, and all that is opened once
    me = psutil.Process()
    files, threads = me.num_fds(), me.num_threads()
    pids = []
    for _ in range(8):
        kernel = Kernel(loop)
        loop.run(kernel.start())
        pids.append(kernel.process.pid)
        loop.run(kernel.end())
        assert not kernel.folder.exists()
        del kernel
    gc.collect()
    assert all(is_gone(pid) for pid in pids)
    assert (me.num_fds(), me.num_threads()) <= (files, threads)
