"""Opening and closing replicas."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

from lading.zone import checksums, copying, descriptors, objects, paths, placing, replicas, ticketing, vault
from lading.zone.acl import Level, level_of
from lading.zone.codes import Code
from lading.zone.descriptors import Descriptor
from lading.zone.objects import Target, Written
from lading.zone.placing import Wish
from lading.zone.registry import Call, IrodsError
from lading.zone.replicas import Replica, Status
from lading.zone.ticketing import Use, Wanted

_WRITES = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One request to open."""

    path: str
    flags: int
    keywords: dict[str, str]
    size: int

    @property
    def writes(self) -> bool:
        """Whether it opens for writing."""
        return bool(self.flags & (_WRITES | os.O_CREAT | os.O_TRUNC))


def read_opening(call: Call, flags: int) -> Opening:
    """Read what a request wants opened; the path has to be absolute."""
    path = call.pi.text("objPath")
    if not path.startswith("/"):
        raise IrodsError(Code.SYS_INVALID_FILE_PATH)
    keywords = call.pi.keywords
    said = keywords.get("dataSize", "")
    size = int(said) if said.lstrip("-").isdigit() else call.pi.number("dataSize", -1)
    return Opening(path=paths.normal(path), flags=flags, keywords=keywords, size=size)


def open_replica(call: Call, opening: Opening) -> Descriptor:
    """Open for reading, for writing with the lock, or for writing beside who holds the lock."""
    if not opening.writes:
        descriptor = _open_to_read(call, opening)
    elif opening.keywords.get("replicaToken"):
        descriptor = _join(call, opening)
    else:
        descriptor = _open_to_write(call, opening)
    descriptors.add(call.agent, descriptor)
    return descriptor


def _open_to_read(call: Call, opening: Opening) -> Descriptor:
    """Open for reading; a file that was renamed between the look and the open is looked up once more."""
    try:
        return _look_and_open(call, opening)
    except IrodsError as error:
        if error.code != Code.UNIX_FILE_OPEN_ERR - errno.ENOENT:
            raise
    return _look_and_open(call, opening)


