"""
Requests as the wire has them: header, one packing instruction as XML, and raw bytes.

Written out here instead of by the client library because a put must not cost more than some ten microseconds. The
tests compare the result with what the library packs.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from lading.base.errors import NameRefused
from lading.ingest.engine.values import PutMode, Target


class Api(IntEnum):
    """The numbers of the requests that are sent."""

    DATA_OBJ_OPEN = 602
    DATA_OBJ_PUT = 606
    DATA_OBJ_UNLINK = 615
    MOD_DATA_OBJ_META = 622
    DATA_OBJ_RENAME = 627
    DATA_OBJ_CHKSUM = 629
    PHY_PATH_REG = 630
    DATA_OBJ_TRIM = 632
    STRUCT_FILE_EXT_AND_REG = 665
    DATA_OBJ_CLOSE = 673
    DATA_OBJ_LSEEK = 674
    DATA_OBJ_WRITE = 676
    RM_COLL = 679
    COLL_CREATE = 681
    BULK_REGISTER = 688
    PROC_STAT = 690
    GET_MISC_SVR_INFO = 700
    GEN_QUERY = 702
    MOD_ACCESS_CONTROL = 707
    GET_FILE_DESCRIPTOR_INFO = 20000
    ATOMIC_METADATA = 20002
    REPLICA_CLOSE = 20004
    TOUCH = 20007


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its number, its message, and the bytes that follow (any number of buffers)."""

    api: Api
    message: bytes
    stream: tuple[bytes | memoryview, ...] = ()

    @property
    def stream_size(self) -> int:
        """How many bytes follow the message."""
        return sum(map(len, self.stream))

    def head(self) -> bytes:
        """Return the header and the message, ready to send."""
        header = (
            b"<MsgHeader_PI><type>RODS_API_REQ</type><msgLen>%d</msgLen><errorLen>0</errorLen>"
            b"<bsLen>%d</bsLen><intInfo>%d</intInfo></MsgHeader_PI>"
        ) % (len(self.message), self.stream_size, self.api)
        return struct.pack(">i", len(header)) + header + self.message


#: sent before a connection is closed; there is no reply
_GOODBYE = (
    b"<MsgHeader_PI><type>RODS_DISCONNECT</type><msgLen>0</msgLen><errorLen>0</errorLen>"
    b"<bsLen>0</bsLen><intInfo>0</intInfo></MsgHeader_PI>"
)
GOODBYE = struct.pack(">i", len(_GOODBYE)) + _GOODBYE


#: operation types: what is done to a data object beyond what the request's number says
RENAME = 11
UNREGISTER = 26

#: what must be shielded in lists of AVUs and permissions; the backslash comes first
_AVU_SPECIAL = "\\;"
_ACL_SPECIAL = "\\ ;"


