"""Browsers and offices that tests start see the typefaces of the lock, and none of the machine."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pylopdf_fonts_zh_cn

CONF = "<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>\n"


def pytest_configure(config) -> None:
    """Name the typefaces to all that the suite starts; its workers inherit that."""
    if hasattr(config, "workerinput"):
        return
    folder = TemporaryDirectory(prefix="typefaces-")
    config.add_cleanup(folder.cleanup)
    conf = Path(folder.name) / "fonts.conf"
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    conf.write_text(CONF.format(fonts=fonts, cache=Path(folder.name) / "cache"), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(conf)
