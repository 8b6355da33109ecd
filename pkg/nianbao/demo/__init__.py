"""A made-up district: its agencies and their workbooks, for trying and for measuring.

Nothing here is real, and every page of its reports says 示例. The same order gives the same
workbooks, and an agency's are the same however many agencies there are.
"""

from nianbao.demo.district import District, Filled, filled_in
from nianbao.demo.government import government_workbooks
from nianbao.demo.mistakes import KINDS, Planted
from nianbao.demo.roster import AGENCIES_AT_MOST, governments, roster

__all__ = [
    "AGENCIES_AT_MOST",
    "KINDS",
    "District",
    "Filled",
    "Planted",
    "filled_in",
    "government_workbooks",
    "governments",
    "roster",
]
