"""Where output leaves: it can steer no terminal, and fails for no encoding.

`guarded` puts a guard before stdout and stderr, through which goes whatever is printed and by whom
ever: click, a library, Python itself. What is ours to steer a terminal with, colours and tables
that move, goes past it: see `complain` here and `nianbao.console`.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from nianbao.characters import code_point, name_hidden
from nianbao.errors import OutputError, in_one_line
from nianbao.reasons import system_reason

_LACKING = "nianbao-code-points"  # how errors of encoding are handled
_BEYOND = re.compile(r"[^\x20-\x7e\n]")
_COLOURS = {"red": "\x1b[31m", "yellow": "\x1b[33m"}
_PLAIN = "\x1b[0m"


def _name_lacking(error: UnicodeError) -> tuple[str, int]:
    """Name what an encoding lacks as what nobody sees is named: ``[U+20BB7]``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(f"[{code_point(char)}]" for char in lacking), error.end


codecs.register_error(_LACKING, _name_lacking)


class Outlet(io.TextIOBase):
    """A stream that takes any text: what its encoding lacks is named.

    When its reader has gone, as `head` does, what is still written is dropped and the work goes on;
    so it does where nobody listens from the beginning.

    Parameters
    ----------
    stream
        Where to; None for nowhere.
    is_needed
        Whether it is an error that a full disk or the like takes nothing.
    """

    def __init__(self, stream: TextIO | None, *, is_needed: bool = False) -> None:
        self._stream = stream
        self._is_needed = is_needed

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's own; UTF-8 where it has none."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, as it is but for what the encoding lacks."""
        if text:  # click tries a stream with an empty one, and hides what that raises
            said = text.encode(self.encoding, _LACKING).decode(self.encoding)
            self._try(lambda stream: stream.write(said))
        return len(text)

    def flush(self) -> None:
        """Hand on what is held back."""
        self._try(lambda stream: stream.flush())

    def writable(self) -> bool:
        """Tell that one may write."""
        return True

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Give the stream's own number."""
        if self._stream is None:
            raise io.UnsupportedOperation
        return self._stream.fileno()

    def _try(self, act: Callable[[TextIO], object]) -> None:
        if self._stream is None:
            return
        try:
            act(self._stream)
        except BrokenPipeError:
            self._leave(self._stream)
        except OSError as error:
            self._leave(self._stream)
            if self._is_needed:
                raise OutputError(f"结果写不出去：{system_reason(error)}") from error

    def _leave(self, stream: TextIO) -> None:
        """Write no more; nor shall Python, which would complain of what is left when it ends."""
        self._stream = None
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


class Guard(Outlet):
    """An outlet in whose text hidden characters are named; lines stay."""

    def __init__(self, outlet: Outlet) -> None:
        super().__init__(cast(TextIO, outlet))
        self.outlet = outlet

    def write(self, text: str) -> int:
        """Write a text that may hold anything."""
        return super().write(name_hidden(text))


@contextmanager
def guarded() -> Iterator[None]:
    """Guard what is printed meanwhile."""
    _open_standard_files()
    before = sys.stdout, sys.stderr
    sys.stdout = Guard(Outlet(sys.stdout, is_needed=True))
    sys.stderr = Guard(Outlet(sys.stderr))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _open_standard_files() -> None:
    """Let no file that is opened later get the number of a stream that was closed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


def past_guard(stream: TextIO) -> TextIO:
    """Give the outlet behind a guard, for who sees to hidden characters himself."""
    return cast(TextIO, stream.outlet) if isinstance(stream, Guard) else stream


def tell(*lines: str) -> None:
    """Print lines on stdout; what ends a line within one is named, for it came from elsewhere."""
    sys.stdout.write("".join(f"{in_one_line(line)}\n" for line in lines))
    sys.stdout.flush()


def note(message: str, *, colour: str = "") -> None:
    """Tell on stderr, in a colour where that is a terminal; a message may have several lines."""
    stream, said = past_guard(sys.stderr), name_hidden(message)
    if colour and stream.isatty() and "NO_COLOR" not in os.environ:
        said = f"{_COLOURS[colour]}{said}{_PLAIN}"
    stream.write(f"{said}\n")
    stream.flush()


def complain(error: object) -> None:
    """Tell an error on stderr."""
    note(f"错误：{error}", colour="red")


def print_json(data: object) -> None:
    """Print one JSON document; what cannot be printed is escaped as JSON has it."""

    def escape(match: re.Match[str]) -> str:
        char = match[0]
        said = name_hidden(char).encode(encoding, _LACKING).decode(encoding)
        return char if said == char else json.dumps(char)[1:-1]

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = json.dumps(data, ensure_ascii=False, indent=2)
    sys.stdout.write(_BEYOND.sub(escape, text) + "\n")
    sys.stdout.flush()
