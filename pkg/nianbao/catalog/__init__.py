"""Figures in, questions out: many reports side by side.

What stands of each report is read from the files in its folder (`entry`), the main figures are
named (`measures`), texts that are the same are found (`copies`), and all of it is put together
(`comparison`) for a page and a workbook.
"""

from nianbao.catalog.comparison import Comparison, compare
from nianbao.catalog.entry import Entry, Status, read_contents

__all__ = ["Comparison", "Entry", "Status", "compare", "read_contents"]
