"""A tree and its collections, read side by side: what of each folder agrees, and what does not."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lading.base.clock import Clock
from lading.base.errors import NameRefused, SkipFile
from lading.base.paths import join, name_of
from lading.ingest.engine import links
from lading.ingest.engine.catalogue import Absent, Collection, Listing
from lading.ingest.engine.compare import decide
from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.parts import Budget, Failure, Ports
from lading.ingest.engine.scan_asking import HANDLER_SKIPPED, reason_to_skip
from lading.ingest.engine.selecting import everything
from lading.ingest.engine.values import Entry, Kind, Listed
from lading.ingest.engine.verifying import Code, Judged, judge

#: names of one collection that are looked for at the source at a time
_WINDOW = 100_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A folder with everything below it, or what of it is still to be compared."""

    folder: str = ""
    #: where it is in iRODS; "": where the folder's path says
    collection: str = ""
    #: the source was read up to this name
    after: str = ""
    #: the collection is known not to exist
    absent: bool = False
    #: there is no such folder at the source
    foreign: bool = False
    #: the source was read to its end, and the collection up to this name
    zone_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found in one folder, or in some of it. Each path is in one list."""

    folder: str
    collection: str
    #: names of files that agree, so far as listings say
    same: list[Judged] = field(default_factory=list)
    found: list[Judged] = field(default_factory=list)
    #: what no run brings, or none yet, with the code that says why
    skipped: list[tuple[Entry, str]] = field(default_factory=list)
    #: an empty folder that has no collection
    is_missing: bool = False
    #: a collection that is no folder
    is_foreign: bool = False
    failures: list[Failure] = field(default_factory=list)
    entries: int = 0
    ended: bool = False


@dataclass(slots=True, kw_only=True)
class Comparison:
    """One pass over some stretches, depth first, within a budget; memory does not grow with the tree."""

    stretches: Iterable[Stretch]
    ports: Ports
    budget: Budget
    clock: Clock
    #: what the budget did not suffice for; complete once `run` has ended
    leftover: list[Stretch] = field(default_factory=list, init=False)

    def run(self) -> Iterator[Compared]:
        """Yield the parts of all folders; at least one, however small the budget is."""
        begun, entries = self.clock.now(), 0
        stack = [*self.stretches][::-1]
        while stack:
            walk = FolderComparison(stack.pop(), self.ports)
            parts = walk.parts()
            for part in parts:
                entries += part.entries + 1
                rest = [walk.rest] if walk.rest is not None else []
                if entries >= self.budget.entries or self.clock.now() - begun >= self.budget.seconds:
                    self.leftover = [*walk.folders, *rest, *reversed(stack)]
                yield part
                if self.leftover:
                    parts.close()
                    return
                self.ports.token.check()
            stack.extend(reversed(walk.folders))


class FolderComparison:
    """
    A folder that is being compared.

    Between two parts `rest` says what of it is left, None if nothing is; `folders` are the sub-folders found so far.
    """

    def __init__(self, start: Stretch, ports: Ports) -> None:
        self.rest: Stretch | None = start
        self.folders: list[Stretch] = []
        self._start = start
        self._ports = ports
        self._collection = start.collection
        self._there: Collection = Absent()
        self._selection = everything(start.folder)
        #: names in iRODS that a source entry stands for; None once they are too many to keep
        self._claimed: set[str] | None = None if start.after or start.zone_after is not None else set()
        self._part = Compared(folder=start.folder, collection="")
        self._entries = 0
        self._has_children = bool(start.after)

    def parts(self) -> Generator[Compared, None, None]:
        """Yield the folder in parts; a side that cannot be read ends in a failure."""
        try:
            yield from self._parts()
        except SkipFile as error:
            self._part.failures.append(Failure(self._start.folder, error.code, str(error)))
            yield self._cut(None)
        finally:
            self._there.close()

    def _parts(self) -> Iterator[Compared]:
        start = self._start
        if not self._collection:
            canonical = self._ports.source.canonical
            rules = self._ports.rules
            self._collection = rules.naming.logical_path(rules.destination, start.folder, source_root=canonical).path
        self._part = self._new_part()
        is_there = self._open()
        if start.zone_after is None and not start.foreign:
            self._selection = self._ports.selector.of(start.folder)
            for entry in ordered(self._ports.source, start.folder, after=start.after):
                self._source_entry(entry)
                if self._entries >= self._ports.rules.part_entries:
                    yield self._cut(replace(start, after=entry.name))
        missing = not (is_there or self._has_children or start.foreign)
        self._part = replace(self._part, is_missing=missing, is_foreign=start.foreign and start.zone_after is None)
        yield from self._zone_side(start.zone_after or "")
        yield self._cut(None)

    def _open(self) -> bool:
        """List the collection; say whether it is there."""
        if self._start.absent:
            return False
        with self._ports.session_of() as session:
            self._there = Listing(session, self._collection)
            return self._there.is_there or self._start.folder != "" or session.has_collection(self._collection)

    def _new_part(self) -> Compared:
        return Compared(folder=self._start.folder, collection=self._collection)

    def _cut(self, rest: Stretch | None) -> Compared:
        """Finish the part in hand and begin the next one."""
        part = replace(self._part, entries=self._entries, ended=rest is None)
        self.rest = replace(rest, collection=self._collection) if rest is not None else None
        self._part, self._entries = self._new_part(), 0
        return part

    # --- what the source has -------------------------------------------------------------------------------------

    def _source_entry(self, entry: Entry) -> None:
        """Compare one child of the folder; a name that cannot be mapped fails alone."""
        self._entries += 1
        self._has_children = True
        try:
            name = self._logical(entry.name)
        except NameRefused as error:
            path = join(self._start.folder, entry.name)
            self._part.failures.append(Failure(path, error.code, str(error)))
            return
        self._claim(name)
        if not self._selection.takes_name(entry.name, folder=entry.kind is Kind.FOLDER):
            return
        why = self._selection.left(entry)
        if why is None:
            self._compare(entry, name)
        elif why.is_pending:
            self._part.skipped.append((entry, why.value))

    def _claim(self, name: str) -> None:
        if self._claimed is not None:
            self._claimed.add(name)
            if len(self._claimed) > _WINDOW:
                self._claimed = None

    def _compare(self, entry: Entry, name: str) -> None:
        listed = self._there.find(name)
        assert listed is None or isinstance(listed, Listed)
        has_collection = bool(self._there.has_collection(name))
        if (listed is None or entry.kind is Kind.FOLDER) and self._is_skipped(entry):
            self._part.skipped.append((entry, HANDLER_SKIPPED))
        elif entry.kind is Kind.FOLDER:
            self._folder(entry, listed, name, absent=not has_collection)
        elif entry.kind is not Kind.FILE:
            self._not_a_file(entry)
        elif has_collection:
            self._part.found.append(Judged(entry.name, Code.TYPE_DIFFERS, entry, listed))
        else:
            self._file(Judged(entry.name, judge(entry, listed, self._ports.rules.operation), entry, listed))

    def _is_skipped(self, entry: Entry) -> bool:
        """Ask the handler; a file that is there is compared, whatever it would say now."""
        return bool(reason_to_skip(self._ports, self._start.folder, self._collection, entry))

    def _not_a_file(self, entry: Entry) -> None:
        """Leave out what no run brings; a link that should be brought and cannot is a failure, as in a run."""
        code = decide(entry, None, None, self._ports.rules).code
        if code in links.BROKEN:
            path = join(self._start.folder, entry.name)
            self._part.failures.append(Failure(path, code, links.REASONS[code]))
        else:
            self._part.skipped.append((entry, code))

    def _file(self, judged: Judged) -> None:
        agrees = judged.code in {Code.SAME, Code.NO_CHECKSUM}
        (self._part.same if agrees else self._part.found).append(judged)

    def _folder(self, entry: Entry, listed: Listed | None, name: str, *, absent: bool) -> None:
        if listed is not None:
            self._part.found.append(Judged(entry.name, Code.TYPE_DIFFERS, entry, listed))
            return
        path = join(self._start.folder, entry.name)
        self.folders.append(Stretch(path, f"{self._collection}/{name}", absent=absent))

    def _logical(self, name: str) -> str:
        """Return the name in iRODS; raise `NameRefused`."""
        path = self._ports.source.physical_path(join(self._start.folder, name))
        return name_of(self._ports.rules.naming.child(self._collection, name, path).path)

    # --- what only the zone has ----------------------------------------------------------------------------------

    def _zone_side(self, after: str) -> Iterator[Compared]:
        """Report objects and collections that no source entry stands for."""
        if not isinstance(self._there, Listing):
            return
        names = self._there.names(after)
        while window := list(islice(names, _WINDOW)):
            for name in self._unclaimed(window):
                listed = self._there.find(name)
                assert isinstance(listed, Listed)
                self._part.found.append(Judged(name, Code.ONLY_IN_ZONE, None, listed))
                self._entries += 1
                if self._entries >= self._ports.rules.part_entries:
                    yield self._cut(replace(self._start, after="", zone_after=name))
        for name in self._unclaimed(sorted(self._there.collections())):
            path = join(self._start.folder, name)
            self.folders.append(Stretch(path, f"{self._collection}/{name}", foreign=True))

    def _unclaimed(self, names: list[str]) -> list[str]:
        """Return those that nothing at the source stands for, in order; excluded entries stand for theirs, too."""
        left = set(names)
        if self._start.foreign:
            return names
        left -= self._claimed if self._claimed is not None else self._claims(left)
        return [name for name in names if name in left]

    def _claims(self, wanted: set[str]) -> set[str]:
        """Return those names in iRODS that the source's names become: once more over the folder, names only."""
        claimed = set()
        for name in self._ports.source.names(self._start.folder):
            try:
                logical = self._logical(name)
            except NameRefused:
                continue
            if logical in wanted:
                claimed.add(logical)
        return claimed
