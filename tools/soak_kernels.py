"""Start kernel after kernel on `nianbao-fork`, and see that nothing is left of them.

Usage: soak_kernels.py [NUMBER]. Exits with 1 where a process, an open file or a folder is left, or
where a kernel did not do what it was told.
"""

import asyncio
import gc
import sys
import tempfile
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from nianbao.running import template
from nianbao.running.provisioner import ForkProvisioner

NUMBER = 500
AT_ONCE = 10
ANSWER_SECONDS = 120
GONE_SECONDS = 20


async def one_kernel(folder: Path) -> int:
    """Start a kernel, run a cell, end it; give its process."""
    manager = AsyncKernelManager(
        transport="ipc",
        ip=str(folder / "s"),
        connection_file=str(folder / "kernel.json"),
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
    )
    manager.provisioner = ForkProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
    await manager.start_kernel()
    pid = manager.provisioner.pid
    client = manager.client()
    client.start_channels()
    client.execute("import os; assert os.getpid() == " + str(pid))
    reply = await client.get_shell_msg(timeout=ANSWER_SECONDS)
    if reply["content"]["status"] != "ok":
        raise SystemExit(f"kernel {pid}: {reply['content']}")
    client.stop_channels()
    await manager.shutdown_kernel(now=pid % 2 == 0)
    return pid


async def some_kernels(folder: Path, number: int) -> set[int]:
    """Run so many at once, each in a folder of its own below `folder`."""
    folders = [folder / str(index) for index in range(number)]
    for each in folders:
        each.mkdir(exist_ok=True)
    pids = await asyncio.gather(*map(one_kernel, folders))
    if left := [path for each in folders for path in each.iterdir()]:
        raise SystemExit(f"left in the folders: {left}")
    return set(pids)


async def soak(folder: Path, number: int) -> set[int]:
    """Run them all, ten at once; give their processes, and print what this one holds."""
    me, pids = psutil.Process(), set()
    while len(pids) < number:
        pids |= await some_kernels(folder, min(AT_ONCE, number - len(pids)))
        if len(pids) % 50 == 0:
            gc.collect()
            print(f"{len(pids)} kernels: {me.num_fds()} files, {me.num_threads()} threads")
    return pids


def main(number: int) -> None:
    """Soak, then count."""
    me = psutil.Process()
    with tempfile.TemporaryDirectory(prefix="k") as name:
        asyncio.run(some_kernels(Path(name), AT_ONCE))
        gc.collect()
        files = me.num_fds()
        parts = [child.num_fds() for child in me.children()]
        pids = asyncio.run(soak(Path(name), number))
        gc.collect()
        after = [child.num_fds() for child in me.children()]
        if me.num_fds() > files or after > parts:
            raise SystemExit(f"open files: {files} {parts}, then {me.num_fds()} {after}")
    ours = me.children(recursive=True)
    if left := pids & {process.pid for process in ours}:
        raise SystemExit(f"kernels left: {left}")
    template.close()
    if alive := psutil.wait_procs(ours, timeout=GONE_SECONDS)[1]:
        raise SystemExit(f"processes left: {alive}")
    print(f"{number} kernels, nothing left")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
