"""Bringing back what a run deleted: out of the trash, or into the catalogue again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lading.base.errors import ConnectionLost, ObjectExists, SkipFile
from lading.base.events import Sink
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import hidden, name_of, parent
from lading.ingest.app import context, file_columns, kinds
from lading.ingest.app.context import Context
from lading.ingest.app.file_columns import FileColumns
from lading.ingest.app.models import FileFacts, Removed
from lading.ingest.app.reaching import reaching_zone
from lading.ingest.engine.destinations.base import Destination, Session
from lading.ingest.engine.destinations.naming import trash_place
from lading.ingest.engine.removal_candidates import refuse_outside
from lading.ingest.engine.values import DeleteMode, PutMode, Target
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Outcome
from lading.orchestration.progress import Meter

#: objects in one batch
_AT_ONCE = 500

#: code of an object that was brought back
RESTORED = "RESTORED"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """One object that a run deleted."""

    subject: str
    facts: FileFacts
    removed: Removed

    @property
    def path(self) -> str:
        return hidden(self.facts.logical_path)


def batches(run_id: int) -> list[NewBatch]:
    """Return the batches that bring back what a run deleted; none if it deleted nothing."""
    rows = Outcome.objects.filter(run_id=run_id, outcome=Kind.DELETED.value).order_by("id").values_list("id", flat=True)
    ids = list(rows)
    return [
        NewBatch(
            kind=kinds.RESTORE,
            payload=",".join(map(str, ids[start : start + _AT_ONCE])).encode(),
            planned_files=len(ids[start : start + _AT_ONCE]),
        )
        for start in range(0, len(ids), _AT_ONCE)
    ]


@reaching_zone
def restore_batch(held: Claim, meter: Meter) -> Ending:
    """Bring back the objects that the batch names; what has another object in its place stays where it is."""
    of = context.of(held)
    wanted = [int(part) for part in held.payload.split(b",")]
    lost = list(_lost(wanted))
    restoring = _Restoring(of, meter)
    restoring.prepare(lost)
    found = [pair for user, theirs in _by_user(lost) for pair in restoring.as_user(user).each(theirs, restoring.one)]
    return Ending(
        outcomes=[*(outcome for _, outcome in found), *_left(wanted, lost)],
        counts={"requests": of.destination.requests()},
        also=lambda batch_id: _record(batch_id, [one for one, _ in found]),
    )


def _lost(ids: Sequence[int]) -> Iterator[_Lost]:
    facts, removed = FileFacts.objects.in_bulk(ids), Removed.objects.in_bulk(ids)
    for row in Outcome.objects.filter(pk__in=ids).order_by("id"):
        if row.pk in facts and row.pk in removed:
            yield _Lost(subject=row.subject, facts=facts[row.pk], removed=removed[row.pk])


def _left(wanted: Sequence[int], lost: Sequence[_Lost]) -> Iterator[NewOutcome]:
    """Yield an outcome for each object of which the ledger does not know any more what it was: the run waited too long."""
    known = {one.facts.pk for one in lost}
    for key in wanted:
        if key not in known:
            reason = "what it was has left the ledger by its age (`retention`)"
            yield NewOutcome(subject=f"outcome {key}", outcome=Kind.FAILED, code="NOT_IN_LEDGER", reason=reason)


def _by_user(lost: Sequence[_Lost]) -> Iterator[tuple[str, list[_Lost]]]:
    """Yield the objects by who removed them: they are in that user's trash."""
    found: dict[str, list[_Lost]] = defaultdict(list)
    for one in lost:
        found[one.removed.user].append(one)
    yield from found.items()


class _Restoring:
    """Objects that are brought back."""

    def __init__(self, of: Context, emit: Sink) -> None:
        self._of = of
        self._with = of.circumstances(emit)
        #: where objects of the trash are now, by number; collections that are there
        self._places: dict[int, str] = {}
        self._made: set[str] = set()

    def prepare(self, lost: Sequence[_Lost]) -> None:
        """Ask for all numbers at once."""
        with self._of.destination.session() as session:
            numbers = [one.removed.object_id for one in lost if one.removed.object_id]
            self._places = self._with.patiently(lambda: session.locate(numbers))

    def as_user(self, user: str) -> Destination:
        """Return the destination as the user has it who removed an object."""
        if not user:
            return self._of.destination
        name, _, zone = user.partition("#")
        return self._of.destination.acting_as(name, zone)

    def one(self, session: Session, lost: _Lost) -> NewOutcome:
        """Bring one object back, or say why not."""
        tries = 0
        while True:
            try:
                return self._once(session, lost)
            except ConnectionLost as error:
                tries += 1
                self._with.may_retry(error, tries)
                self._places |= self._with.patiently(lambda: session.locate([lost.removed.object_id]))
            except ObjectExists:
                return _told(lost, Kind.SKIPPED, ObjectExists.code, "another object has its place by now")
            except SkipFile as error:
                return _told(lost, Kind.FAILED, error.code, str(error))

    def _once(self, session: Session, lost: _Lost) -> NewOutcome:
        refuse_outside(lost.path, self._of.rules.destination)
        mode = DeleteMode(lost.removed.mode)
        if mode is DeleteMode.NO_TRASH:
            return _told(lost, Kind.FAILED, "PURGED", "it was deleted for good, past the trash")
        if parent(lost.path) not in self._made:
            session.make_collection(parent(lost.path))
            self._made.add(parent(lost.path))
        if mode is DeleteMode.UNREGISTER:
            return self._register(session, lost)
        place = self._place(session, lost)
        if place is None:
            return _told(lost, Kind.FAILED, "NOT_IN_TRASH", "it is not in the trash any more")
        if place != lost.path:
            session.move_object(place, lost.path)
        return _told(lost, Kind.CREATED, RESTORED, "out of the trash")

    def _place(self, session: Session, lost: _Lost) -> str | None:
        """Return where the object is; where nobody learned its number, what has its name in the trash must equal it."""
        number = lost.removed.object_id
        if number:
            found = self._places.get(number, "")
            return found if found == lost.path or found.split("/")[2:3] == ["trash"] else None
        traits = self._of.destination.traits()
        place = trash_place(lost.path, lost.removed.user.partition("#")[0] or traits.user)
        there = session.find_objects(parent(place), [name_of(place)]).get(name_of(place))
        same = there is not None and (there.size, there.checksum) == (lost.facts.size, lost.facts.checksum)
        return place if same else None

    def _register(self, session: Session, lost: _Lost) -> NewOutcome:
        """Enter the file into the catalogue again, as it is now."""
        source, path = self._of.source, hidden(lost.subject)
        physical = lost.removed.physical_path or source.physical_path(path)
        entry = source.stat(path)
        resource = lost.removed.resource.rpartition(";")[2] or self._of.rules.resource
        target = Target(path=lost.path, mode=PutMode.CREATE, resource=resource)
        session.register(target, physical, entry.size, entry.mtime_ns // 1_000_000_000)
        return _told(lost, Kind.REGISTERED, RESTORED, "registered again")


def _told(lost: _Lost, outcome: Kind, code: str, reason: str) -> NewOutcome:
    return NewOutcome(subject=lost.subject, outcome=outcome, code=code, reason=reason)


def _record(batch_id: int, lost: Sequence[_Lost]) -> None:
    facts = (one.facts for one in lost)
    file_columns.record(batch_id, (FileColumns(each.logical_path, each.size, each.checksum) for each in facts))
