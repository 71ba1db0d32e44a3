"""One file that is entered into the catalogue where it lies."""

from __future__ import annotations

from lading.base import crash
from lading.base.errors import ConnectionLost, NotAFile, ObjectExists, ObjectLocked, ObjectMissing
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of, shown
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.decorations import decorations
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.engine.registered import own_replica, registered_as
from lading.ingest.engine.replicas import listed_by_name
from lading.ingest.engine.snapshot import Proof, known_from
from lading.ingest.engine.values import Kind, Listed, PutMode, Registration, Target


class Registering:
    """
    One file that is registered, or whose registration is brought up to date.

    Size and time are those of the file right now, not those of the scan.
    """

    def __init__(self, session: Session, group: Group, action: Action, circumstances: Circumstances) -> None:
        self._session = session
        self._group = group
        self._with = circumstances
        self._path = join(group.folder, action.entry.name)
        self._physical = circumstances.registered_as or circumstances.source.physical_path(self._path)
        source_path = circumstances.source.physical_path(self._path)
        self._name = circumstances.rules.naming.data_object(group.collection, self._path, source_path)
        self._entry = action.entry
        self._is_new = action.step is Step.REGISTER
        #: a later time in the catalogue says nothing of a file that is known to have changed
        self._is_lenient = circumstances.rules.keeps_no_time and action.known is None
        #: replicas that are there, if somebody looked and nothing happened since
        self._seen: tuple[Listed, ...] | None = None
        #: what is there may be what this run registered, without having learned of it
        self._ours = circumstances.attempt > 1

    def run(self, seen: tuple[Listed, ...] | None = None, *, perhaps_ours: bool = False) -> FileResult:
        """
        Register or update, again as often as the errors allow.

        `seen` is there if somebody looked before; it is this run's own if the run may have made it.
        """
        self._seen = seen
        self._ours = self._ours or perhaps_ours
        self._is_new = self._is_new and not (seen or perhaps_ours)
        tries = 0
        while True:
            try:
                return self._once()
            except (ObjectExists, ConnectionLost, ObjectLocked, ObjectMissing) as error:
                tries += 1
                self._recover(error, tries)

    def _recover(self, error: ObjectExists | ConnectionLost | ObjectLocked | ObjectMissing, tries: int) -> None:
        """Make ready for another try, or raise the error."""
        self._seen = None
        if isinstance(error, ConnectionLost | ObjectLocked):
            self._with.may_retry(error, tries)
            self._ours = self._ours or isinstance(error, ConnectionLost)
        elif tries >= self._with.retry.attempts:
            raise error
        if isinstance(error, ObjectMissing):
            self._session.make_collection(self._group.collection)
        else:
            self._is_new = False

    def _once(self) -> FileResult:
        """Try once."""
        self._look_at_the_file()
        replicas = () if self._is_new else self._replicas()
        if not replicas:
            return self._register(beside=False)
        own = own_replica(replicas, self._physical, self._with.rules)
        if own is None:
            return self._register(beside=True)
        if registered_as(self._entry, own, leniently=self._is_lenient):
            code, outcome = ("", Outcome.REGISTERED) if self._ours else (ADOPTED, Outcome.UNCHANGED)
            return self._result(outcome, own.checksum, code)
        stored = self._session.update_registered(self._name.path, own, self._entry.size, self._seconds)
        return self._result(Outcome.UPDATED, stored.checksum)

    def _look_at_the_file(self) -> None:
        self._entry = self._with.source.stat(self._path)
        if self._entry.kind is not Kind.FILE:
            raise NotAFile(f"{shown(self._path)} is not a file any more")

    def _register(self, *, beside: bool) -> FileResult:
        """Enter what is not there."""
        wanted = self._wanted(beside=beside)
        crash.point("before_register")
        stored = self._session.register(wanted.target, wanted.physical_path, wanted.size, wanted.mtime)
        crash.point("after_register")
        return self._result(Outcome.REGISTERED, stored.checksum)

    def _wanted(self, *, beside: bool) -> Registration:
        target = Target(
            path=self._name.path,
            mode=PutMode.CREATE,
            resource=self._with.rules.resource,
            **decorations(self._name, self._path, self._entry, self._with),
            beside=beside,
        )
        return Registration(target=target, physical_path=self._physical, size=self._entry.size, mtime=self._seconds)

    # --- together with others ------------------------------------------------------------------------------------

    def for_many(self) -> Registration:
        """Look at the file and return what a request for many files says of it."""
        self._look_at_the_file()
        return self._wanted(beside=False)

    def entered(self) -> FileResult:
        """Return the result for a file that such a request has entered."""
        return self._result(Outcome.REGISTERED, "")

    @property
    def _seconds(self) -> int:
        return self._entry.mtime_ns // 1_000_000_000

    def _replicas(self) -> tuple[Listed, ...]:
        if self._seen is not None:
            return self._seen
        name = name_of(self._name.path)
        return listed_by_name(self._session, self._group.collection, [name]).get(name, ())

    def _result(self, outcome: Outcome, checksum: str, code: str = "") -> FileResult:
        return FileResult(
            folder=self._group.folder,
            name=self._entry.name,
            logical_path=self._name.path,
            outcome=outcome,
            code=code,
            size=self._entry.size,
            checksum=checksum,
            known=known_from(self._entry, checksum, Proof.UNVERIFIED),
        )
