"""Writing workbooks: blank ones for clerks, filled ones for samples and tests."""

from nianbao.filing.blank.before import Before
from nianbao.filing.blank.clerk import Blank, blank_workbook
from nianbao.filing.blank.content import Cell, Fact, Line, WorkbookContent
from nianbao.filing.blank.filled import write_ledger_book, write_workbook
from nianbao.filing.blank.tables import CAPTION_ROWS, placed

__all__ = [
    "CAPTION_ROWS",
    "Before",
    "Blank",
    "Cell",
    "Fact",
    "Line",
    "WorkbookContent",
    "blank_workbook",
    "placed",
    "write_ledger_book",
    "write_workbook",
]
