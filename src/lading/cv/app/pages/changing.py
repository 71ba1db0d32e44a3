"""What is different between versions, and the files that were made of them, as their page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lading.cv.app import packing, versions
from lading.cv.app.models import Artefact
from lading.cv.app.pages import wording
from lading.cv.app.pages.wording import Piece

#: format -> what people call it
FORMATS: Mapping[str, str] = {
    "pdf": "PDF",
    "docx": "Word (DOCX)",
    "md": "Markdown",
    "txt": "plain text",
    "json": "JSON Resume",
}
#: template -> what it is for
LOOKS: Mapping[str, str] = {
    "plain": "plain: for online forms and the software behind them",
    "classic": "classic: serifs, lines under the headings",
    "accent": "accent: a coloured rule and headings",
    "compact": "compact: small margins and type for long careers",
}
#: files that are listed, the newest first
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One text that is different."""

    place: str
    change: str
    before: Sequence[Piece]
    after: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """One rendered version."""

    pk: int
    version: int
    format: str
    looks: str
    is_ready: bool
    #: why it could not be rendered
    code: str
    #: fields that were looked for when it was read again, and those that did not come back: where and what
    compared: int
    lost: Sequence[tuple[str, str]]


def changes(owner: str, document_id: int, old: int, new: int) -> Sequence[Difference]:
    """Return what is different between two versions; raise `NotFound`."""
    found = []
    for one in versions.changes(owner, document_id, old, new):
        before, after = wording.compared(one.before, one.after)
        place = wording.place(one.pointer)
        found.append(Difference(place=place, change=one.change.value, before=before, after=after))
    return found


def files(owner: str, document_id: int) -> Sequence[MadeFile]:
    """Return what was rendered of a document, newest first."""
    rows = Artefact.objects.select_related("resume").filter(owner=owner, resume__document_id=document_id)
    return [_made(row) for row in rows.defer("content", "resume__body").order_by("-pk")[:_MOST]]


def _made(row: Artefact) -> MadeFile:
    report = packing.unpack_json(row.report) or {"compared": 0, "lost": []}
    return MadeFile(
        pk=row.pk,
        version=row.resume.number,
        format=FORMATS.get(row.format, row.format),
        looks=row.template,
        is_ready=bool(row.report),
        code=row.code,
        compared=report["compared"],
        lost=[(wording.place(one["pointer"]), one["expected"]) for one in report["lost"]],
    )
