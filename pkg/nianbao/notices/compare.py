"""What became of a notice's lines in the next version: corrected, still there, new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nianbao.notices.lines import Line

Likeness = Callable[[Line, Line], int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every line of before is corrected or still there; every line of now is still there or new.

    Attributes
    ----------
    fixed
        Lines of before that are gone.
    still
        Pairs: the line as it was, and as it is.
    added
        Lines of now that were not there.
    """

    fixed: tuple[Line, ...]
    still: tuple[tuple[Line, Line], ...]
    added: tuple[Line, ...]

    @property
    def before(self) -> int:
        """How many lines there were."""
        return len(self.fixed) + len(self.still)

    @property
    def changed(self) -> tuple[Line, ...]:
        """Lines of now that are still there, but with other numbers or figures."""
        return tuple(now for was, now in self.still if _value(was) != _value(now))

    @property
    def is_same(self) -> bool:
        """Nothing is gone, nothing is new, and the numbers are as they were."""
        return not (self.fixed or self.added or self.changed)


def compare(before: Sequence[Line], now: Sequence[Line]) -> Comparison:
    """Hold the lines of two versions against each other; each is paired once at most.

    Lines of one check are the same where they are about the same figures and say the same, or
    about the same figures; else where they share figures, say the same sentence, or share cells:
    in this order, and the more they share the sooner.
    """
    pairs: dict[int, int] = {}  # the place of a line of now: that of the line before
    for likeness in _LIKENESSES:
        for _, new, old in sorted(_candidates(before, now, likeness)):
            if new not in pairs and old not in pairs.values():
                pairs[new] = old
    taken = set(pairs.values())
    return Comparison(
        fixed=tuple(line for n, line in enumerate(before) if n not in taken),
        still=tuple((before[pairs[n]], line) for n, line in enumerate(now) if n in pairs),
        added=tuple(line for n, line in enumerate(now) if n not in pairs),
    )


def _candidates(
    before: Sequence[Line], now: Sequence[Line], likeness: Likeness
) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of one check that are alike: how much, negative, then the two places."""
    for new, line in enumerate(now):
        for old, other in enumerate(before):
            if line.check == other.check and (alike := likeness(other, line)):
                yield -alike, new, old


def _same_words(was: Line, now: Line) -> int:
    return int(set(was.refs) == set(now.refs) and was.message == now.message)


def _same_figures(was: Line, now: Line) -> int:
    return int(bool(was.refs) and set(was.refs) == set(now.refs))


def _common_figures(was: Line, now: Line) -> int:
    return len(set(was.refs) & set(now.refs))


def _common_cells(was: Line, now: Line) -> int:
    return len(set(was.cells) & set(now.cells))


_LIKENESSES = (_same_words, _same_figures, _common_figures, _common_cells)


def _value(line: Line) -> tuple[object, ...]:
    """Give what may differ in a line that is still there; cells move when rows are put in."""
    return set(line.refs), line.found, line.expected
