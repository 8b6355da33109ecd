"""What the exporters of files have in common: from a notebook to a document, and the fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from nianbao.errors import ProjectError
from nianbao.fonts import Typefaces, typefaces
from nianbao.project import Project, keep_pictures
from nianbao.render.document import Document, read_document

LONG_RUN = re.compile("[!-~]{24,}")
"""Latin letters in a row, such as an address on the web, that may be broken anywhere."""

LONG_WORDS = 400
"""Characters of a table of words from which on it is set smaller: 小五 for 五号."""


def keep_local_pictures(notebook: NotebookNode, resources: Mapping[str, Any]) -> None:
    """Take in the pictures beside a notebook that was run without nianbao."""
    place = resources.get("metadata", {}).get("path")
    if place is None:  # no file
        return
    folder = Path(place).absolute()
    try:
        root = Project.find(folder).root
    except ProjectError:
        root = folder
    keep_pictures(notebook.cells, folder, root if folder.is_relative_to(root) else folder)


class FileExporter(Exporter):
    """Makes a file of bytes from the blocks of an executed notebook."""

    fonts = Unicode("", help="Folder of the office's own fonts.").tag(config=True)

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[bytes, dict[str, Any]]:
        """Give the file of an executed notebook, and nbconvert's resources.

        Raises
        ------
        RenderError
            The notebook failed or holds what cannot be set, or a character has no glyph.
        """
        prepared, prepared_resources = super().from_notebook_node(nb, resources, **kw)
        keep_local_pictures(prepared, prepared_resources)
        return self.from_document(read_document(prepared)), prepared_resources

    def from_document(self, document: Document, faces: Typefaces | None = None) -> bytes:
        """Give the file of a document: the same bytes whenever it is asked for.

        Parameters
        ----------
        faces
            What it is set in; None for those of the folder `fonts`.

        Raises
        ------
        GlyphError
            A character that no font has.
        RenderError
            Something that cannot be set, such as a broken picture.
        """
        return self.made(document, faces or typefaces(self.fonts))

    def made(self, document: Document, faces: Typefaces) -> bytes:
        """Give the file; each kind has its own way."""
        raise NotImplementedError
