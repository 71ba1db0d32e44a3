"""What the child answers, checked field by field: it may have been taken over by what it read."""

from __future__ import annotations

from pydantic import BaseModel, TypeAdapter, ValidationError

from lading.cv.engine import errors
from lading.cv.engine.document import Document
from lading.cv.engine.errors import Broken, DocumentRefused, ReaderGaveUp

#: bytes of JSON: a document of 200,000 characters has less
_LONGEST = 100_000_000
ALONE = "Give the CV alone, without attachments; if it is short, export it again"


class _Refusal(BaseModel, frozen=True):
    code: str
    message: str
    hint: str


class _Answer(BaseModel, frozen=True, extra="forbid"):
    document: Document | None = None
    refused: _Refusal | None = None


_ADAPTER = TypeAdapter(_Answer)


def document_of(answer: bytes) -> Document:
    """Return the document; raise the `DocumentRefused` that is named, or `Broken` where the answer is none."""
    if len(answer) > _LONGEST:
        raise ReaderGaveUp("Reading gave more text than a CV can have", hint=ALONE)
    try:
        found = _ADAPTER.validate_json(answer)
    except ValidationError as error:
        raise Broken("The reader came to no sensible end with this file", hint="Export it again") from error
    if found.document is not None:
        return found.document
    if found.refused is None:
        raise Broken("The reader gave no answer for this file", hint="Export it again")
    raise _named(found.refused)


def _named(refusal: _Refusal) -> DocumentRefused:
    kinds = {
        kind.code: kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, DocumentRefused)
    }
    message = refusal.message or "Reading took more memory than is allowed and was stopped"
    return kinds.get(refusal.code, DocumentRefused)(message, hint=refusal.hint or ALONE)
