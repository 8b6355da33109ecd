"""The statutory forms, as data."""

from nianbao.forms.form import (
    Block,
    Column,
    Form,
    LayoutCell,
    Row,
    Table,
    form_for_year,
    load_form,
)
from nianbao.forms.identity import Continuity, Identity
from nianbao.forms.sections import Deadline, Section

__all__ = [
    "Block",
    "Column",
    "Continuity",
    "Deadline",
    "Form",
    "Identity",
    "LayoutCell",
    "Row",
    "Section",
    "Table",
    "form_for_year",
    "load_form",
]
