"""Versions of a resume in the ledger: kept, found, compared."""

from __future__ import annotations

from collections.abc import Sequence

from lading.cv.app import access, packing, sections
from lading.cv.app.models import Document, Resume
from lading.cv.engine.improve import Changed, Version, difference
from lading.orchestration.ledger.clock import now


def keep_first(document: Document, version: Version) -> Resume:
    """Return the row of the first version, written by whoever understood the document first."""
    found, _ = Resume.objects.get_or_create(
        document=document,
        number=1,
        defaults={
            "owner": document.owner,
            "created_at": now(),
            "version": version.id,
            "body": packing.VERSION.pack(version),
        },
    )
    return found


def keep(base: Resume, version: Version) -> Resume:
    """Write a version that decisions made of a base. Call with the document's row locked."""
    return Resume.objects.create(
        owner=base.owner,
        created_at=now(),
        document_id=base.document_id,
        number=version.number,
        version=version.id,
        base=base,
        body=packing.VERSION.pack(version),
    )


def newest(document: Document) -> Resume | None:
    """Return the version that was made last; None until the document was understood."""
    return Resume.objects.filter(document=document).defer("body").order_by("-number").first()


def listed(owner: str, document_id: int) -> Sequence[Resume]:
    """Return the versions of a document, oldest first; raise `NotFound`."""
    document = access.owned(Document, owner, document_id)
    return list(Resume.objects.filter(document=document).defer("body").order_by("number"))


def numbered(owner: str, document_id: int, number: int) -> Resume:
    """Return one version; raise `NotFound`."""
    found = Resume.objects.filter(owner=owner, document_id=document_id, number=number).first()
    if found is None:
        raise access.not_found(Resume)
    return found


def changes(owner: str, document_id: int, old: int, new: int) -> tuple[Changed, ...]:
    """Return what is different between two versions; raise `NotFound`."""
    before, after = (sections.version_of(numbered(owner, document_id, number)) for number in (old, new))
    return difference(before.resume, after.resume)
