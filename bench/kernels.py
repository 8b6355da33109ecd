"""How long a kernel takes to be ready: started, and forked with a spare waiting.

Ready is the first kernel_info reply of a kernel that has pandas and matplotlib.pyplot imported.
Both ways are measured in turns, so that a busy machine slows both alike.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from nianbao.running.provisioner import ForkProvisioner

ROUNDS = 7
SPARE_SECONDS = 1  # for the next spare to be forked
IMPORTS = "import pandas, matplotlib.pyplot"
ANSWER_SECONDS = 60
WAYS = {"started": LocalProvisioner, "forked": ForkProvisioner}


def kernel_seconds(rounds: int = ROUNDS) -> dict[str, float]:
    """Give the median of seconds until a kernel is ready, by way: ``started``, ``forked``.

    Parameters
    ----------
    rounds
        How often each is measured; one more, before, pays for what is loaded once.
    """
    return asyncio.run(_medians(rounds))


async def _medians(rounds: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(1 + rounds):
        for way, provisioner in WAYS.items():
            seconds[way].append(await _ready(provisioner))
            await asyncio.sleep(SPARE_SECONDS)
    return {way: statistics.median(times[1:]) for way, times in seconds.items()}


async def _ready(provisioner: type[LocalProvisioner]) -> float:
    with tempfile.TemporaryDirectory() as name:
        manager = AsyncKernelManager(
            transport="ipc",
            ip=str(Path(name, "s")),
            connection_file=str(Path(name, "kernel.json")),
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        )
        manager.provisioner = provisioner(kernel_spec=manager.kernel_spec, parent=manager)
        start = time.perf_counter()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels(stdin=False, hb=False)
        if provisioner is LocalProvisioner:
            client.execute(IMPORTS, silent=True)
            await client.get_shell_msg(timeout=ANSWER_SECONDS)
        client.kernel_info()
        await client.get_shell_msg(timeout=ANSWER_SECONDS)
        seconds = time.perf_counter() - start
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
    return seconds


def main() -> None:
    """Measure and print."""
    medians = kernel_seconds()
    print(f"kernel ready, {IMPORTS} done (median of {ROUNDS}, in turns)")
    for way, seconds in medians.items():
        print(f"  {way:32} {seconds:8.3f} s   {medians['started'] / seconds:6.2f} x")


if __name__ == "__main__":
    main()
