"""
Small files on their way together: packed, sent by one request, unpacked by the server, and looked at.

=========  ===============================================================  ==========================================
step       what is asked                                                    when it is refused or its outcome unknown
=========  ===============================================================  ==========================================
put        the tar, verified by its checksum, to a place of this job        all files alone
unpack     everything at once; what is there is never overwritten           look; all files alone, each compared
look       names, sizes, states; nothing but what we sent has no checksum   those that differ alone, each compared
re-read    the server reads some files and makes their checksums            none is re-read; wrong: all alone, compared
enter      the checksums of the others, as hashed while reading             look; those without alone, each compared
look       names, sizes, states, checksums                                  those that differ alone, each compared
remove     the tar                                                          it stays for the end of the run
=========  ===============================================================  ==========================================

"Alone, each compared" is what a later attempt does with a file that an earlier one may have sent (`Sending`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from lading.base import crash
from lading.base.errors import (
    Cancelled,
    ChecksumMismatch,
    ConnectionLost,
    LadingError,
    ObjectLocked,
    ObjectMissing,
    Remedy,
    SkipFile,
)
from lading.base.outcomes import Outcome
from lading.ingest.engine import reading
from lading.ingest.engine.bundling import LEAST, Bundle
from lading.ingest.engine.circumstances import Circumstances, FileResult
from lading.ingest.engine.destinations.base import NotOffered, Session
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.snapshot import Proof, known_from
from lading.ingest.engine.tarring import Tar
from lading.ingest.engine.tasks import Task
from lading.ingest.engine.values import DeleteMode, Listed, Packed, PutMode, ReplicaState, Target

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that is in the tar."""

    task: Task
    checksum: str

    @property
    def size(self) -> int:
        return self.task.action.entry.size

    def is_as_sent(self, found: Listed | None) -> bool:
        """Say whether this is a whole object of our size."""
        return found is not None and (found.state, found.size) == (ReplicaState.GOOD, self.size)


