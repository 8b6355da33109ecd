"""Reads many files at once, so that a bad one ends nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from nianbao.batch.executors import LocalWorkers, WorkerDied, WorkerStuck
from nianbao.batch.machine import cores
from nianbao.collecting.inbox import Item
from nianbao.collecting.owners import Owners
from nianbao.collecting.reading import Look, look, ready
from nianbao.errors import NianbaoError, PublishedError
from nianbao.filing.register import Agency

PATIENCE = 150.0  # seconds for one file; LibreOffice alone may take 120
FEW = 6  # files that are no work for several processes

Result = Look | NianbaoError
Progress = Callable[[int], Callable[[], object]]


def read_all(
    items: Sequence[Item],
    owners: Owners,
    taken: Mapping[Item, Agency],
    *,
    workers: int | None,
    progress: Progress,
) -> Iterator[Result]:
    """Yield what each file is, in order.

    Parameters
    ----------
    taken
        To whom a person gave a file.
    workers
        How many processes; None for as many as there are cores.
    progress
        Is told how many files there are, and gives what is called when one is read.
    """
    told = progress(len(items))
    count = min(workers or cores(), len(items)) if len(items) > FEW else 1
    if count == 1:
        for item in items:
            yield look(item, owners, taken.get(item))
            told()
        return
    with LocalWorkers(count, patience=PATIENCE, ready=ready) as executor:
        futures = [executor.submit(look, item, owners, taken.get(item)) for item in items]
        for item, future in zip(items, futures, strict=True):
            try:
                yield future.result()
            except WorkerDied as error:
                yield _broke_off(item, str(error))
            except WorkerStuck:
                yield _broke_off(item, f"超过 {PATIENCE:.0f} 秒")
            told()


def _broke_off(item: Item, found: str) -> PublishedError:
    hint = "用 WPS 或 Word 打开，另存为 docx，再收一次"
    return PublishedError("读这个文件时中断了", where=item.shown, found=found, hint=hint)
