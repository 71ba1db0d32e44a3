"""One file on its way: read, compared, sent, and tried again as far as its errors allow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from lading.base import crash
from lading.base.errors import (
    ChecksumMismatch,
    ConnectionLost,
    LadingError,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    SourceChanged,
)
from lading.base.events import BytesMoved
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of
from lading.ingest.engine import itself, reading
from lading.ingest.engine.appending import APPENDED, Growth, proven
from lading.ingest.engine.circumstances import ADOPTED, Circumstances, FileResult
from lading.ingest.engine.compare import Step, appendable, decide
from lading.ingest.engine.decorations import decorations
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.snapshot import Known, Proof, known_from
from lading.ingest.engine.steps import ADOPTS, OVER
from lading.ingest.engine.tasks import Task
from lading.ingest.engine.unfinished import freed
from lading.ingest.engine.values import Listed, PutMode, ReplicaState, Target


class Sending:
    """
    One file that is put; errors that a further try cannot mend are raised.

    `there` is what is known to be at the destination and has to be compared before anything is sent.
    """

    def __init__(self, session: Session, task: Task, circumstances: Circumstances) -> None:
        self._session, self._task, self._with = session, task, circumstances
        self._group, self._action = group, action = task.group, task.action
        self._path = join(group.folder, action.entry.name)
        self._source_path = circumstances.source.physical_path(self._path)
        self._name = circumstances.rules.naming.data_object(group.collection, self._path, self._source_path)
        self._entry, self._step = action.entry, action.step
        self._there = action.listed if action.step in {*ADOPTS, Step.APPEND} else None
        self._mode = PutMode.REPLACE if action.step in OVER else PutMode.CREATE
        self._outcome = Outcome.UPDATED if action.step in OVER else Outcome.CREATED
        #: what is at the destination may be what this run sent, without having learned that it arrived
        self._ours = circumstances.attempt > 1 or task.perhaps_ours
        self.has_sent, self._replicas = task.perhaps_ours, task.replicas if action.step in OVER else None

    def run(self) -> FileResult:
        """Do what the action says; what was found is there if somebody looked before, and may be this run's own."""
        if self._task.looked:
            self._meet(self._task.found)
        tries = rereads = 0
        while True:
            try:
                return self._once()
            except SourceChanged:
                rereads += 1
                if rereads > self._with.rules.rereads:
                    raise
                self._with.sleep(self._with.retry.first_delay.total_seconds() * self._with.jitter())
                self._with.token.check()
                self._entry = self._with.source.stat(self._path)
                if self._action.step is Step.APPEND:
                    self._look(tries)  # some of the tail may have been written
            except (ObjectExists, ConnectionLost, ChecksumMismatch, ObjectLocked, ObjectMissing) as error:
                tries += 1
                self._recover(error, tries)

    def _once(self) -> FileResult:
        """Try once."""
        if self._step in {*ADOPTS, Step.APPEND} and self._there is not None:
            itself.refuse(self._name.path, self._source_path, [self._there])
        if self._step is Step.SKIP:
            return self._result(Outcome.SKIPPED, code="OBJECT_EXISTS", reason="another object is there", known=None)
        if self._step is Step.ADOPT_BY_SIZE and self._there is not None:
            known = known_from(self._entry, self._there.checksum, Proof.UNVERIFIED)
            return self._result(Outcome.UNCHANGED, code=ADOPTED, known=known)
        if self._step is Step.APPEND:
            if appended := self._append():
                return appended
            self._step, self._there = Step.REPLACE, None
        if self._entry.size > self._with.rules.one_call_limit:
            return self._stream()
        with self._held(self._entry.size):
            data = reading.whole(self._with.source, self._path, self._entry)
            return self._compared(lambda name: checksum_of(name, data)) or self._put(data)

    def _append(self) -> FileResult | None:
        """Send what comes behind the object's size; None, and nothing sent, if it is not the file's beginning."""
        if self._there is None:
            return None
        growth = Growth(path=self._path, entry=self._entry, logical_path=self._name.path, there=self._there)
        with proven(growth, self._session, self._with) as tail:
            if tail is None:
                return None
            self.has_sent = True
            stored = self._session.append(self._target(), growth.there, self._entry.size, tail, self._progress)
        return replace(self._arrived(stored.checksum), code=APPENDED, bytes_sent=growth.tail_size)

    def _held(self, size: int) -> AbstractContextManager[None]:
        """Hold the memory that the file, or a part of it, takes."""
        return self._with.budget.hold(size, self._with.token) if size else nullcontext()

    def _put(self, data: bytes) -> FileResult:
        """Send a small file in one request."""
        self._begin()
        stored = self._session.put(self._target(), data, checksum_of(self._with.destination.traits().hash_name, data))
        return self._arrived(stored.checksum)

    def _stream(self) -> FileResult:
        """Send a large file in parallel ranges, after a first reading where there is something to compare."""
        source, path, entry = self._with.source, self._path, self._entry
        if settled := self._compared(lambda name: reading.checksum_of(source, path, entry, name)):
            return settled
        self._begin()
        chunks = reading.chunks(source, path, entry)
        return self._arrived(self._session.put_stream(self._target(), entry.size, chunks, self._progress).checksum)

    def _begin(self) -> None:
        """Note that something is sent now; raise `SourceItself` if it would be put over the file itself."""
        if self._mode is PutMode.REPLACE:
            itself.refuse_over(self._session, self._name.path, self._source_path, self._replicas)
        self.has_sent = True

    def _progress(self, count: int) -> None:
        self._with.emit(BytesMoved(path=self._path, bytes=count))

    def _target(self) -> Target:
        return Target(
            path=self._name.path,
            mode=self._mode,
            resource=self._with.rules.resource,
            **decorations(self._name, self._path, self._entry, self._with),
        )

    # --- comparing -----------------------------------------------------------------------------------------------

    def _compared(self, checksum: Callable[[str], str]) -> FileResult | None:
        """
        Return the result if nothing has to be sent.

        =========================  =======  =========================================
        the bytes are              op       result
        =========================  =======  =========================================
        those of the snapshot      any      unchanged (HASH_THEN_REPLACE, nothing sent yet, no doubt of the snapshot)
        those at the destination   any      as sent if they are ours, else adopted
        others, foreign object     PUT      skipped
        others                     else     None: send, over what is there
        =========================  =======  =========================================
        """
        known, there = self._action.known, self._there
        is_believed = not (self._ours or self.has_sent or self._with.looks_first)
        if self._step is Step.HASH_THEN_REPLACE and known is not None and is_believed:
            found = checksum(reading.hash_of(known.checksum))
            if found == known.checksum:
                again = known_from(self._entry, found, known.proof)
                return self._result(Outcome.UNCHANGED, checksum=found, known=again)
        if there is None:
            return None
        if there.size == self._entry.size:
            remote = there.checksum or self._session.checksum(self._name.path)
            if checksum(reading.hash_of(remote)) == remote:
                return self._found(remote)
        if self._mode is PutMode.CREATE:
            if self._with.rules.operation.spares:
                self._step = Step.SKIP
                return self._once()
            self._mode, self._outcome = PutMode.REPLACE, Outcome.UPDATED
        return None

    def _found(self, checksum: str) -> FileResult:
        """Return the result for a file whose bytes are at the destination already."""
        before, known = self._action.known, known_from(self._entry, checksum, Proof.VERIFIED)
        if self._step is Step.HASH_THEN_REPLACE and before is not None and before.checksum == checksum:
            return self._result(Outcome.UNCHANGED, checksum=checksum, known=known)
        is_theirs = self._with.looks_first and not (self._ours or self.has_sent)  # a run sent it that nobody knows of
        if (self._mode is PutMode.REPLACE and not is_theirs) or (self._ours and self._action.step is Step.CREATE):
            return self._result(self._outcome, checksum=checksum, known=known)
        listed = self._action.listed
        if self._ours and listed is not None and listed.checksum not in {"", checksum}:
            return self._result(Outcome.UPDATED, checksum=checksum, known=known)
        return self._result(Outcome.UNCHANGED, code=ADOPTED, checksum=checksum, known=known)

    # --- trying again --------------------------------------------------------------------------------------------

    def _recover(self, error: LadingError, tries: int) -> None:
        """
        Make ready for another try, or raise the error.

        ================  =====  ====================================================
        error             waits  then
        ================  =====  ====================================================
        ObjectExists      no     look, decide again
        ConnectionLost    yes    look: the request may have arrived, wholly or in part
        ChecksumMismatch  yes    send over what was left behind
        ObjectLocked      yes    the same again; no, if nobody holds it any more: look
        ObjectMissing     no     make the collection that somebody removed; look
        ================  =====  ====================================================
        """
        if isinstance(error, ObjectExists | ObjectMissing):
            if tries >= self._with.retry.attempts:
                raise error
        elif isinstance(error, ObjectLocked) and freed(self._session, self._action.step, self._name.path):
            self._look(tries)
        else:
            self._with.may_retry(error, tries)
        if isinstance(error, ObjectMissing):
            self._session.make_collection(self._group.collection)
            self._look(tries)
        elif isinstance(error, ChecksumMismatch):
            self._there, self._mode = None, PutMode.REPLACE
            self._step = Step.REPLACE if self._step is Step.APPEND else self._step
        elif isinstance(error, ObjectExists | ConnectionLost):
            self._ours = self._ours or isinstance(error, ConnectionLost)
            self._look(tries)

    def _look(self, tries: int) -> None:
        """Ask what is there now; the connection may break again meanwhile."""
        while True:
            try:
                name = name_of(self._name.path)
                found = self._session.find_objects(self._group.collection, [name]).get(name)
            except ConnectionLost as error:
                tries += 1
                self._with.may_retry(error, tries)
            else:
                self._meet(found)
                return

    def _meet(self, there: Listed | None) -> None:
        """
        Decide again, now that it is known what is there.

        ==============  =================  =====  =======================================
        action          there              ours   then
        ==============  =================  =====  =======================================
        replaces        good               any    compare; send unless equal
        replaces        else               any    send
        appends         see `appendable`   any    compare the beginning; send the tail
        another         nothing            any    send as new
        another         not good           yes    send over it
        another         good, equal size   yes    compare (unless it is adopted by size)
        another         anything           else   as for a foreign object (`decide`)
        ==============  =================  =====  =======================================
        """
        good = there is not None and there.state is ReplicaState.GOOD
        self._there = there if good else None
        if self._action.step is Step.APPEND:
            grows = there is not None and appendable(self._entry, there, self._with.rules)
            self._step = Step.APPEND if grows else Step.REPLACE
        if self._action.step in OVER:
            return
        if there is None:
            self._step, self._mode = Step.CREATE, PutMode.CREATE
        elif self._ours and not good:
            self._step, self._mode = Step.REPLACE, PutMode.REPLACE
        elif self._ours and there.size == self._entry.size and self._action.step is not Step.ADOPT_BY_SIZE:
            self._step = Step.ADOPT_BY_CHECKSUM
        else:
            self._decide_on(there)

    def _decide_on(self, there: Listed) -> None:
        """Take an object for a foreign one."""
        self._step = decide(self._entry, None, there, self._with.rules).step
        if self._step in {Step.REPLACE, Step.APPEND}:
            self._mode, self._outcome = PutMode.REPLACE, Outcome.UPDATED
            self._there = there if self._step is Step.APPEND else None

    # --- results -------------------------------------------------------------------------------------------------

    def _arrived(self, checksum: str) -> FileResult:
        """Return the result for a file that was sent."""
        crash.point("after_put")
        sent = self._result(self._outcome, checksum=checksum, known=known_from(self._entry, checksum, Proof.VERIFIED))
        return replace(sent, bytes_sent=self._entry.size)

    def _result(
        self, outcome: Outcome, *, code: str = "", reason: str = "", checksum: str = "", known: Known | None
    ) -> FileResult:
        return FileResult(
            folder=self._group.folder,
            name=self._action.entry.name,
            logical_path=self._name.path,
            outcome=outcome,
            code=code,
            reason=reason,
            size=self._entry.size,
            checksum=checksum,
            known=known,
        )
