"""Objects that are opened, written and closed, over one connection or several."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lading.base.errors import ChecksumMismatch, ConnectionLost, ObjectExists, ObjectLocked, ObjectMissing, Refused
from lading.ingest.engine.destinations.irods import query
from lading.ingest.engine.destinations.irods.codes import SYS_INTERNAL_ERR, nominal
from lading.ingest.engine.destinations.irods.line import Line
from lading.ingest.engine.destinations.irods.packing import Api, Request, data_object, document, opened, place_pairs
from lading.ingest.engine.values import Listed, PutMode, Target

#: one never empties what is there; the other never makes a further replica of it, on whatever resource is the usual one
_MAKE, _EMPTY = os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_TRUNC
#: the server computes the checksum when the replica is finished; it cannot be told there what it should be
_COMPUTE: Mapping[str, str] = {"regChksum": ""}
_CREATED = 1  # how an open says that it made the replica
#: seconds that a server is given to notice that a connection is gone, and between two looks
_PATIENCE = 10.0
_PAUSE = 0.1
_BODY = re.compile(rb"<buf>(.*?)</buf>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What further connections need to open the same replica for writing."""

    token: str
    hierarchy: str
    is_new: bool


class OpenReplica:
    """One descriptor on one connection."""

    def __init__(self, line: Line, path: str, descriptor: int) -> None:
        self.line = line
        self.path = path
        self._descriptor = descriptor
        self._position = 0
        self._access: Access | None = None
        #: whether this opening made it, as far as anybody asked
        self.made = False

    def access(self) -> Access:
        """Ask, once, for what further connections need."""
        if self._access is not None:
            return self._access
        request = Request(Api.GET_FILE_DESCRIPTOR_INFO, document({"fd": self._descriptor}))
        reply = self.line.ask(request).checked(self.path)
        info = _document_in(reply.message)
        self._access = Access(
            token=str(info["replica_token"]),
            hierarchy=str(info["data_object_info"]["resource_hierarchy"]),
            is_new=info.get("open_type") == _CREATED,
        )
        return self._access

    def write(self, offset: int, parts: tuple[bytes | memoryview, ...]) -> None:
        """Write the parts one after the other at `offset`, in one round trip."""
        size = sum(map(len, parts))
        requests = [Request(Api.DATA_OBJ_WRITE, opened(self._descriptor, length=size), parts)]
        if offset != self._position:
            requests.insert(0, Request(Api.DATA_OBJ_LSEEK, opened(self._descriptor, offset=offset)))
        for reply in self.line.ask_all(requests):
            written = reply.checked(self.path).status
        if written != size:
            raise ConnectionLost(f"{self.path}: {written} of {size} bytes were written")
        self._position = offset + size

    def leave(self) -> None:
        """Close this descriptor without touching the catalogue: another one will finish the replica."""
        order = {"fd": self._descriptor, "send_notification": False, "update_size": False, "update_status": False,
                 "compute_checksum": False}  # fmt: skip
        self.line.ask(Request(Api.REPLICA_CLOSE, document(order))).checked(self.path)

    def finish(self, seconds: float) -> None:
        """Close; the server makes the checksum and finishes the replica. Raise what it finds wrong."""
        stored = self.close(seconds)
        if stored:  # a size that is not the one announced: the replica is stale now
            raise ChecksumMismatch(f"{self.path}: {stored} bytes were stored, which is not what was sent")

    def close(self, seconds: float) -> int:
        """
        Close; return 0, or the size that was stored if that is not the one announced, and the replica stale.

        Sizes are compared by servers only where the opening made the replica: one that was there is good after a close,
        however much of it was written. What must not look good is given up by closing the connection: servers take
        whatever is open on one that ends for stale.
        """
        return self.line.ask(Request(Api.DATA_OBJ_CLOSE, opened(self._descriptor)), seconds).checked(self.path).status


