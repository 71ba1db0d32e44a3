"""One folder of a scan: its entries, what the snapshot and the catalogue say, and what has to happen."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial

from lading.base.errors import HookFailed, NameRefused, SkipFile
from lading.base.paths import join, name_of, shown, to_bytes
from lading.ingest.engine import links
from lading.ingest.engine.catalogue import Absent, Collection, Listing, NotAsked
from lading.ingest.engine.compare import Action, Difference, Step, contradicts, decide, difference
from lading.ingest.engine.deletion import TYPE_CHANGED
from lading.ingest.engine.filters import Left
from lading.ingest.engine.mirroring import report_foreign
from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.parts import Failure, FolderPart, Ports, Range
from lading.ingest.engine.recall import Finding, Seen, Unchanged, recall
from lading.ingest.engine.scan_asking import HANDLER_SKIPPED, reason_to_skip, rules_for
from lading.ingest.engine.selecting import everything
from lading.ingest.engine.sieve import Sieve
from lading.ingest.engine.snapshot import Known, SegmentHead, doubted, known_from, pack, unpack
from lading.ingest.engine.twins import TWIN, FolderTwins
from lading.ingest.engine.values import Entry, Kind, Listed


class FolderWalk:
    """
    A folder that is being read.

    Between two parts `rest` says what of the folder is still to be read, None if nothing is; `folders` are the
    sub-folders of the last part. Memory does not grow with the folder but for its names and a listing of its collection.
    """

    def __init__(self, start: Range, ports: Ports) -> None:
        self.rest: Range | None = start
        self.folders: list[Range] = []
        self._range = start
        self._ports = ports
        self._heads: Sequence[SegmentHead] = ()
        self._known_folders: frozenset[str] = frozenset()
        self._seen_folders: set[str] = set()
        self._expected: list[str] = []
        self._there: Collection = Absent()
        self._last = start.after
        self._twins = FolderTwins(partial(ports.source.names, start.folder), ports.rules.twin_rule)
        self._part = FolderPart(folder=start.folder, collection="", make_collection=False)
        self._found: list[Range] = []
        self._selection = everything(start.folder)
        self._sieve = Sieve(self._selection)
        self._entries = 0
        self._acted = False

    def parts(self) -> Generator[FolderPart, None, None]:
        """Yield the folder in parts; a folder that cannot be read ends in a failure."""
        try:
            yield from self._parts()
        except SkipFile as error:
            self._fail(self._range.folder, error.code, str(error))
            yield replace(part := self._cut(ended=True), make_collection=part.make_collection and bool(part.actions))
        finally:
            self._there.close()

    def _parts(self) -> Iterator[FolderPart]:
        self._begin()
        after = to_bytes(self._range.after)
        trust = isinstance(self._there, NotAsked)
        for finding in recall(self._taken(), self._heads, self._load, after=after, trust=trust):
            self._note(finding)
            if self._entries >= self._ports.rules.part_entries:
                self._report_vanished_folders(to_bytes(self._last))
                yield self._cut(ended=False)
        self._report_vanished_folders(None)
        report_foreign(self._part, self._ports, self._selection, self._there)
        self._found_nothing_to_do()
        yield self._cut(ended=True)

    # --- before and after ----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Ask snapshot and catalogue, as far as need be."""
        ports, folder = self._ports, self._range.folder
        rules = ports.rules
        collection = rules.naming.logical_path(rules.destination, folder, source_root=ports.source.canonical).path
        self._part = replace(self._part, collection=collection)
        self._selection = ports.selector.of(folder)
        self._sieve = Sieve(self._selection)
        self._heads = ports.snapshots.heads(folder)
        self._known_folders = frozenset(ports.snapshots.children(folder))
        after = to_bytes(self._range.after)
        self._expected = sorted((n for n in self._known_folders if to_bytes(n) > after), key=to_bytes, reverse=True)
        self._there = self._asked(collection)
        self._part = self._new_part()

    def _asked(self, collection: str) -> Collection:
        """Return what is known of the collection; ask for it only if nothing else speaks."""
        ports, start = self._ports, self._range
        if start.absent:
            return Absent()
        if self._heads and not start.fresh and not ports.rules.mirrors and not ports.recheck(start.folder):
            return NotAsked()
        with ports.session_of() as session:
            return Listing(session, collection)

    def _new_part(self) -> FolderPart:
        return FolderPart(
            folder=self._range.folder,
            collection=self._part.collection,
            make_collection=self._ports.rules.operation.writes and not self._there.is_there,
        )

    def _cut(self, *, ended: bool) -> FolderPart:
        """Finish the part in hand and begin the next one."""
        excluded, left_out = self._sieve.counted(to_bytes(self._last), ended=ended)
        part = replace(
            self._part,
            make_collection=self._makes(ended=ended),
            ended=ended,
            entries=self._entries + excluded,
            excluded=excluded + left_out,
            compared=not isinstance(self._there, NotAsked),
        )
        fresh = self._range.fresh or isinstance(self._there, Listing)
        self.rest = None if ended else replace(self._range, after=self._last, fresh=fresh)
        self.folders, self._found = self._found, []
        self._part, self._entries = self._new_part(), 0
        return part

    def _makes(self, *, ended: bool) -> bool:
        """Say whether the collection is made with this part: for its actions, or if the folder has none at all."""
        if self._part.actions:
            self._acted = True
            return self._part.make_collection
        return self._part.make_collection and ended and not self._acted and self._selection.is_ready

    def _found_nothing_to_do(self) -> None:
        """Give a folder without a snapshot its first segment if nothing in its last part is going to."""
        part = self._part
        brings = self._heads or part.make_collection or part.actions or part.snapshot_changes
        if self._selection.is_ready and not brings:
            part.new_segments.append(pack([]))

    # --- entries -------------------------------------------------------------------------------------------------

    def _taken(self) -> Iterator[Entry]:
        """Yield the entries whose names are taken, in order; what is not brought now goes along set aside."""
        return self._sieve.sifted(ordered(self._ports.source, self._range.folder, after=self._range.after))

    def _load(self, lo: bytes) -> list[Known]:
        return unpack(self._ports.snapshots.segment(self._range.folder, lo))

    def _note(self, finding: Finding) -> None:
        """Put a finding where it belongs."""
        match finding:
            case Unchanged(head, others, last):
                self._part.unchanged.append(head)
                self._entries += head.count
                self._note_gone(head, others)
                self._note_others(head, others)
                self._last = last or self._last
            case Seen(entry, known):
                self._entry(entry, known)
                self._last = entry.name
            case _:
                self._missing(finding.known)
                self._last = finding.known.name

    def _note_others(self, head: SegmentHead, others: list[Entry]) -> None:
        """Handle what is no file in an unchanged segment; any of it may have the name of a file that is gone."""
        may_be_gone = any(
            other.kind is Kind.ASIDE or (other.kind is Kind.FOLDER and other.name not in self._known_folders)
            for other in others
        )
        gone = {known.name: known for known in self._load(head.lo)} if may_be_gone else {}
        for other in others:
            self._entry(other, gone.get(other.name))

    def _entry(self, entry: Entry, known: Known | None) -> None:
        """Handle one entry; a name that cannot be mapped fails alone."""
        self._entries += 1
        if entry.kind is not Kind.FILE:  # a link may lead to where a folder was moved: that has not vanished
            self._seen_folders.add(entry.name)
        try:
            if entry.kind is Kind.FOLDER:
                self._folder(entry, known)
            elif entry.kind is Kind.ASIDE:
                self._not_now(*self._sieve.aside(entry.name), known)
            else:
                self._file(entry, known)
        except (NameRefused, HookFailed) as error:
            self._fail(join(self._range.folder, entry.name), error.code, str(error))

    def _folder(self, entry: Entry, known: Known | None) -> None:
        """Put a sub-folder on the list, unless a data object has its place."""
        if known is not None:
            self._missing(known)
        path, name = join(self._range.folder, entry.name), self._logical(entry)
        if known is not None or isinstance(self._there.find(name), Listed):
            self._fail(path, TYPE_CHANGED, f"{shown(path)} is a folder, but a data object has its place")
        elif reason := reason_to_skip(self._ports, self._range.folder, self._part.collection, entry):
            self._part.skipped_folders.append(Failure(path, HANDLER_SKIPPED, reason))
        else:
            is_new = entry.name not in self._known_folders
            twin = is_new and self._twins.is_told(entry.name, name)
            self._found.append(Range(path, absent=self._there.has_collection(name) is False, twin=twin))

    def _file(self, entry: Entry, known: Known | None) -> None:
        """Decide about a file, unless a collection has its place."""
        name = self._logical(entry)
        rules = rules_for(self._ports, self._range.folder, self._part.collection, entry)
        action = decide(entry, known, listed := self._there.find(name), rules)
        if action.code in links.BROKEN:
            self._fail(join(self._range.folder, entry.name), action.code, links.REASONS[action.code])
        elif action.step is Step.SKIP:
            self._part.skips.append(action)
        elif known is None and (entry.name in self._known_folders or self._there.has_collection(name)):
            path = join(self._range.folder, entry.name)
            self._fail(path, TYPE_CHANGED, f"{shown(path)} is a file, but a collection has its place")
        elif action.step is Step.KEEP:
            self._keep(action)
        else:
            code = self._remark(entry, name) if known is None else TWIN * self._range.twin
            self._part.actions.append(replace(action, code=action.code or code))
            if known is not None and contradicts(listed, known):
                self._part.snapshot_changes[known.name] = doubted(known)  # until it is mended

    def _remark(self, entry: Entry, name: str) -> str:
        """Return what is to be told of a new file beside its outcome."""
        if self._twins.is_told(entry.name, name) or self._range.twin:
            return TWIN
        return self._ports.source.remark(join(self._range.folder, entry.name))

    def _not_now(self, entry: Entry, why: Left, known: Known | None) -> None:
        """
        Handle what is there and not brought in this run: it has not vanished.

        ========  ======================  ==============================================
        why       known                   then
        ========  ======================  ==============================================
        pending   as it is                unchanged: it was brought before
        pending   other, gone, unknown    skipped with the code; what is known stays, alive
        EXCLUDED  any                     counted; the snapshot forgets it, as if it had never been brought
        ========  ======================  ==============================================
        """
        if not why.is_pending:
            self._forget(known)
        elif known is not None and not known.gone and difference(entry, known) is Difference.NONE:
            self._file(entry, known)
        else:
            self._part.skips.append(Action(Step.SKIP, entry, known, code=why.value))
            if known is not None and known.gone:
                self._part.snapshot_changes[known.name] = replace(known, gone=False)

    def _forget(self, known: Known | None) -> None:
        """Let the snapshot forget what the filters leave out: nothing that happens to it later is a deletion."""
        if known is not None:
            self._part.snapshot_changes[known.name] = None

    def _keep(self, action: Action) -> None:
        """Count a file that needs nothing; remember it as it is now."""
        self._part.kept.append(action)
        if action.renews and action.known is not None:
            known = action.known
            self._part.snapshot_changes[known.name] = known_from(action.entry, known.checksum, known.proof)

    def _note_gone(self, head: SegmentHead, others: list[Entry]) -> None:
        """Report again what vanished from an unchanged segment before, if it is to be deleted and did not come back."""
        if head.gone and self._ports.rules.deletes:
            came_back = {other.name for other in others}
            for known in self._load(head.lo):
                if known.gone and known.name not in came_back:
                    self._missing(known)

    def _missing(self, known: Known) -> None:
        """Report a file that vanished; what the filters leave out has not vanished."""
        if not self._selection.takes_name(known.name, folder=False):
            self._forget(known)
            return
        if self._ports.rules.deletes or not known.gone:
            self._part.vanished.append(known)
        if not known.gone:
            self._part.snapshot_changes[known.name] = replace(known, gone=True)

    def _report_vanished_folders(self, last: bytes | None) -> None:
        """Report the known sub-folders up to `last` that were not seen."""
        while self._expected and (last is None or to_bytes(self._expected[-1]) <= last):
            name = self._expected.pop()
            if name not in self._seen_folders:
                taken, part = self._selection.takes_name(name, folder=True), self._part
                (part.vanished_folders if taken else part.forgotten_folders).append(join(self._range.folder, name))
        self._seen_folders.clear()

    def _logical(self, entry: Entry) -> str:
        """Return the name at the destination; raise `NameRefused`."""
        source_path = self._ports.source.physical_path(join(self._range.folder, entry.name))
        return name_of(self._ports.rules.naming.child(self._part.collection, entry.name, source_path).path)

    def _fail(self, path: str, code: str, reason: str) -> None:
        self._part.failures.append(Failure(path, code, reason))
