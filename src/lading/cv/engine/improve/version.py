"""Versions of a resume: never changed, each made of its parent by decisions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from lading.cv.engine.values import Resume


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person typed or confirmed; it counts as evidence from then on."""

    #: what the place is known by when entries move
    anchor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One suggestion that went into a version."""

    suggestion: str
    code: str
    origin: str
    pointer: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A resume as it is after some decisions."""

    id: str
    number: int
    #: id of the version that it was made of; "" for the first
    parent: str
    resume: Resume
    #: what made it of its parent, in the order of the places
    taken: tuple[Taken, ...] = ()
    #: of this version and all before it
    said: tuple[Said, ...] = ()


def first_version(resume: Resume) -> Version:
    """Return the version that a resume is when it was read."""
    return Version(id=version_id(resume), number=1, parent="", resume=resume)


def version_id(resume: Resume) -> str:
    """Return the id of a content: equal resumes have equal ids."""
    content = json.dumps(asdict(resume), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"version-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
