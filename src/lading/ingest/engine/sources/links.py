"""
A filesystem whose links mean something: a source around another one.

An entry whose link brings something looks like what it brings, so that nobody behind the source has to know of links.
One that brings nothing stays `Kind.LINK`; its tag is the code that says why.

===============  =============  ==============  ==========
link to          TARGET         CONTENT         ITSELF
===============  =============  ==============  ==========
a file           that file      its bytes       the link
a folder         that folder    LINK_TO_FOLDER  the link
one it lies in   LINK_CYCLE     LINK_TO_FOLDER  the link
a pipe and such  no content     no content      the link
nothing          LINK_DANGLING  LINK_DANGLING   the link
out of the root  LINK_OUTSIDE   as inside       the link
===============  =============  ==============  ==========

"The link" is a file of the size of its text, wherever it leads. Identity is that of what is brought: a link that leads
to another file, or other content behind it, is a change.
"""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from lading.base.errors import NotAFile, SourceUnreadable, SourceVanished
from lading.base.paths import from_bytes, join, shown, to_bytes, upwards
from lading.ingest.engine import links
from lading.ingest.engine.sources.base import Marker, Source
from lading.ingest.engine.values import Entry, Kind

_KINDS = {modes.S_IFREG: Kind.FILE, modes.S_IFDIR: Kind.FOLDER}


class Meaning(Enum):
    """What links stand for."""

    NOTHING = "nothing"
    TARGET = "target"  # what they lead to, inside the root
    CONTENT = "content"  # the bytes that they lead to, wherever those lie
    ITSELF = "itself"  # the link as such


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSource:
    """The files of `inner`, a source on a filesystem, with links (and sockets, if `sockets` says so) as files."""

    inner: Source
    meaning: Meaning
    #: sockets are entries to be registered
    sockets: bool = False

    @property
    def canonical(self) -> str:
        """That of the tree itself."""
        return self.inner.canonical

    @property
    def ordered(self) -> bool:
        """As the tree itself."""
        return self.inner.ordered

    def marker(self) -> Marker:
        """Return what identifies the root."""
        return self.inner.marker()

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children."""
        self._refuse_outside(folder)
        return self.inner.names(folder)

    def physical_path(self, path: str) -> str:
        """Return where the path lies, links and all."""
        return self.inner.physical_path(path)

    def remark(self, path: str) -> str:
        """Return what is odd about the path in the tree itself."""
        return self.inner.remark(path)

    def owner(self, path: str) -> str:
        """Return who owns what lies there, the link itself if it is one."""
        return self.inner.owner(path)

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the entry behind an opened file."""
        return self.inner.describe(opened, name)

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """Yield the children; only links cost more than in the tree itself."""
        self._refuse_outside(folder)
        for entry in self.inner.list(folder, after):
            if entry.kind is Kind.FILE or entry.kind is Kind.FOLDER:
                yield entry
                continue
            with suppress(SourceVanished):  # it vanished while it was listed
                yield self._meant(folder, entry)

    def stat(self, path: str) -> Entry:
        """Return the entry at `path`, as `list` has it."""
        entry = self.inner.stat(path)
        return entry if entry.kind in {Kind.FILE, Kind.FOLDER} else self._meant(path.rpartition("/")[0], entry)

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
        """Open a file, or what a link leads to as far as that is brought."""
        self._refuse_outside(path.rpartition("/")[0])
        if self.meaning is Meaning.ITSELF or self.inner.stat(path).kind is not Kind.LINK:
            return self.inner.open(path, entry)
        if self.stat(path).kind is not Kind.FILE:
            raise NotAFile(f"{shown(path)} is a link that brings no file")
        return _opened(os.path.realpath(self._bytes(path)), path)

    # --- what a link stands for ----------------------------------------------------------------------------------

    def _meant(self, folder: str, entry: Entry) -> Entry:
        """Return the entry that stands for a link or for something without content."""
        if entry.kind is Kind.OTHER:
            is_registered = self.sockets and entry.tag == links.SOCKET_TAG
            return entry._replace(kind=Kind.FILE) if is_registered else entry
        if self.meaning is Meaning.NOTHING:
            return entry
        path = self._bytes(join(folder, entry.name))
        if self.meaning is Meaning.ITSELF:
            return entry._replace(kind=Kind.FILE, tag=_tag(path))
        return self._target(folder, entry, path)

    def _target(self, folder: str, entry: Entry, path: bytes) -> Entry:
        """Return the entry that a link leads to."""
        real = os.path.realpath(path)
        if self.meaning is Meaning.TARGET and not self._is_inside(real):
            return entry._replace(tag=links.LINK_OUTSIDE)
        try:
            at = os.stat(real, follow_symlinks=False)  # noqa: PTH116 - bytes
        except OSError:
            return entry._replace(tag=links.LINK_DANGLING)
        kind = _KINDS.get(modes.S_IFMT(at.st_mode), Kind.OTHER)
        if modes.S_ISLNK(at.st_mode):
            return entry._replace(tag=links.LINK_DANGLING)  # links that lead to each other
        if kind is Kind.FOLDER and self.meaning is Meaning.CONTENT:
            return entry._replace(tag=links.LINK_TO_FOLDER)
        if kind is Kind.FOLDER and self._contains(real, folder):
            return entry._replace(tag=links.LINK_CYCLE)
        tag = _tag(path) if self.meaning is Meaning.CONTENT and kind is Kind.FILE else ""
        return Entry(entry.name, kind, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino, tag)

    def _contains(self, real: bytes, folder: str) -> bool:
        """Say whether a folder is one of those on the way to `folder`, or contains one of them."""
        way = (os.path.realpath(self._bytes(place)) for place in upwards(folder))
        return any(_is_within(place, real) for place in way)

    def _is_inside(self, real: bytes) -> bool:
        return _is_within(real, to_bytes(self.inner.canonical))

    def _refuse_outside(self, folder: str) -> None:
        """Raise `SourceVanished` if a link on the way leads out of the root by now."""
        if folder and self.meaning is Meaning.TARGET and not self._is_inside(os.path.realpath(self._bytes(folder))):
            raise SourceVanished(f"{shown(folder)} leads out of the source by now")

    def _bytes(self, path: str) -> bytes:
        return to_bytes(self.inner.physical_path(path))


def _tag(path: bytes) -> str:
    """Return the tag that says where a link leads."""
    try:
        return links.LINK_TAG + from_bytes(os.readlink(path))  # noqa: PTH115 - bytes
    except OSError as error:
        raise SourceVanished(f"{shown(from_bytes(path))} is not a link any more") from error


def _is_within(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder.rstrip(b"/") + b"/")


def _opened(real: bytes, path: str) -> BinaryIO:
    """Open the end of a link; what is no regular file by now is refused."""
    try:
        opened = os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0)
    except FileNotFoundError as error:
        raise SourceVanished(f"{shown(path)} leads to nothing any more") from error
    except OSError as error:
        raise SourceUnreadable(f"{shown(path)} cannot be read: {error.strerror}") from error
    if not modes.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise NotAFile(f"{shown(path)} leads to what has no content")
    return opened
