"""From the lines of a deletion list to pieces of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lading.base.clock import SystemClock
from lading.base.errors import SkipFile
from lading.base.paths import hidden, join, name_of, parent
from lading.ingest.app.context import Context
from lading.ingest.app.models import DeletionLine
from lading.ingest.engine.parting import looks_at_each
from lading.ingest.engine.removal_work import Doomed, DoomedFolder, DoomedTree, RemovalWork, doomed
from lading.ingest.engine.selecting import Selector
from lading.ingest.engine.values import DeleteMode

#: objects in one batch
_AT_ONCE = 500
#: a larger tree does not go to the trash in one request: looking through it first would take too long
LARGEST_TREE = 5_000


def works(lines: Iterable[DeletionLine], of: Context) -> Iterator[RemovalWork]:
    """Yield the work for all lines, deepest first within a tree."""
    filling = _Filling()
    for line in lines:
        if not line.is_tree:
            yield from filling.add(_folder_of(line))
        elif _goes_at_once(line, of):
            yield from filling.add_tree(_tree(line, of))
        else:
            for folder in reversed(list(folders_of(line, of))):
                yield from filling.add(folder)
    yield from filling.close()


class _Filling:
    """The work that is being filled."""

    def __init__(self) -> None:
        self._folders: list[DoomedFolder] = []
        self._trees: list[DoomedTree] = []
        self._objects = 0

    def add(self, folder: DoomedFolder) -> Iterator[RemovalWork]:
        """Take objects in; yield the works that are full."""
        for start in range(0, len(folder.objects), _AT_ONCE):
            part = folder.objects[start : start + _AT_ONCE]
            if self._objects + len(part) > _AT_ONCE:
                yield from self.close()
            last = self._folders[-1] if self._folders else None
            if last is not None and last.collection == folder.collection:
                self._folders.pop()
                part = (*last.objects, *part)
            self._folders.append(DoomedFolder(folder=folder.folder, collection=folder.collection, objects=part))
            self._objects = sum(len(one.objects) for one in self._folders) + sum(one.objects for one in self._trees)

    def add_tree(self, tree: DoomedTree) -> Iterator[RemovalWork]:
        """Take a tree in; yield the work that was full before."""
        if self._objects and self._objects + tree.objects > _AT_ONCE:
            yield from self.close()
        self._trees.append(tree)
        self._objects += tree.objects

    def close(self) -> Iterator[RemovalWork]:
        """Yield what there is and begin anew."""
        if self._folders or self._trees:
            yield RemovalWork(folders=tuple(self._folders), trees=tuple(self._trees))
        self._folders, self._trees, self._objects = [], [], 0


def _goes_at_once(line: DeletionLine, of: Context) -> bool:
    """
    Say whether a vanished folder goes in one request.

    Only into the trash: from there comes back what somebody put into it at that very moment. And only where no filter
    can protect a part of it, and no hook is to be called for each object.
    """
    if looks_at_each(of.hooks, of.rules.templates):
        return False
    whole = of.rules.filters.is_empty or not of.rules.mirrors
    return of.rules.delete_mode is DeleteMode.TRASH and line.count <= LARGEST_TREE and whole


def _folder_of(line: DeletionLine) -> DoomedFolder:
    path, logical_path = hidden(line.path), hidden(line.logical_path)
    return DoomedFolder(
        folder=parent(path),
        collection=parent(logical_path),
        objects=(Doomed(name_of(path), name_of(logical_path), line.size, line.checksum, line.is_foreign),),
    )


def _tree(line: DeletionLine, of: Context) -> DoomedTree:
    return DoomedTree(
        folder=hidden(line.path),
        collection=hidden(line.logical_path),
        folders=tuple(folders_of(line, of)),
    )


def folders_of(line: DeletionLine, of: Context) -> Iterator[DoomedFolder]:
    """Yield what is to go of a vanished folder, parents first; what the filters leave out by now is not."""
    top, collection = hidden(line.path), hidden(line.logical_path)
    yield from _foreign_folders(top, collection, of) if line.is_foreign else managed_folders(top, of)


def managed_folders(top: str, of: Context) -> Iterator[DoomedFolder]:
    """Yield what the job manages in a folder and below, as far as the filters let it go."""
    selector, naming, whole = _selector(of), of.rules.naming, of.source.physical_path
    left_out: set[str] = set()
    for folder, entries in of.snapshots.tree(top):
        if parent(folder) in left_out or (folder != top and not _takes_folder(selector, folder)):
            left_out.add(folder)
            continue
        try:
            selection = selector.by_names(folder)
            place = naming.logical_path(of.rules.destination, folder, source_root=of.source.canonical).path
            taken = [one for one in entries if selection.takes_name(one.name, folder=False)]
            names = [name_of(naming.child(place, one.name, whole(join(folder, one.name))).path) for one in taken]
        except SkipFile:
            continue  # nothing could ever be brought there, or nobody knows what the filters say
        yield DoomedFolder(folder=folder, collection=place, objects=tuple(map(doomed, taken, names)))


def _foreign_folders(top: str, collection: str, of: Context) -> Iterator[DoomedFolder]:
    """Yield what is in a foreign collection and below, so far as the filters do not protect it."""
    selector, waiting = _selector(of), [(top, collection)]
    with of.destination.session() as session:
        while waiting:
            folder, place = waiting.pop()
            try:
                selection = selector.by_names(folder)
            except SkipFile:
                continue  # nobody knows what the filters say
            objects = tuple(
                Doomed(one.name, one.name, one.size, one.checksum, is_foreign=True)
                for one in session.list_objects(place)
                if selection.takes_name(one.name, folder=False)
            )
            yield DoomedFolder(folder=folder, collection=place, objects=objects)
            below = [name for name in session.list_collections(place) if selection.takes_name(name, folder=True)]
            waiting += [(join(folder, name), f"{place}/{name}") for name in below]


def _selector(of: Context) -> Selector:
    return Selector(of.source, of.rules.filters, SystemClock())


def _takes_folder(selector: Selector, folder: str) -> bool:
    """Say whether the filters let a folder be entered; not if nobody knows."""
    try:
        return selector.by_names(parent(folder)).takes_name(name_of(folder), folder=True)
    except SkipFile:
        return False
