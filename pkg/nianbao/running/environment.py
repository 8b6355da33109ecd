"""The environment of a report's kernel: the same for each report, without settings of the user."""

from __future__ import annotations

import os
from pathlib import Path

# The same reading of the same text, the same order of sets, the same order of additions.
FIXED = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the usual one reserves a GiB, as a limit counts
    "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}
# What a user may have set for his own programs, and what would change what a cell shows.
DROPPED = frozenset(
    {
        "MPLBACKEND",
        "PYTHONDEVMODE",
        "PYTHONEXECUTABLE",
        "PYTHONINSPECT",
        "PYTHONOPTIMIZE",
        "PYTHONSTARTUP",
        "PYTHONWARNINGS",
    }
)


def report_environment() -> dict[str, str]:
    """Give what the kernels of all reports have in common."""
    return {key: os.environ[key] for key in os.environ.keys() - DROPPED} | FIXED
