"""Open data objects: open, create, read, write, seek, close."""

from __future__ import annotations

import errno
import os

from lading.zone import descriptors, opening, vault
from lading.zone.codes import Code
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api

_SEEK_SET, _SEEK_CUR, _SEEK_END = 0, 1, 2


@api(602, "DATA_OBJ_OPEN_AN")
def data_obj_open(call: Call) -> Reply:
    """Open a replica; the status of the answer is its descriptor."""
    return Reply(opening.open_replica(call, opening.read_opening(call, call.pi.number("openFlags"))).number)


@api(601, "DATA_OBJ_CREATE_AN")
def data_obj_create(call: Call) -> Reply:
    """Create an object, or empty an existing one, and open it for writing; force is not asked for here."""
    return Reply(opening.open_replica(call, opening.read_opening(call, os.O_RDWR | os.O_CREAT | os.O_TRUNC)).number)


@api(676, "DATA_OBJ_WRITE_AN")
def write(call: Call) -> Reply:
    """Write the byte stream at the descriptor's place; the status is the number of bytes."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    if not descriptor.for_writing:
        raise IrodsError(Code.SYS_BAD_FILE_DESCRIPTOR)
    size = len(call.bs)
    vault.write_at(descriptor.file, call.bs, descriptor.offset)
    descriptor.offset += size
    descriptor.written += size
    return Reply(size)


@api(675, "DATA_OBJ_READ_AN")
def read(call: Call) -> Reply:
    """Read at the descriptor's place; the status is the number of bytes."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    with vault.refusing(Code.UNIX_FILE_READ_ERR):
        data = os.pread(descriptor.file, max(0, call.pi.number("len")), descriptor.offset)
    descriptor.offset += len(data)
    return Reply(len(data), "", data)


@api(674, "DATA_OBJ_LSEEK_AN")
def lseek(call: Call) -> Reply:
    """Move the descriptor's place."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    base = {
        _SEEK_SET: 0,
        _SEEK_CUR: descriptor.offset,
        _SEEK_END: os.fstat(descriptor.file).st_size,
    }.get(call.pi.number("whence"))
    offset = call.pi.number("offset")
    if base is None or base + offset < 0:
        raise IrodsError(Code.UNIX_FILE_LSEEK_ERR - errno.EINVAL)
    descriptor.offset = base + offset
    return Reply(0, pack("fileLseekOut_PI", ("offset", descriptor.offset)))


@api(673, "DATA_OBJ_CLOSE_AN")
def close(call: Call) -> Reply:
    """Close a descriptor; who held the lock of a write records the outcome."""
    descriptor = descriptors.find(call.agent, call.pi.number("l1descInx"))
    return Reply(opening.close_replica(call, descriptor, {**descriptor.keywords, **call.pi.keywords}))
