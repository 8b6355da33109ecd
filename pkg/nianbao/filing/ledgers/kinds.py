"""The ledgers (台账) that an office may hand in, as data: their columns, and their words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from nianbao.filing.labels import normalise
from nianbao.forms import Form, Row

Kind = Literal["text", "date", "choice", "flag", "money"]
Choices = Literal["words", "form-columns", "form-rows", "cases"]

BOOK = "台账"
"""How a file is called that holds several ledgers, each on a sheet of its own."""

_REFERENCES = frozenset({"application"})  # numbers of other ledgers

DEEPEST_OUTCOME = (
    2  # headings of an outcome by itself: part and outcome; a reason has its group too
)

# Of table three: what a request came to. Not the sums, nor what is carried over.
_NO_OUTCOMES = frozenset({"a", "b", "t", "f"})
_SHORT = {"d": "不予公开", "u": "无法提供", "n": "不予处理", "o": "其他处理"}


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column of a ledger.

    Attributes
    ----------
    name, aliases
        Its heading as the blank workbook has it, and other headings that offices use.
    kind
        ``text``, ``date``, ``choice`` (one of some words), ``flag`` (是 or 否) or ``money``.
    required
        Without the column nothing can be counted.
    blank
        Its cells may be blank although it is required: not answered yet.
    unique
        No two rows may say the same.
    choices
        Whose words a choice takes: its own `words`, or those of the form.
    words
        Groups of words that mean the same; the first of each is the one that is shown.
    open
        Another word is kept as it is, and counted by itself.
    """

    key: str
    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: bool = False
    blank: bool = False
    unique: bool = False
    choices: Choices = "words"
    words: tuple[tuple[str, ...], ...] = ()
    open: bool = False

    def __hash__(self) -> int:
        """Give the hash of the name: few columns share one."""
        return hash(self.name)

    @property
    def is_counted(self) -> bool:
        """Whether it is kept when the rows have been vetted: free text may name people."""
        return self.kind != "text" or self.unique or self.key in _REFERENCES

    @cache  # noqa: B019 - there are few columns, and as many as there are for ever
    def vocabulary(self, form: Form) -> Mapping[str, str]:
        """Give every word that a choice may hold, normalised, to what it stands for.

        That is a key of the form's table three (``natural``, ``d1``), an outcome of table four
        (``upheld``), or the word that is shown.
        """
        meant: dict[str, str] = {}
        for key, words in self._groups(form):
            for word in words:
                meant.setdefault(normalise(word), key)
        return meant

    def shown(self, form: Form) -> tuple[str, ...]:
        """Give the words that a clerk chooses from, in order."""
        return tuple(words[0] for _, words in self._groups(form))

    def group(self, form: Form, text: str) -> tuple[str, ...]:
        """Give the words of the group that a text such as 不予公开 names; none where it is none."""
        if self.choices != "form-rows":
            return ()
        bare = normalise(text).replace("予", "")
        return tuple(
            row.path[-1]
            for row in form.table("table3").blocks[0].rows
            if len(row.path) > DEEPEST_OUTCOME and bare in _group_words(row.path[-2])
        )

    def _groups(self, form: Form) -> list[tuple[str, tuple[str, ...]]]:
        table = form.table("table3").blocks[0]
        match self.choices:
            case "form-columns":
                return [(c.key, (c.path[-1],)) for c in table.columns if c.key != "total"]
            case "form-rows":
                return [(r.key, _outcome_words(r)) for r in table.rows if r.key not in _NO_OUTCOMES]
            case "cases":
                return list(_CASES)
        return [(words[0], words) for words in self.words]


# Of table four. What else courts say (撤诉, 驳回起诉) is for the office to sort in.
_CASES = (
    ("upheld", ("结果维持", "维持")),
    ("corrected", ("结果纠正", "纠正")),
    ("other", ("其他结果", "其他")),
    ("pending", ("尚未审结", "未审结", "审理中", "未结")),
)


def _group_words(label: str) -> set[str]:
    """Give the ways to write （三）不予公开: with its number or without, 予 left out."""
    return {normalise(word).replace("予", "") for word in (label, label.partition("）")[2])}


def _outcome_words(row: Row) -> tuple[str, ...]:
    """Give the ways of writing an outcome: as the form has it, without its number, in short."""
    label = row.path[-1]
    bare = label.partition("）")[2] if label.startswith("（") else label.partition(".")[2] or label
    short = bare.partition("（")[0]
    words = [label, bare, short, row.name, row.name.partition("_")[2]]
    group = _SHORT.get(row.key[0], "") if len(row.path) > DEEPEST_OUTCOME else ""
    if group:
        words += [f"{group}{mark}{bare}" for mark in ("：", "-", "—", "")]
    # 其他 says which of several outcomes only where the form has one row for all of them.
    ambiguous = {"其他"} if group else set()
    return tuple(dict.fromkeys(word for word in words if word and word not in ambiguous))


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """A kind of ledger.

    Attributes
    ----------
    key, sheet
        ``applications`` and 申请台账, the name of its sheet or file.
    about
        What a row is, for the clerk.
    dated
        Key of the date that must be of the report year; empty where rows of other years count too.
    forms
        Keys of the forms under which it counts; empty for all.
    """

    key: str
    sheet: str
    about: str
    columns: tuple[LedgerColumn, ...]
    dated: str = ""
    forms: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Give the hash of the key: all else follows from it."""
        return hash(self.key)

    def column(self, key: str) -> LedgerColumn:
        """Give a column by its key; KeyError where there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def counts_under(self, form: Form) -> bool:
        """Tell whether the form has something that this ledger counts."""
        return not self.forms or form.key in self.forms


@cache
def _data() -> dict[str, Any]:
    text = resources.files("nianbao.filing.ledgers").joinpath("kinds.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def ledger_kinds() -> tuple[LedgerKind, ...]:
    """Give all kinds of ledgers, in the order in which a workbook has their sheets."""
    return tuple(
        LedgerKind(
            **{
                **item,
                "columns": tuple(_column(column) for column in item["columns"]),
                "forms": tuple(item.get("forms", ())),
            }
        )
        for item in _data()["ledgers"]
    )


@cache
def personal_words() -> tuple[str, ...]:
    """Give the words that mark a column as personal: it is never read."""
    return tuple(map(normalise, _data()["personal"]))


@cache
def flag_words() -> Mapping[bool | None, frozenset[str]]:
    """Give the words for yes, for no, and for what is not said, as labels are compared."""
    meant = {"yes": True, "no": False, "unsaid": None}
    return {
        meant[name]: frozenset(normalise(word).lower() for word in words)
        for name, words in _data()["flags"].items()
    }


def ledger_label(name: str) -> str:
    """Give the form in which names of ledgers are compared: 台帐 is 台账."""
    return normalise(name).replace("帐", "账")


def ledger_kind(key: str) -> LedgerKind:
    """Give a kind by its key; KeyError where there is none."""
    for kind in ledger_kinds():
        if kind.key == key:
            return kind
    raise KeyError(key)


def _column(item: dict[str, Any]) -> LedgerColumn:
    lists = {
        "aliases": tuple(item.get("aliases", ())),
        "words": tuple(tuple(words) for words in item.get("words", ())),
    }
    return LedgerColumn(**{**item, **lists})