def escaped(text: str) -> str:
    """Return the text as it stands in XML; servers take everything else, control characters too, as it is."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def encoded(message: str) -> bytes:
    """Return the message as bytes; raise `NameRefused` for names that are no Unicode."""
    try:
        return message.encode()
    except UnicodeEncodeError as error:
        raise NameRefused("a name holds bytes that are not UTF-8", hint="Map such names to others") from error


def keywords(pairs: Mapping[str, str]) -> str:
    """Return the key-value part of a message."""
    keys = "".join([f"<keyWord>{key}</keyWord>" for key in pairs])
    values = "".join([f"<svalue>{escaped(value)}</svalue>" for value in pairs.values()])
    return f"<KeyValPair_PI><ssLen>{len(pairs)}</ssLen>{keys}{values}</KeyValPair_PI>"


def data_object(  # noqa: PLR0913 - one argument a field of the instruction
    path: str, pairs: Mapping[str, str], *, size: int = 0, flags: int = 0, mode: int = 0, operation: int = 0
) -> bytes:
    """Return the message that names a data object."""
    return encoded(
        f"<DataObjInp_PI><objPath>{escaped(path)}</objPath><createMode>{mode}</createMode>"
        f"<openFlags>{flags}</openFlags><offset>0</offset><dataSize>{size}</dataSize><numThreads>0</numThreads>"
        f"<oprType>{operation}</oprType>{keywords(pairs)}</DataObjInp_PI>"
    )


def opened(descriptor: int, *, length: int = 0, offset: int = 0) -> bytes:
    """Return the message that names an open descriptor; positions count from the start."""
    return (
        b"<OpenedDataObjInp_PI><l1descInx>%d</l1descInx><len>%d</len><whence>0</whence><oprType>0</oprType>"
        b"<offset>%d</offset><bytesWritten>0</bytesWritten><KeyValPair_PI><ssLen>0</ssLen></KeyValPair_PI>"
        b"</OpenedDataObjInp_PI>"
    ) % (descriptor, length, offset)


def document(value: object) -> bytes:
    """Return the message that carries a JSON document; the length is the one before base64."""
    text = json.dumps(value).encode()
    return b"<BinBytesBuf_PI><buflen>%d</buflen><buf>%s</buf></BinBytesBuf_PI>" % (len(text), base64.b64encode(text))


def collection(path: str, pairs: Mapping[str, str]) -> bytes:
    """Return the message that names a collection."""
    return encoded(f"<CollInpNew_PI><collName>{escaped(path)}</collName>{keywords(pairs)}</CollInpNew_PI>")


def every_server() -> bytes:
    """Return the message that asks for the connections of all servers of a zone."""
    return encoded(f"<ProcStatInp_PI><addr></addr><rodsZone></rodsZone>{keywords({'all': ''})}</ProcStatInp_PI>")


def moved(path: str, target: str) -> bytes:
    """Return the message that gives a data object another logical path."""

    def end(name: str) -> str:
        return (
            f"<DataObjInp_PI><objPath>{escaped(name)}</objPath><createMode>0</createMode><openFlags>0</openFlags>"
            f"<offset>0</offset><dataSize>0</dataSize><numThreads>0</numThreads><oprType>{RENAME}</oprType>"
            f"{keywords({})}</DataObjInp_PI>"
        )

    return encoded(f"<DataObjCopyInp_PI>{end(path)}{end(target)}</DataObjCopyInp_PI>")


def access(path: str, permission: str, user: str, zone: str) -> bytes:
    """Return the message that grants one permission on one object."""
    return encoded(
        f"<modAccessControlInp_PI><recursiveFlag>0</recursiveFlag><accessLevel>{permission}</accessLevel>"
        f"<userName>{escaped(user)}</userName><zone>{escaped(zone)}</zone><path>{escaped(path)}</path>"
        "</modAccessControlInp_PI>"
    )


def place_pairs(target: Target) -> dict[str, str]:
    """Return the keywords that say what a target is and where it goes."""
    pairs = {"dataType": "generic"}
    if target.resource is not None:
        pairs["destRescName"] = target.resource
    return pairs


def _carried_pairs(target: Target) -> dict[str, str]:
    """Return the keywords for the AVUs and permissions of a target."""
    pairs = {}
    if target.avus:
        pairs["metadataIncluded"] = ";".join(_shielded(part, _AVU_SPECIAL) for avu in target.avus for part in avu)
    if target.acls:
        pairs["aclIncluded"] = ";".join(
            f"{permission} {_shielded(user, _ACL_SPECIAL)}" for permission, user in target.acls
        )
    return pairs


def put(target: Target, data: bytes, checksum: str) -> Request:
    """Return the request that stores everything at once, verified by the server."""
    pairs = {"dataIncluded": "", "verifyChksum": checksum, **place_pairs(target), **_carried_pairs(target)}
    if target.mode is PutMode.REPLACE:
        pairs["forceFlag"] = ""
    message = data_object(target.path, pairs, size=len(data), mode=0o600, operation=1)
    return Request(Api.DATA_OBJ_PUT, message, (data,))


def _shielded(text: str, special: str) -> str:
    """Return the text with a backslash before each special character; the backslash is the first of them."""
    for character in special:
        text = text.replace(character, f"\\{character}")
    return text


def replica_fields(path: str, hierarchy: str, number: int, *, has_access_time: bool) -> str:
    """Return the part of a message that names one replica; all its other fields are left empty."""
    values: Iterable[tuple[str, object]] = (
        ("objPath", escaped(path)), ("rescName", ""), ("rescHier", escaped(hierarchy)), ("dataType", ""),
        ("dataSize", 0), ("chksum", ""), ("version", ""), ("filePath", ""), ("dataOwnerName", ""),
        ("dataOwnerZone", ""), ("replNum", number), ("replStatus", 0), ("statusString", ""), ("dataId", 0),
        ("collId", 0), ("dataMapId", 0), ("dataComments", ""), ("dataMode", ""), ("dataExpiry", ""),
        ("dataCreate", ""), ("dataModify", ""), ("dataAccess", ""), ("dataAccessInx", 0), ("writeFlag", 0),
        ("destRescName", ""), ("backupRescName", ""), ("subPath", ""), ("specColl", 0), ("regUid", 0),
        ("otherFlags", 0),
    )  # fmt: skip
    fields = "".join(f"<{tag}>{value}</{tag}>" for tag, value in values)
    last = "<dataAccessTime></dataAccessTime>" if has_access_time else ""
    return f"<DataObjInfo_PI>{fields}{keywords({})}<in_pdmo></in_pdmo><next>0</next><rescId>0</rescId>{last}</DataObjInfo_PI>"


def change_replica(fields: str, changes: Mapping[str, str]) -> Request:
    """Return the request that changes the catalogue's row of one replica."""
    message = f"<ModDataObjMeta_PI>{fields}{keywords(changes)}</ModDataObjMeta_PI>"
    return Request(Api.MOD_DATA_OBJ_META, encoded(message))
