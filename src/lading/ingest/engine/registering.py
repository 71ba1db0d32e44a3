"""One file that is entered into the catalogue where it lies."""

from __future__ import annotations

from lading.base.errors import ConnectionLost, NotAFile, ObjectExists, ObjectLocked, ObjectMissing, WrongReplica
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of, shown
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.compare import Action, Step, registered_as
from lading.ingest.engine.decorations import decorations
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.plan import Group
from lading.ingest.engine.snapshot import Proof, known_from
from lading.ingest.engine.values import Kind, Listed, PutMode, Target


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
        #: what is there may be what this run registered, without having learned of it
        self._ours = circumstances.attempt > 1

    def run(self) -> FileResult:
        """Register or update, again as often as the errors allow."""
        tries = 0
        while True:
            try:
                return self._once()
            except (ObjectExists, ConnectionLost, ObjectLocked, ObjectMissing) as error:
                tries += 1
                self._recover(error, tries)

    def _recover(self, error: ObjectExists | ConnectionLost | ObjectLocked | ObjectMissing, tries: int) -> None:
        """Make ready for another try, or raise the error."""
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
        self._entry = self._with.source.stat(self._path)
        if self._entry.kind is not Kind.FILE:
            raise NotAFile(f"{shown(self._path)} is not a file any more")
        listed = None if self._is_new else self._listed()
        if listed is None:
            return self._register()
        if listed.physical_path != self._physical:
            raise WrongReplica(f"{self._name.path} is registered as {listed.physical_path}, not {self._physical}")
        if registered_as(self._entry, listed):
            code, outcome = ("", Outcome.REGISTERED) if self._ours else (ADOPTED, Outcome.UNCHANGED)
            return self._result(outcome, listed.checksum, code)
        stored = self._session.update_registered(self._name.path, listed, self._entry.size, self._seconds)
        return self._result(Outcome.UPDATED, stored.checksum)

    def _register(self) -> FileResult:
        """Enter what is not there."""
        target = Target(
            path=self._name.path,
            mode=PutMode.CREATE,
            resource=self._with.rules.resource,
            **decorations(self._name, self._path, self._entry, self._with),
        )
        stored = self._session.register(target, self._physical, self._entry.size, self._seconds)
        return self._result(Outcome.REGISTERED, stored.checksum)

    @property
    def _seconds(self) -> int:
        return self._entry.mtime_ns // 1_000_000_000

    def _listed(self) -> Listed | None:
        name = name_of(self._name.path)
        return self._session.find_objects(self._group.collection, [name]).get(name)

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
