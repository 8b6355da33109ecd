"""Tables and progress on a terminal, whose texts can steer nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from nianbao.characters import name_hidden
from nianbao.terminal import past_guard


class SafeConsole(Console):
    """A console to which all text is text: no markup, no emoji, nothing that steers a terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Give what is drawn; what steers the terminal is the console's own alone."""
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else name_hidden(segment.text)
            yield segment if text is segment.text else segment._replace(text=text)


def open_console(stream: TextIO) -> SafeConsole:
    """Give a console that draws on a stream."""
    return SafeConsole(
        file=past_guard(stream),
        highlight=False,
        markup=False,
        emoji=False,
        no_color="NO_COLOR" in os.environ,
    )