class BundleSending:
    """
    One bundle.

    `left` are the files that have to be sent alone after all, by path; what is known of their places is in them.
    """

    def __init__(self, session: Session, bundle: Bundle, circumstances: Circumstances) -> None:
        place = circumstances.bundle_place
        assert place is not None, "without a place there are no bundles"
        self._session = session
        self._bundle = bundle
        self._with = circumstances
        self._tar = f"{place.collection}/{place.label}-{bundle.number}.tar"
        self._staging = place.collection
        self._has_put = False
        self._read: dict[str, _Read] = {}
        self.left: dict[str, Task] = {}

    def run(self) -> list[FileResult]:
        """Return the results of the files that arrived; raise only what concerns all files of the run."""
        if not self._with.may_bundle:  # refused since they were put together
            self.left |= dict(self._bundle.tasks)
            return []
        try:
            packed = self._put()
            if packed is not None:
                return self._unpack(packed)
            self._leave_unsent()
        except LadingError as error:
            _raise_unless_local(error)
            self._leave_blindly()
        except Cancelled:
            raise
        except Exception:  # noqa: BLE001 - each file is tried alone, and told
            _LOG.exception("the bundle %s could not be sent", self._tar)
            self._leave_blindly()
        finally:
            if self._has_put:
                with suppress(LadingError, Cancelled):
                    self._session.remove_object(self._tar, DeleteMode.NO_TRASH)
        return []

    # --- the tar -------------------------------------------------------------------------------------------------

    def _put(self) -> Packed | None:
        """Read the files and send them; None if it is not to be."""
        with self._with.budget.hold(self._bundle.memory, self._with.token):
            data = self._packed()
            if len(self._read) < LEAST:
                return None
            resource = self._with.rules.resource
            target = Target(path=self._tar, mode=PutMode.CREATE, resource=resource)
            if not self._sent(target, data):
                return None
            crash.point("after_tar")
            return Packed(path=self._tar, size=len(data), collection=self._bundle.base, resource=resource)

    def _packed(self) -> bytes:
        """Return the tar; a file that cannot be read as it was listed is left."""
        tar = Tar()
        hash_name = self._with.destination.traits().hash_name
        for path, task in self._bundle.tasks:
            self._with.token.check()
            try:
                data = reading.whole(self._with.source, task.path, task.action.entry)
            except Exception as error:  # noqa: BLE001 - sent alone it is met again, and told
                _LOG.debug("%s goes alone: %s", path, error)
                self.left[path] = task
                continue
            tar.add(path[len(self._bundle.base) + 1 :], data)
            self._read[path] = _Read(task, checksum_of(hash_name, data))
        return tar.whole()

    def _sent(self, target: Target, data: bytes) -> bool:
        """Put the tar; say whether it is there."""
        checksum = checksum_of(self._with.destination.traits().hash_name, data)
        tries = 0
        while True:
            self._has_put = True
            try:
                self._session.put(target, data, checksum)
            except (ConnectionLost, ChecksumMismatch, ObjectMissing) as error:
                tries += 1
                if not self._may_put_again(error, tries):
                    return False
                target = replace(target, mode=PutMode.REPLACE)
            except LadingError as error:
                _raise_unless_local(error)
                self._refused(error)
                return False
            else:
                return True

    def _may_put_again(self, error: LadingError, tries: int) -> bool:
        """Make ready for another try; the collection for tars is made when it is first missed."""
        try:
            if isinstance(error, ObjectMissing) and tries > 1:
                raise error
            if isinstance(error, ObjectMissing):
                self._session.make_collection(self._staging)
            else:
                self._with.may_retry(error, tries)
        except LadingError as refusal:
            _raise_unless_local(refusal)
            self._refused(refusal)
            return False
        return True

    def _leave_unsent(self) -> None:
        """Leave everything as if there had been no bundle: nothing was unpacked."""
        self.left |= {path: read.task for path, read in self._read.items()}

    def _leave_blindly(self) -> None:
        """Leave everything that nobody could look at, though it may have arrived."""
        for path, task in self._bundle.tasks:
            self.left.setdefault(path, replace(task, looked=False, found=None, perhaps_ours=True))

    # --- its files -----------------------------------------------------------------------------------------------

    def _unpack(self, packed: Packed) -> list[FileResult]:
        try:
            self._session.unpack(packed)
        except LadingError as error:
            _raise_unless_local(error)
            if isinstance(error, ConnectionLost):
                self._with.may_retry(error, 1)
            found = self._look(list(self._read))
            if not found or isinstance(error, NotOffered):
                self._refused(error)
            self._leave(self._read, found)
            return []
        crash.point("after_unpack")
        return self._compared(self._look(list(self._read)))

    def _compared(self, found: dict[str, Listed]) -> list[FileResult]:
        """Compare what is there with what was sent, and let the catalogue say its checksums."""
        whole = {path: read for path, read in self._read.items() if read.is_as_sent(found.get(path))}
        self._leave({path: read for path, read in self._read.items() if path not in whole}, found)
        bare = {path: read for path, read in whole.items() if not found[path].checksum}
        reread = self._reread(bare)
        if reread is None:
            self._leave(whole, found)
            return []
        others = {path: read for path, read in bare.items() if path not in reread}
        if not self._enter(others, found):
            self._leave(others, found)
            whole = {path: read for path, read in whole.items() if path not in others}
        return self._proved(whole, reread)

    def _reread(self, bare: dict[str, _Read]) -> frozenset[str] | None:
        """Let the server read some of the files; return which, or None if one of them is not what was sent."""
        paths = list(bare)
        wanted = min(self._with.rules.bundles.reread, len(paths))
        first = int(self._with.jitter() * len(paths))
        chosen = {paths[(first + number * len(paths) // wanted) % len(paths)] for number in range(wanted)}
        read = set()
        for path in sorted(chosen):
            try:
                stored = self._with.patiently(partial(self._session.checksum, path, bare[path].size))
            except SkipFile as error:
                _LOG.warning("the zone does not read %s again: %s", path, error)
                continue
            if stored != bare[path].checksum:
                _LOG.warning("%s was unpacked with other bytes than were sent; its bundle is sent file by file", path)
                return None
            read.add(path)
        return frozenset(read)

    def _enter(self, others: dict[str, _Read], found: dict[str, Listed]) -> bool:
        """Set the checksums that nobody made; say whether they may be there now."""
        said = {path: replace(found[path], checksum=read.checksum) for path, read in others.items()}
        try:
            if said:
                self._session.set_checksums(said)
        except ConnectionLost as error:
            self._with.may_retry(error, 1)
        except LadingError as error:
            _raise_unless_local(error)
            self._refused(error)
            return False
        return True

    def _proved(self, whole: dict[str, _Read], reread: frozenset[str]) -> list[FileResult]:
        """Return the results of the files of which the catalogue says what was sent."""
        now = self._look(list(whole)) if whole else {}
        proved = {path: read for path, read in whole.items() if read.is_as_sent(now.get(path))}
        proved = {path: read for path, read in proved.items() if now[path].checksum == read.checksum}
        self._leave({path: read for path, read in whole.items() if path not in proved}, now)
        return [self._result(path, read, reread) for path, read in proved.items()]

    def _result(self, path: str, read: _Read, reread: frozenset[str]) -> FileResult:
        entry = read.task.action.entry
        proof = Proof.VERIFIED if path in reread else Proof.UNVERIFIED
        return FileResult(
            folder=read.task.group.folder,
            name=entry.name,
            logical_path=path,
            outcome=Outcome.CREATED,
            size=entry.size,
            checksum=read.checksum,
            known=known_from(entry, read.checksum, proof),
            bytes_sent=entry.size,
        )

    # --- asking --------------------------------------------------------------------------------------------------

    def _leave(self, reads: dict[str, _Read], found: dict[str, Listed]) -> None:
        """Leave files that may have arrived; what is there in whole is compared before it is sent over."""
        for path, read in reads.items():
            there = found.get(path)
            ours = there is not None and there.state is ReplicaState.GOOD
            self.left[path] = replace(read.task, found=there, looked=True, perhaps_ours=ours)

    def _look(self, paths: Sequence[str]) -> dict[str, Listed]:
        return self._with.patiently(partial(self._session.find_all, paths))

    def _refused(self, error: LadingError) -> None:
        """Remember that bundles do not go here for now."""
        _LOG.warning("files go one by one: %s", error)
        self._with.refuse_bundles()


def _raise_unless_local(error: LadingError) -> None:
    """Raise what concerns all files of the run."""
    if error.remedy not in {Remedy.SKIP_FILE, Remedy.RETRY_NOW} and not isinstance(error, ObjectLocked):
        raise error
