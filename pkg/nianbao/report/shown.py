"""Several blocks shown by one notebook cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.report.blocks import Block


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks in order; a cell that ends in it shows each."""

    blocks: tuple[Block, ...]

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - exporters need no IPython

        for block in self.blocks:  # raw: no formatter has anything to add to a block's own bundle
            display(block._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]
