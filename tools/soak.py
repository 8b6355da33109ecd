#!/usr/bin/env python3
"""`make soak`: kills whatever makes a batch, at random moments, and shows that nothing is lost.

In each round a run is started over a folder of finished reports that are all to be made again, or
over an empty one; the parent, a worker, a template process or a kernel gets SIGKILL; then the
batch is run again. At the end of a round every report must be there, with the same bytes as in an
undisturbed run (but for the manifest), and neither a process nor a folder may be left over.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from uuid import uuid4

import psutil

NIANBAO = Path(sys.executable).with_name("nianbao")
KINDS = ("parent", "worker", "template", "kernel")  # each the child of the one before
MARK = "NIANBAO_SOAK"
NOBODY = "nobody"  # the run had ended
VARIES = {"manifest.json", "batch.json", "index.html"}
PATIENCE = 15  # seconds in which what has lost its parent must have ended
LONGEST = 600  # seconds that a run may take


class Soak:
    """Rounds of killing over one project.

    Parameters
    ----------
    batch
        Its batch file.
    folder
        For what is made; nothing else is in it.
    seed
        Of all that is chosen at random.
    """

    def __init__(self, batch: Path, folder: Path, *, seed: int) -> None:
        self.batch = batch
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        self.mark = uuid4().hex
        self.temp = folder / "t"
        self.temp.mkdir()
        began = time.monotonic()
        require(self._run(folder / "calm").wait(LONGEST) == 0, "the undisturbed run failed")
        self.seconds = time.monotonic() - began
        self.expected = contents(folder / "calm")

    def round(self, number: int, kinds: Sequence[str] = KINDS) -> str:
        """Run one round, and tell which of these kinds was killed."""
        outputs = self.folder / "outputs"
        if number % 3 == 0 and outputs.exists():
            shutil.rmtree(outputs)
        process = self._run(outputs, "--force")
        time.sleep(self.random.uniform(0, self.seconds))
        victim = self._kill(psutil.Process(process.pid), kinds)
        code = process.wait(LONGEST)
        # The parent may have ended first; a killed kernel's report was not made.
        wanted = {0, 3, -9} if victim == "parent" else {0, 3}
        require(code in wanted, f"after the death of a {victim}: exit {code}")
        require(self._run(outputs).wait(LONGEST) == 0, "the run after it failed")
        require(contents(outputs) == self.expected, "other bytes than in the undisturbed run")
        self._require_nothing_left(outputs)
        return victim

    def _run(self, outputs: Path, *options: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [NIANBAO, "run", self.batch, "--workers", "2", "--outputs", outputs, *options],
                env={**os.environ, MARK: self.mark, "TMPDIR": str(self.temp)},
                stdout=log,
                stderr=log,
            )

    def _kill(self, parent: psutil.Process, asked: Sequence[str]) -> str:
        """Kill one of those asked for when there is one, each kind as likely as another."""
        with suppress(psutil.NoSuchProcess):
            while (family := generations(parent))["parent"]:
                if kinds := [kind for kind in asked if family[kind]]:
                    kind = self.random.choice(kinds)
                    self.random.choice(family[kind]).kill()
                    return kind
        return NOBODY

    def _require_nothing_left(self, outputs: Path) -> None:
        end = time.monotonic() + PATIENCE
        while left := [process for process in psutil.process_iter() if self._is_ours(process)]:
            require(time.monotonic() < end, f"left running: {left}")
            time.sleep(0.1)
        own = sorted(path.name for path in (outputs / ".nianbao").iterdir())
        require(own == ["lock", "run"], f"left in the outputs: {own}")

    def finish(self) -> None:
        """Run once more: its kernels sweep what the killed ones left in the temporary folder."""
        require(
            self._run(self.folder / "calm", "--force").wait(LONGEST) == 0, "the last run failed"
        )
        require(contents(self.folder / "calm") == self.expected, "other bytes in the last run")
        folders = [path.name for path in self.temp.iterdir()]
        require(not folders, f"left in the temporary folder: {folders}")

    def _is_ours(self, process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return process.environ().get(MARK) == self.mark
        return False


def generations(parent: psutil.Process) -> dict[str, list[psutil.Process]]:
    """Give the processes of a run by what they are."""
    found = {KINDS[0]: [] if parent.status() == psutil.STATUS_ZOMBIE else [parent]}
    for kind, above in zip(KINDS[1:], KINDS, strict=False):
        found[kind] = [child for process in found[above] for child in living_children(process)]
    return found


def living_children(process: psutil.Process) -> list[psutil.Process]:
    """Give the children of a process, but for Python's own tracker of its resources."""
    with suppress(psutil.NoSuchProcess):
        return [c for c in process.children() if "resource_tracker" not in " ".join(c.cmdline())]
    return []


def contents(outputs: Path) -> dict[str, bytes]:
    """Give all files of the reports that must be the same in each run."""
    return {
        path.relative_to(outputs).as_posix(): path.read_bytes()
        for path in outputs.rglob("*")
        if path.is_file() and path.name not in VARIES and ".nianbao" not in path.parts
    }


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - a condition
    """End with a message unless something holds."""
    if not holds:
        sys.exit(f"soak: {otherwise}")


def main() -> None:
    """Soak a demo district."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--agencies", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))  # noqa: S311
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        demo = [NIANBAO, "demo", folder / "d", "--agencies", str(asked.agencies)]
        subprocess.run([*demo, "--years", "2021-2022"], check=True, stdout=subprocess.DEVNULL)
        (folder / "work").mkdir()
        soak = Soak(folder / "d/params/batch.yaml", folder / "work", seed=asked.seed)
        print(f"{len(soak.expected)} files in {soak.seconds:.1f} s undisturbed")
        victims: list[str] = []
        for number in count():
            if (victim := soak.round(number)) != NOBODY:
                victims.append(victim)
                print(f"round {len(victims)}: killed a {victim}; all whole", flush=True)
            if len(victims) == asked.rounds:
                break
        soak.finish()


if __name__ == "__main__":
    main()
