"""The register that `audit` and `import` may be given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nianbao.filing.register import Register


def load_given(path: Path | None) -> Register | None:
    """Load the register that was named, if one was.

    Raises
    ------
    ConfigError
        It cannot be read or does not fit its declaration.
    """
    from nianbao.filing.register import load_register

    return None if path is None else load_register(path, shown=str(path))
