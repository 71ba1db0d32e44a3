"""Files sent whole, and large ones of clients that expect ports."""

from __future__ import annotations

import os

from lading.zone import descriptors, opening, replicas, vault
from lading.zone.codes import Code
from lading.zone.pi import pack
from lading.zone.registry import Call, IrodsError, Reply, api

#: largest file that is sent in one answer
SINGLE_BUFFER = 32 * 1024 * 1024


def portal(descriptor: int) -> str:
    """Return the answer that sends no ports: the client goes on over its own connection."""
    ports = pack("PortList_PI", ("portNum", 0), ("cookie", 0), ("windowSize", 0), ("hostAddr", "")).rstrip("\n")
    return (
        f"<PortalOprOut_PI>\n<status>0</status>\n<l1descInx>{descriptor}</l1descInx>\n<numThreads>0</numThreads>\n"
        f"<chksum></chksum>\n{ports}\n</PortalOprOut_PI>\n"
    )


def put_by_writes(call: Call, path: str) -> Reply:
    """Open the target of a large put; the client writes, then completes the operation."""
    wanted = opening.read_opening(call, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    if "forceFlag" not in wanted.keywords and replicas.replicas(call.catalog.read(), path):
        raise IrodsError(Code.OVERWRITE_WITHOUT_FORCE_FLAG)
    return Reply(0, portal(opening.open_replica(call, wanted).number))


@api(608, "DATA_OBJ_GET_AN")
def get(call: Call) -> Reply:
    """Return a small file whole; open a large one for the client to read."""
    descriptor = opening.open_replica(call, opening.read_opening(call, os.O_RDONLY))
    size = os.fstat(descriptor.file).st_size
    if size > SINGLE_BUFFER:
        return Reply(0, portal(descriptor.number))
    try:
        with vault.refusing(Code.UNIX_FILE_READ_ERR):
            data = os.pread(descriptor.file, size, 0)
    finally:
        opening.let_go(call, descriptor)
    return Reply(0, portal(0), data)


@api(626, "OPR_COMPLETE_AN")
def complete(call: Call) -> Reply:
    """End a large put or get."""
    descriptor = descriptors.find(call.agent, call.pi.number("myInt"))
    opening.close_replica(call, descriptor, descriptor.keywords)
    return Reply(0)
