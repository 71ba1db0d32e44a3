"""How much a CV may be, and what may be spent on reading it."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is refused, and when reading is stopped."""

    #: of the file; ten times what a CV with a photo has
    bytes: int = 10 * _MIB
    #: of all parts of a DOCX together, unpacked
    unpacked: int = 40 * _MIB
    pages: int = 20
    characters: int = 200_000
    #: objects that a page may draw: a page of text has hundreds
    objects: int = 50_000
    #: wall clock of the child process
    seconds: float = 20.0
    #: address space of the child process, in bytes
    memory: int = 1024 * _MIB
    #: pages that are drawn for a person, from the first
    drawn_pages: int = 10
    #: of one drawn page: A4 at 108 dots an inch has as many
    pixels: int = 1_200_000


DEFAULT = Limits()
