"""Our messages are, byte for byte, what python-irodsclient packs."""

from __future__ import annotations

from typing import Any

import pytest
from irods.message import (
    CollectionRequest,
    FileOpenRequest,
    GenQueryRequest,
    IntegerIntegerMap,
    IntegerStringMap,
    JSON_Message,
    ModAclRequest,
    OpenedDataObjRequest,
    StringStringMap,
    iRODSMessage,
)

from lading.base.errors import NameRefused
from lading.ingest.engine.destinations.irods import packing
from lading.ingest.engine.destinations.irods.packing import Api, Request
from lading.ingest.engine.destinations.irods.query import Column, Query, any_of, equals
from lading.ingest.engine.values import PutMode, Target


def library(message: Any, api: int, stream: bytes = b"") -> bytes:
    packed: bytes = iRODSMessage("RODS_API_REQ", msg=message, bs=stream, int_info=api).pack()
    return packed


def sent(request: Request) -> bytes:
    return b"".join((request.head(), *request.stream))


def file_open(path: str, pairs: dict[str, str], **fields: int) -> Any:
    usual = {"createMode": 0, "openFlags": 0, "offset": 0, "dataSize": 0, "numThreads": 0, "oprType": 0}
    return FileOpenRequest(objPath=path, KeyValPair_PI=StringStringMap(pairs), **{**usual, **fields})


def test_a_put_with_everything_in_it() -> None:
    """Keywords, escapes of AVUs and permissions, force, resource and data."""
    target = Target(
        path="/zone/a <b> & c",
        mode=PutMode.REPLACE,
        resource="disk",
        avus=(("a;1", "v\\2", ""), ("k", "<v>", "u")),
        acls=(("read", "some one#other;zone"), ("own", "back\\slash")),
    )
    pairs = {
        "dataIncluded": "",
        "verifyChksum": "sha2:abc=",
        "dataType": "generic",
        "destRescName": "disk",
        "metadataIncluded": "a\\;1;v\\\\2;;k;<v>;u",
        "aclIncluded": "read some\\ one#other\\;zone;own back\\\\slash",
        "forceFlag": "",
    }
    message = file_open(target.path, pairs, createMode=0o600, dataSize=4, oprType=1)
    assert library(message, 606, b"data") == sent(packing.put(target, b"data", "sha2:abc="))


def test_a_put_that_creates_never_forces() -> None:
    """Without the flag servers refuse to overwrite."""
    request = packing.put(Target(path="/zone/a", mode=PutMode.CREATE), b"", "sha2:x")
    assert b"forceFlag" not in request.message


def test_an_open_write_and_close() -> None:
    """The three messages of a stream."""
    pairs = {"dataType": "generic", "regChksum": ""}
    opening = file_open("/zone/a", pairs, createMode=0o600, openFlags=577, dataSize=9)
    ours = packing.data_object("/zone/a", pairs, size=9, flags=577, mode=0o600)
    assert library(opening, 602) == sent(Request(Api.DATA_OBJ_OPEN, ours))
    fields = {"whence": 0, "oprType": 0, "bytesWritten": 0, "KeyValPair_PI": StringStringMap()}
    writing = OpenedDataObjRequest(l1descInx=3, len=5, offset=0, **fields)
    assert library(writing, 676, b"bytes") == sent(
        Request(Api.DATA_OBJ_WRITE, packing.opened(3, length=5), (b"by", memoryview(b"tes")))
    )
    seeking = OpenedDataObjRequest(l1descInx=3, len=0, offset=1 << 40, **fields)
    assert library(seeking, 674) == sent(Request(Api.DATA_OBJ_LSEEK, packing.opened(3, offset=1 << 40)))


def test_a_document() -> None:
    """JSON travels as base64 in a counted buffer."""
    order = {"fd": 3, "update_size": False}
    assert library(JSON_Message(order, (5, 0, 2)), 20004) == sent(Request(Api.REPLICA_CLOSE, packing.document(order)))


def test_a_collection() -> None:
    """With its parents."""
    message = CollectionRequest(collName="/zone/<c>", KeyValPair_PI=StringStringMap({"recursiveOpr": ""}))
    ours = packing.collection("/zone/<c>", {"recursiveOpr": ""})
    assert library(message, 681) == sent(Request(Api.COLL_CREATE, ours))


def test_a_permission() -> None:
    """For a user of another zone."""
    message = ModAclRequest(recursiveFlag=0, accessLevel="read", userName="a&b", zone="other", path="/zone/x")
    ours = packing.access("/zone/x", "read", "a&b", "other")
    assert library(message, 707) == sent(Request(Api.MOD_ACCESS_CONTROL, ours))


def test_a_query() -> None:
    """Columns, order and conditions."""
    where = {501: "= '/zone/it's'", 403: "in ('a','<b>')"}
    message = GenQueryRequest(
        maxRows=2000,
        continueInx=7,
        partialStartIndex=0,
        options=0,
        KeyValPair_PI=StringStringMap(),
        InxIvalPair_PI=IntegerIntegerMap({403: 0x400, 407: 1}),
        InxValPair_PI=IntegerStringMap(where),
    )
    ours = Query(
        columns=(Column.DATA_NAME, Column.DATA_SIZE),
        conditions=((Column.COLL_NAME, equals("/zone/it's")), (Column.DATA_NAME, any_of(["a", "<b>"]))),
    )
    assert library(message, 702) == sent(ours.page(7))


def test_a_name_that_is_no_unicode_is_refused() -> None:
    """Servers store text; bytes that are none must be mapped before."""
    with pytest.raises(NameRefused):
        packing.put(Target(path="/zone/\udcff", mode=PutMode.CREATE), b"", "sha2:x")


@pytest.mark.parametrize("has_access_time", [False, True])
def test_a_changed_replica_names_all_fields_of_the_release(has_access_time: bool) -> None:
    """Releases from 5 on have one field more; the order is the instruction's."""
    fields = packing.replica_fields("/zone/a", "root;leaf", 2, has_access_time=has_access_time)
    message = packing.change_replica(fields, {"dataSize": "7"}).message
    assert has_access_time == (b"<dataAccessTime>" in message)
    assert b"<rescHier>root;leaf</rescHier>" in message
    assert b"<replNum>2</replNum>" in message
    assert b"<keyWord>dataSize</keyWord><svalue>7</svalue>" in message
