"""Taking a version away: rendered by a worker, kept with it, handed out as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from lading.cv.app import access, kinds, versions
from lading.cv.app.errors import NotReady
from lading.cv.app.models import Artefact, Document, PagePicture
from lading.cv.engine.render import Output, Template
from lading.orchestration import enqueue
from lading.orchestration.kinds import NewRun
from lading.orchestration.ledger import runs
from lading.orchestration.ledger.clock import now

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json-resume": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is handed out; a browser is told to save it, and to believe its type."""

    name: str
    media_type: str
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", self.name)
        return {
            "Content-Disposition": f'attachment; filename="{plain}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        }


def render(owner: str, document_id: int, number: int, output: Output, template: Template) -> Artefact:
    """Let a version be rendered; the one that is there already is the answer, since the same version gives the same bytes."""
    resume = versions.numbered(owner, document_id, number)
    looks = template.value if output in {Output.PDF, Output.DOCX} else ""
    with transaction.atomic():
        access.owned(Document, owner, document_id, locked=True)
        same = Artefact.objects.filter(resume=resume, format=output.value, template=looks, code="")
        found = same.order_by("-pk").first()
        if found is not None:
            return found
        batch = kinds.step(kinds.RENDER)
        new = NewRun(
            kind=kinds.RENDERING, title="CV rendering", stage="rendering", batches=[batch], options={}, whose=owner
        )
        made = Artefact.objects.create(
            owner=owner,
            created_at=now(),
            resume=resume,
            run=runs.start(new),
            format=output.value,
            template=looks,
        )
    enqueue.pump()
    return made


def file_of(owner: str, artefact_id: int) -> File:
    """Return a rendered file; raise `NotFound`, or `NotReady` where it was not rendered yet or cannot be."""
    artefact = access.owned(Artefact, owner, artefact_id)
    if not artefact.content:
        why = f"It cannot be rendered: {artefact.code}" if artefact.code else "It is not rendered yet"
        raise NotReady(why, hint="Take another format" if artefact.code else "Wait for its run")
    name = f"cv-version-{artefact.resume.number}.{artefact.format}"
    return File(name=name, media_type=artefact.media_type, content=bytes(artefact.content))


def original(owner: str, document_id: int) -> File:
    """Return the file as it was uploaded."""
    document = access.owned(Document, owner, document_id)
    return File(name=document.name, media_type=_MEDIA_TYPES[document.format], content=bytes(document.content))


def picture(owner: str, document_id: int, number: int) -> bytes:
    """Return a page as a person sees it, as PNG; raise `NotFound`."""
    found = PagePicture.objects.filter(owner=owner, document_id=document_id, number=number).first()
    if found is None:
        raise access.not_found(PagePicture)
    return bytes(found.content)