def open_for(line: Line, target: Target, size: int, checking: Mapping[str, str] = _COMPUTE) -> OpenReplica:
    """
    Open the target for writing from nothing; `checking` says how the checksum is made when what was there is finished.

    An object that came to be after the look is closed as it is: an open never minds what is there, nor does a create. So one
    to create never says which checksum it has to have: servers compare at the close what is there, though nothing was
    written, and would take somebody else's object for stale. Who made one (`OpenReplica.made`) has to compare.
    AVUs and permissions are not given along: when one of them is refused at the close, servers leave a locked replica.
    """

    def opened_with(flags: int, how: Mapping[str, str]) -> OpenReplica:
        message = data_object(target.path, {**place_pairs(target), **how}, size=size, mode=0o600, flags=flags)
        reply = line.ask(Request(Api.DATA_OBJ_OPEN, message)).checked(target.path)
        return OpenReplica(line, target.path, reply.status)

    if target.mode is PutMode.REPLACE:
        with contextlib.suppress(ObjectMissing):  # somebody removed it: it is made anew
            return opened_with(_EMPTY, checking)
    elif query.is_there(line, target.path):
        raise ObjectExists(f"{target.path} is already there")
    replica = opened_with(_MAKE, _COMPUTE)
    try:
        replica.made = replica.access().is_new
        if replica.made:
            return replica
        replica.close(line.settings.read_timeout)
    except BaseException:
        line.drop()  # it may still have the object open
        raise
    raise ObjectExists(f"{target.path} is already there")


def open_behind(line: Line, path: str, there: Listed, checking: Mapping[str, str]) -> OpenReplica:
    """Open one replica that is there for writing; nothing of it is lost."""
    pairs = {"resc_hier": there.resource, **checking}
    request = Request(Api.DATA_OBJ_OPEN, data_object(path, pairs, size=-1, flags=os.O_WRONLY))
    return OpenReplica(line, path, line.ask(request).checked(path).status)


def open_again(line: Line, path: str, hierarchy: str, checksum: str) -> OpenReplica:
    """
    Open a replica that this line's last connection left stale, with the checksum that the whole has to have.

    The server may not have noticed yet that the connection is gone: raise `ObjectLocked` only after a while. Its agent makes
    the replica stale first, and is struck off the list of those that have it open a moment later (4.2.9 to 4.2.11 and 4.3.0:
    by its parent, once it has ended). Who opens in between is asked for a token that there is none of any more, and gets
    SYS_INTERNAL_ERR; the replica stays as it was.
    """
    pairs = {"resc_hier": hierarchy, "verifyChksum": checksum}
    request = Request(Api.DATA_OBJ_OPEN, data_object(path, pairs, size=-1, flags=os.O_WRONLY))
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return OpenReplica(line, path, line.ask(request).checked(path).status)
        except (ObjectLocked, Refused) as error:
            waits = isinstance(error, ObjectLocked) or nominal(error.irods_code or 0) == SYS_INTERNAL_ERR
            if not waits or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def join(line: Line, path: str, access: Access) -> OpenReplica:
    """Open the same replica once more."""
    pairs = {"replicaToken": access.token, "resc_hier": access.hierarchy}
    request = Request(Api.DATA_OBJ_OPEN, data_object(path, pairs, size=-1, flags=os.O_WRONLY))
    return OpenReplica(line, path, line.ask(request).checked(path).status)


def unlink(line: Line, path: str) -> None:
    """Delete the object for good, not into the trash."""
    line.ask(Request(Api.DATA_OBJ_UNLINK, data_object(path, {"forceFlag": ""}))).checked(path)


def _document_in(message: bytes) -> dict[str, Any]:
    body = _BODY.search(message)
    if body is None:
        raise ConnectionLost("the server's answer is not the one expected")
    document: dict[str, Any] = json.loads(base64.b64decode(body[1]).rstrip(b"\0"))
    return document
