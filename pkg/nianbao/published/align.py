"""Which run of values is which row of the form: the form's order and likeness of labels decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.published.runs import Run
from nianbao.published.wording import likeness, words

CERTAIN = 0.6
FORCED = 0.3  # where a row can be no other one, by its place between two that are certain
NEAR = 3  # pieces of text before and after that may be parts of a label


@dataclass(frozen=True, slots=True)
class Match:
    """A run that was found to be a row, by its number, and how like its label is."""

    run: Run
    row: int
    score: float


def score(run: Run, label: str) -> float:
    """Tell from 0 to 1 how well a run fits a row with this label."""
    before, after = run.before[-NEAR:], run.after[:NEAR]
    best = max(likeness(run.own, label), 0.97 * likeness(run.beside, label))
    if best == 1:
        return best
    joined = ["".join(before), "".join(before[-2:]), "".join(before[-1:])]
    around = ["".join([*before[-n:], *after[:m]]) for n in range(NEAR + 1) for m in range(1, NEAR)]
    texts = {text for text in (*joined, *around) if words(text)}
    return max(best, *(0.9 * likeness(text, label) for text in texts), 0.0)


def align(runs: Sequence[Run], labels: Sequence[str]) -> list[Match]:
    """Give which runs are which rows, in the order of the form, as like as possible in all."""
    scores = [[score(run, label) for label in labels] for run in runs]
    best = [[0.0] * (len(labels) + 1) for _ in range(len(runs) + 1)]
    for i in range(len(runs) - 1, -1, -1):
        for j in range(len(labels) - 1, -1, -1):
            here = _worth(scores[i][j]) + best[i + 1][j + 1]
            best[i][j] = max(here, best[i + 1][j], best[i][j + 1])
    matches, i, j = [], 0, 0
    while i < len(runs) and j < len(labels):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            matches.append(Match(runs[i], j, scores[i][j]))
            i, j = i + 1, j + 1
    return _certain(matches, runs)


def _worth(value: float) -> float:
    return value if value >= FORCED else 0.0


def _certain(matches: list[Match], runs: Sequence[Run]) -> list[Match]:
    """Keep what is certain by its label, or by its place between two neighbours that are."""
    places = {id(run): number for number, run in enumerate(runs)}
    sure = {(places[id(m.run)], m.row) for m in matches if m.score >= CERTAIN}
    return [m for m in matches if m.score >= CERTAIN or _is_forced(places[id(m.run)], m.row, sure)]


def _is_forced(place: int, row: int, sure: set[tuple[int, int]]) -> bool:
    before = max((s for s in sure if s[0] < place), default=None)
    after = min((s for s in sure if s[0] > place), default=None)
    if before is None or after is None:
        return False
    return place - before[0] == row - before[1] and after[0] - place == after[1] - row