def _look_and_open(call: Call, opening: Opening) -> Descriptor:
    database = call.catalog.read()
    found = replicas.replicas(database, opening.path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    require_readable(call, found[0], paths.split(opening.path)[0])
    chosen = placing.choose_to_read(call.zone.resources.tree(), found, opening.keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    token = opening.keywords.get("replicaToken")
    if not token or token != call.zone.access.token_of(chosen.data_id, chosen.number):
        replicas.require_unlocked([chosen])
    return Descriptor(
        number=0,
        file=vault.open_file(chosen.physical, os.O_RDONLY),
        path=opening.path,
        data_id=chosen.data_id,
        replica=chosen.number,
        flags=opening.flags,
        keywords=opening.keywords,
    )


def require_readable(call: Call, replica: Replica, collection: str) -> None:
    """Refuse unless who acts, or the session's ticket, may read an object."""
    if level_of(call.catalog.read(), call.agent.me.user_id, replica.data_id) >= Level.READ_OBJECT:
        return
    if call.agent.ticket:
        with call.catalog.write() as database:
            wanted = Wanted(data_id=replica.data_id, collection=collection, use=Use.READ)
            if ticketing.admits(database, call.agent, wanted):
                return
    raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)


def _join(call: Call, opening: Opening) -> Descriptor:
    """Open a replica that another connection writes; its token proves that they belong together."""
    found = replicas.replicas(call.catalog.read(), opening.path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    with call.catalog.write() as database:
        objects.require_writable(database, call.agent, found[0], paths.split(opening.path)[0])
    chosen = placing.choose(call.zone.resources.tree(), found, opening.keywords)
    token = opening.keywords["replicaToken"]
    if chosen is None or not call.zone.access.join(chosen.data_id, chosen.number, token):
        raise IrodsError(Code.INTERMEDIATE_REPLICA_ACCESS if chosen else Code.HIERARCHY_ERROR)
    return Descriptor(
        number=0,
        file=vault.open_file(chosen.physical, os.O_RDWR),
        path=opening.path,
        data_id=chosen.data_id,
        replica=chosen.number,
        flags=opening.flags,
        keywords=opening.keywords,
        token=token,
    )


def _open_to_write(call: Call, opening: Opening) -> Descriptor:
    creates = bool(opening.flags & os.O_CREAT)
    if not creates and not replicas.replicas(call.catalog.read(), opening.path):
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    wish = Wish(path=opening.path, keywords=opening.keywords, size=opening.size, may_add_replica=creates)
    with call.catalog.write() as database:
        target = objects.begin(call.zone, call.agent, database, wish)
    truncates = target.created or bool(opening.flags & os.O_TRUNC)
    kept = opening.flags & (os.O_CREAT | os.O_TRUNC)
    try:
        file = (
            objects.open_new_file(call.zone, target)
            if target.created
            else vault.open_file(target.physical, os.O_RDWR | kept)
        )
    except BaseException:
        objects.undo(call.zone, target)
        raise
    return Descriptor(
        number=0,
        file=file,
        path=opening.path,
        data_id=target.data_id,
        replica=target.number,
        flags=opening.flags,
        keywords=opening.keywords,
        token=call.zone.access.grant(target.data_id, target.number),
        # servers compare the size with the one announced only where the opening made the replica
        announced=call.pi.number("dataSize", -1) if target.created and "noChkCopyLen" not in opening.keywords else 0,
        target=target,
        changed=target.created or (truncates and target.size > 0),
    )


def close_replica(call: Call, descriptor: Descriptor, keywords: dict[str, str]) -> int:
    """
    Let go of a descriptor and record its write, if it held the lock of one; return the status of the answer.

    A replica of another size than was announced is stale, and its size is the status.
    """
    let_go(call, descriptor)
    target = descriptor.target
    if target is None:
        return 0
    try:
        size = vault.size_of(objects.physical_of(call.zone, target.data_id, target.number))
    except IrodsError:
        objects.mark_failed(call.zone, target)
        raise
    if descriptor.announced > 0 and size != descriptor.announced:
        objects.mark_failed(call.zone, target)
        return size
    changed = descriptor.changed or descriptor.written or size != target.size
    if not changed:
        _require_content(call, target, keywords)
        with call.catalog.write() as database:
            objects.release(database, target)
        return 0
    _record(call, target, size, keywords)
    if call.agent.ticket and descriptor.written:
        with call.catalog.write() as database:
            ticketing.count_bytes(database, call.agent, descriptor.written)
    return 0


def _require_content(call: Call, target: Target, keywords: dict[str, str]) -> None:
    """Take what was opened to be written, and was not, for stale if it has not the checksum that was announced, as servers do."""
    if expected := keywords.get("verifyChksum"):
        physical = objects.physical_of(call.zone, target.data_id, target.number)
        if checksums.of_file(physical, objects.wanted_scheme(call.zone, keywords)) != expected:
            objects.mark_failed(call.zone, target)
            raise IrodsError(Code.USER_CHKSUM_MISMATCH)


def let_go(call: Call, descriptor: Descriptor) -> None:
    """Close the file and give the token back; the catalogue is not touched."""
    call.agent.descriptors.pop(descriptor.number, None)
    os.close(descriptor.file)
    if descriptor.token:
        call.zone.access.drop(descriptor.data_id, descriptor.replica)


def _record(call: Call, target: Target, size: int, keywords: dict[str, str]) -> None:
    expected = keywords.get("verifyChksum")
    checksum = ""
    try:
        if expected is not None or "regChksum" in keywords:
            physical = objects.physical_of(call.zone, target.data_id, target.number)
            checksum = checksums.of_file(physical, objects.wanted_scheme(call.zone, keywords))
    except BaseException:
        objects.mark_failed(call.zone, target)
        raise
    matches = not expected or expected == checksum
    with call.catalog.write() as database:
        status = Status.GOOD if matches else Status.STALE
        objects.finish(database, target, Written(size=size, checksum=checksum, status=status))
    if not matches:
        raise IrodsError(Code.USER_CHKSUM_MISMATCH)
    copying.fan_out(call.zone, target, everywhere="all" in keywords)
