"""What is different between two versions, as a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lading.cv.engine.improve.decisions import names_of
from lading.cv.engine.improve.places import Place, anchor_of, entries_of, places_of
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Resume


class Change(StrEnum):
    """What became of a text."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    #: the elements of a list changed places
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One text that is different."""

    change: Change
    #: in the newer version; of what was removed, in the older one
    pointer: str
    before: str
    after: str


def difference(old: Resume, new: Resume) -> tuple[Changed, ...]:
    """Return what is different, in the order of the newer version, what was removed last; entries are known by their ids."""
    before, after = _keyed(old), _keyed(new)
    return (
        *_moves(old, new),
        *(one for key, place in after.items() if (one := _compared(before.get(key), place))),
        *(
            Changed(change=Change.REMOVED, pointer=place.pointer, before=place.text, after="")
            for key, place in before.items()
            if key not in after
        ),
    )


def _compared(before: Place | None, after: Place) -> Changed | None:
    if before is None:
        return Changed(change=Change.ADDED, pointer=after.pointer, before="", after=after.text)
    if before.text == after.text:
        return None
    return Changed(change=Change.CHANGED, pointer=after.pointer, before=before.text, after=after.text)


def _keyed(resume: Resume) -> dict[str, Place]:
    """Return the texts of a resume by what stays the same when entries move; a skill is known by itself."""
    keyed = {}
    for pointer, place in places_of(resume).items():
        key = anchor_of(resume, pointer)
        if "/keywords/" in pointer:
            key = f"{place.anchor}/{place.text.casefold()}"
        if pointer.startswith("/sections/"):
            key = f"/sections/{place.lines}"
        keyed[key] = place
    return keyed


def _moves(old: Resume, new: Resume) -> Iterator[Changed]:
    for pointer in (WORK, "/volunteer", "/education", "/skills", "/languages"):
        before, after = _ids(old, pointer), _ids(new, pointer)
        common = set(before) & set(after)
        if [one for one in before if one in common] != [one for one in after if one in common]:
            yield _move(pointer, names_of(old, pointer), names_of(new, pointer))
    if [section.kind for section in old.sections] != [section.kind for section in new.sections]:
        yield _move("/sections", names_of(old, "/sections"), names_of(new, "/sections"))


def _ids(resume: Resume, pointer: str) -> list[str]:
    return [entry.id for at, entry in entries_of(resume) if at.startswith(f"{pointer}/")]


def _move(pointer: str, before: list[str], after: list[str]) -> Changed:
    return Changed(change=Change.MOVED, pointer=pointer, before="\n".join(before), after="\n".join(after))
