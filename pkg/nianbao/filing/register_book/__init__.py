"""The register as a spreadsheet: what a public office edits instead of YAML."""

from nianbao.filing.register_book.changes import Change, changes
from nianbao.filing.register_book.read import read_register_book
from nianbao.filing.register_book.write import write_register_book

__all__ = ["Change", "changes", "read_register_book", "write_register_book"]
