"""A tree in memory that keeps the contract of a source: for tests, and to try things out."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from lading.base.errors import NotAFile, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import join, name_of, parent, shown, to_bytes
from lading.ingest.engine.sources.base import Marker
from lading.ingest.engine.values import Entry, Kind

_SECOND = 1_000_000_000
_EPOCH = 1_700_000_000 * _SECOND


@dataclass(slots=True)
class _Node:
    """What lies at a path."""

    kind: Kind
    inode: int
    mtime_ns: int
    ctime_ns: int
    data: bytes = b""
    readable: bool = True
    children: dict[str, _Node] = field(default_factory=dict)


class _Opened(io.RawIOBase):
    """A file that is read as it is now: who changes it meanwhile is seen, as on a filesystem."""

    def __init__(self, node: _Node, before_read: Callable[[], None]) -> None:
        self.node = node
        self._before_read = before_read
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._before_read()
        found = self.node.data[self._position : self._position + len(buffer)]
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)


class MemorySource:
    """
    Files by relative path, and what a test does to them.

    Folders come with the files in them. Each change moves the clock of the tree on by a second.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None, *, ordered: bool = False) -> None:
        self.ordered = ordered
        self.opens = 0
        #: owners by path; of all others it is nobody in particular
        self.owners: dict[str, str] = {}
        #: codes by path
        self.remarks: dict[str, str] = {}
        #: called with the path right before each read of an opened file
        self.on_read: Callable[[str], None] = lambda _path: None
        self._inodes = itertools.count(1)
        self._time = _EPOCH
        self._root: _Node | None = self._node(Kind.FOLDER)
        for path, data in (files or {}).items():
            self.write(path, data)

    # --- the port ----------------------------------------------------------------------------------------------

    @property
    def canonical(self) -> str:
        """The same for every tree in memory."""
        return "/memory"

    def marker(self) -> Marker:
        """Return what identifies the root; raise `SourceMissing`."""
        return Marker(host="memory", filesystem="memory", inode=self._find("").inode)

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """Yield the children: in order if the tree is ordered, else in another order."""
        children = self._folder(folder).children
        for name in sorted(children, key=to_bytes, reverse=not self.ordered):
            node = children.get(name)
            if node is not None and (name > after or not self.ordered):
                yield _entry(name, node)

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children."""
        return (entry.name for entry in self.list(folder))

    def stat(self, path: str) -> Entry:
        """Return the entry at `path`."""
        return _entry(name_of(path), self._find(path))

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:  # noqa: ARG002 - `describe` tells them apart
        """Open a file."""
        node = self._find(path)
        if node.kind is not Kind.FILE:
            raise NotAFile(f"{shown(path)} has no content to bring")
        if not node.readable:
            raise SourceUnreadable(f"{shown(path)} cannot be read: no permission")
        self.opens += 1
        return cast("BinaryIO", _Opened(node, lambda: self.on_read(path)))

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the entry behind an opened file."""
        return _entry(name, cast("_Opened", opened).node)

    def physical_path(self, path: str) -> str:
        """Return a path under `/memory`."""
        return join("/memory", path)

    # --- what a test does --------------------------------------------------------------------------------------

    def write(self, path: str, data: bytes, *, keep_mtime: bool = False) -> None:
        """Write a file, over what is there; with `keep_mtime` as a tool does that restores the time."""
        node = self._folder_for(parent(path)).children.setdefault(name_of(path), self._node(Kind.FILE))
        node.kind, node.data, node.ctime_ns = Kind.FILE, data, self._tick()
        node.mtime_ns = node.mtime_ns if keep_mtime else node.ctime_ns

    def replace(self, path: str, data: bytes) -> None:
        """Put another file (another inode) in the place of what is there."""
        self._folder_for(parent(path)).children[name_of(path)] = self._node(Kind.FILE, data)

    def touch(self, path: str) -> None:
        """Change only the ctime, as chmod does."""
        self._find(path).ctime_ns = self._tick()

    def retime(self, path: str) -> None:
        """Change mtime and ctime, not the content."""
        node = self._find(path)
        node.mtime_ns = node.ctime_ns = self._tick()

    def add(self, path: str, kind: Kind) -> None:
        """Add a folder, a link or something else."""
        if kind is Kind.FOLDER:
            self._folder_for(path)
        else:
            self._folder_for(parent(path)).children[name_of(path)] = self._node(kind)

    def remove(self, path: str) -> None:
        """Remove a file or a whole folder; "" is the root."""
        if path:
            del self._find(parent(path)).children[name_of(path)]
        else:
            self._root = None

    def remark(self, path: str) -> str:
        """Return what a test says of it."""
        return self.remarks.get(path, "")

    def owner(self, path: str) -> str:
        """Return who was made owner; nobody in particular otherwise."""
        self._find(path)
        return self.owners.get(path, "nobody")

    def deny(self, path: str, *, readable: bool = False) -> None:
        """Take the permission to read away, or give it back."""
        self._find(path).readable = readable

    def content(self, path: str) -> bytes:
        """Return what lies in a file."""
        return self._find(path).data

    # --- inside ------------------------------------------------------------------------------------------------

    def _tick(self) -> int:
        self._time += _SECOND
        return self._time

    def _node(self, kind: Kind, data: bytes = b"") -> _Node:
        now = self._tick()
        return _Node(kind, next(self._inodes), now, now, data)

    def _find(self, path: str) -> _Node:
        """Return what lies at `path`."""
        if self._root is None:
            raise SourceMissing("The source is not there")
        node: _Node | None = self._root
        for name in path.split("/") if path else ():
            node = node.children.get(name) if node is not None else None
        if node is None:
            raise SourceVanished(f"{shown(path)} is not there any more")
        return node

    def _folder(self, path: str) -> _Node:
        """Return the folder at `path` if it may be listed."""
        node = self._find(path)
        if node.kind is not Kind.FOLDER:
            raise SourceVanished(f"{shown(path)} is not a folder any more")
        if not node.readable:
            error = SourceUnreadable if path else SourceMissing
            raise error(f"{shown(path) or 'The source'} cannot be read: no permission")
        return node

    def _folder_for(self, path: str) -> _Node:
        """Return the folder at `path`, made with its parents if need be."""
        node = self._find("")
        for name in path.split("/") if path else ():
            found = node.children.get(name)
            if found is None or found.kind is not Kind.FOLDER:
                found = node.children[name] = self._node(Kind.FOLDER)
            node = found
        return node


def _entry(name: str, node: _Node) -> Entry:
    """Return the entry for a node."""
    return Entry(name, node.kind, len(node.data), node.mtime_ns, node.ctime_ns, node.inode)
