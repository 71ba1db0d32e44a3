"""
Ways through folders on which no link is followed.

Each folder on the way is opened in the one before: what is swapped for a link between a look and the use of it cannot
lead elsewhere, since nobody goes back to a path.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

#: opened for going on from there, which takes no right to read it
_WAY = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

#: elements that are no names of files
_NO_NAMES = frozenset({b"", b".", b".."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder that is trusted, and a way down from it that is not."""

    #: real path: whoever named it may have named a link
    anchor: bytes
    below: tuple[bytes, ...] = ()
    #: the place as somebody called it
    named: bytes = b""

    @property
    def path(self) -> bytes:
        """The place as one path."""
        return b"/".join((self.anchor.rstrip(b"/"), *self.below)) or b"/"

    def above(self) -> tuple[Place, bytes] | None:
        """Return the folder that it lies in, and its name there; None for the root of the filesystem."""
        if self.below:
            return Place(anchor=self.anchor, below=self.below[:-1]), self.below[-1]
        folder, _, name = self.anchor.rpartition(b"/")
        return (Place(anchor=folder or b"/"), name) if name else None

    @contextmanager
    def folder(self, elements: Sequence[bytes] = ()) -> Iterator[int]:
        """Open the folder that lies so far below the place; raise `OSError`, ENOTDIR where a link is on the way."""
        found = walked(self.anchor, (*self.below, *elements))
        try:
            yield found
        finally:
            os.close(found)

    @contextmanager
    def made(self, elements: Sequence[bytes] = ()) -> Iterator[int]:
        """As `folder`; what is missing on the way is made."""
        found = walked(self.anchor, (*self.below, *elements), make=True)
        try:
            yield found
        finally:
            os.close(found)


def place_of(path: Path, anchor: Path | None = None) -> Place:
    """
    Return the place of a folder or file.

    Without an anchor the path itself is trusted, links and all, as far as it is there. With one, nothing below it is.
    """
    named, real = os.fsencode(path), Path(os.path.realpath(path))
    if anchor is None:
        trusted = next(folder for folder in (real, *real.parents) if folder.exists())
        return Place(anchor=os.fsencode(trusted), below=_elements(real, trusted), named=named)
    return Place(anchor=os.fsencode(os.path.realpath(anchor)), below=_elements(path, anchor), named=named)


def _elements(path: Path, above: Path) -> tuple[bytes, ...]:
    return tuple(os.fsencode(part) for part in path.relative_to(above).parts)


def are_names(elements: Sequence[bytes]) -> bool:
    """Say whether a path of these elements leads downwards only, by names that a file may have."""
    return _NO_NAMES.isdisjoint(elements) and not any(b"\0" in element for element in elements)


def walked(anchor: bytes, elements: Sequence[bytes], *, make: bool = False) -> int:
    """Return the open folder at the end of the way; raise `OSError`."""
    folder = os.open(anchor, _WAY)
    for element in elements:
        try:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(element, dir_fd=folder)
            deeper = os.open(element, _WAY, dir_fd=folder)
        finally:
            os.close(folder)
        folder = deeper
    return folder
