"""What an agency hands in: reading it, and nothing about whether it is right.

`nianbao.filing.blank` writes workbooks; it is not imported here, since reading does not need it.
"""

from nianbao.filing.figure import Address, Figure, Trouble, Value, format_value
from nianbao.filing.filing import Filing, Passage, Remark, Text, cell_ref
from nianbao.filing.register import Agency, Register, load_register
from nianbao.filing.workbook import read_filing, read_identity

__all__ = [
    "Address",
    "Agency",
    "Figure",
    "Filing",
    "Passage",
    "Register",
    "Remark",
    "Text",
    "Trouble",
    "Value",
    "cell_ref",
    "format_value",
    "load_register",
    "read_filing",
    "read_identity",
]
