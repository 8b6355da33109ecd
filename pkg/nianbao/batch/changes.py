"""``changes.html`` and ``changes.json`` beside a report: what differs from its version before.

They tell of what stood in the folder, which no input tells; so they are files of their own, and
all others stay the same for the same inputs. A report made again with the same content keeps what
they told: nobody may have read it yet. The page is always there, for the reviewer's edition links
to it; the JSON only where there was another version.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from nianbao.batch.key import content_digest
from nianbao.batch.manifest import Manifest, read_manifest
from nianbao.errors import NianbaoError
from nianbao.render.changes import Changes, changes_from_json, compare_documents
from nianbao.render.changes_page import changes_page
from nianbao.render.document import Document, read_document

PAGE, DATA, NOTEBOOK = "changes.html", "changes.json", "report.ipynb"


def write_changes(standing: Path, new: Path, document: Document) -> None:
    """Write what differs in a new report from the one that stands.

    Parameters
    ----------
    standing, new
        The folder of the report that is to be replaced, if there is one, and that of the new one,
        its notebook in it.
    document
        The new one's.
    """
    changes = _changes(standing, new, document)
    (new / PAGE).write_text(changes_page(changes, document), encoding="utf-8")
    if changes:
        (new / DATA).write_text(changes.to_json(), encoding="utf-8")


def _changes(standing: Path, new: Path, document: Document) -> Changes:
    manifest = read_manifest(standing)
    if manifest is None:
        return Changes()
    found = Changes()
    is_other = manifest.outputs.get(NOTEBOOK) != content_digest(new / NOTEBOOK)
    if is_other and _is_whole(standing, NOTEBOOK, manifest):
        found = _compared(standing / NOTEBOOK, document)
    if not found and _is_whole(standing, DATA, manifest):
        found = changes_from_json((standing / DATA).read_bytes())
    return found


def _is_whole(folder: Path, name: str, manifest: Manifest) -> bool:
    """Tell whether a file is as it was made: what somebody changed is no version of ours."""
    path = folder / name
    return path.is_file() and manifest.outputs.get(name) == content_digest(path)


def _compared(notebook: Path, document: Document) -> Changes:
    try:
        return compare_documents(read_document(nbformat.read(notebook, as_version=4)), document)
    except (NianbaoError, OSError, ValueError, TypeError, AttributeError, KeyError):
        return Changes()  # of another nianbao, whose blocks this one cannot read
