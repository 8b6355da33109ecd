"""The statutory forms, as data."""

from nianbao.forms.form import (
    Block,
    Column,
    Form,
    Identity,
    LayoutCell,
    Row,
    Section,
    Table,
    form_for_year,
    load_form,
)

__all__ = [
    "Block",
    "Column",
    "Form",
    "Identity",
    "LayoutCell",
    "Row",
    "Section",
    "Table",
    "form_for_year",
    "load_form",
]
