"""Who owns what: every look at a stored CV goes through here."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model

from lading.cv.app.errors import NotFound
from lading.cv.app.models import (
    Artefact,
    Document,
    Finding,
    JobAdvertisement,
    PagePicture,
    Resume,
    Review,
    Suggestion,
)

Row = TypeVar("Row", Document, Review, Resume, Artefact, JobAdvertisement, Suggestion, Finding, PagePicture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks for something: a person, and the token that a program of theirs asks by."""

    owner: str
    #: public part of the token; "" for the person
    token: str = ""


#: what is large of a row, and seldom what is looked for: it is fetched once it is asked for
_LARGE: Mapping[type[Model], Sequence[str]] = {
    Document: ("content", "reading"),
    Review: ("report", "match", "resume__body"),
    Resume: ("body",),
    Artefact: ("content",),
}


def owner_of(key: int | str) -> str:
    """Return how the user with this primary key is called in the tables."""
    return f"user-{key}"


def shell_owner() -> str:
    """Return how whoever typed a command is called."""
    try:
        return f"shell-{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"shell-{os.getuid()}"


def owned(kind: type[Row], owner: str, key: int, *, locked: bool = False) -> Row:
    """Return a row of this person's; raise `NotFound`, whether there is none or it is somebody else's."""
    rows = kind._default_manager.filter(owner=owner, pk=key)  # noqa: SLF001 - Django's documented API
    if kind is Review and not locked:
        rows = rows.select_related("run", "resume")  # type: ignore[misc]  # it is a review
    rows = rows.defer(*(name for name in _LARGE.get(kind, ()) if "__" not in name or not locked))
    row = (rows.select_for_update() if locked else rows).first()
    if row is None:
        raise not_found(kind)
    return row


def not_found(kind: type[Model]) -> NotFound:
    """Return the error for a row that is not there."""
    name = str(kind._meta.verbose_name)  # noqa: SLF001 - as above
    return NotFound(f"You have no {name} of this number", hint="`lading cv reviews list` shows yours")


def may_see_run(owner: str, run_id: int) -> bool:
    """Say whether a run is one of this person's reviews or renderings: what its progress tells is theirs alone."""
    return (
        Review.objects.filter(owner=owner, run_id=run_id).exists()
        or Artefact.objects.filter(owner=owner, run_id=run_id).exists()
    )
