"""What a project's kernel has, as an extension of IPython: Chinese in an analyst's own figures.

The engine's kernels load it when they start; any other, such as JupyterLab's, when it imports
`nianbao.report` or loads a report. A kernel that has nothing to do with nianbao stays as it is,
also where it is forked from a template that has imported all this.
"""

from __future__ import annotations

import logging
import sys
import warnings
from functools import cache
from typing import Any

from nianbao.fonts import SANS, SERIF, sans_font_path, serif_font_path

FALLBACK = "DejaVu Sans"  # comes with matplotlib, and has signs that the Chinese fonts lack
FAMILIES = {"font.sans-serif": SANS, "font.serif": SERIF}
MISSING_GLYPH = "Glyph .* missing from"


def prepare_kernel() -> None:
    """Load this extension where a kernel runs this, once."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.extension_manager.load_extension(__name__)


def load_ipython_extension(shell: Any) -> None:
    """Make the Chinese font matplotlib's default, and let each cell have its own warnings."""
    # Where its cache is, or that it is being built, would stand in the report's notebook.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    _use_chinese_fonts()
    for event in ("pre_run_cell", "post_execute"):  # figures are drawn after the latter
        shell.events.register(event, _warn_anew)


def _warn_anew(*_info: object) -> None:
    """Forget what was warned of: Python tells once per place, which is the same for all figures.

    A missing glyph is told also where a cell silences all else.
    """
    warnings.filterwarnings("default", MISSING_GLYPH, UserWarning)


@cache  # loaded by name, it is imported with a package that loads it as well
def _use_chinese_fonts() -> None:
    """Set the fonts where nobody has set others, also as what a reset gives."""
    # exporters import this package, and draw nothing
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    register_fonts()
    fontManager.defaultFamily["ttf"] = SANS  # in place of one that is not there, such as SimHei
    default: Any = mpl.rcParamsDefault
    chosen = {name: [face, *default[name]] for name, face in FAMILIES.items()}
    chosen["font.family"] = [SANS, FALLBACK]
    settings: Any
    for settings in (mpl.rcParams, mpl.rcParamsOrig, default):
        unset = [name for name in chosen if settings[name] == default[name]]
        settings.update({name: chosen[name] for name in unset})


@cache
def register_fonts() -> None:
    """Make the packaged fonts known to matplotlib, before any of the system's by these names."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415 - as above

    for path in (sans_font_path(), serif_font_path()):
        fontManager.addfont(path)
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())
