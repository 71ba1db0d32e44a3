"""689: several small files in one request. As in a real server it is one put after the other, not one transaction."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from lading.zone import grants, paths, replicas
from lading.zone.acl import Level, require
from lading.zone.api import collections
from lading.zone.api.bulk_register import bulk_columns
from lading.zone.api.put import put
from lading.zone.codes import Code
from lading.zone.pi import Pi, escape
from lading.zone.registry import Call, IrodsError, Reply, api

#: most files in one request
MAX_FILES = 50

_PATH = 403
_CHECKSUM = 415
_END = 999998

#: keywords of the request that hold for each of its files
_SHARED = ("destRescName", "resc_hier", "regChksum", "metadataIncluded", "aclIncluded", "dataType")


def _request(path: str, size: int, keywords: dict[str, str]) -> Pi:
    """Pack the put of one file."""
    names = "".join(f"<keyWord>{escape(name)}</keyWord>" for name in keywords)
    values = "".join(f"<svalue>{escape(value)}</svalue>" for value in keywords.values())
    pairs = f"<KeyValPair_PI><ssLen>{len(keywords)}</ssLen>{names}{values}</KeyValPair_PI>"
    numbers = f"<createMode>384</createMode><dataSize>{size}</dataSize><oprType>1</oprType>"
    return Pi(f"<DataObjInp_PI><objPath>{escape(path)}</objPath>{numbers}{pairs}</DataObjInp_PI>")


def _require_target(call: Call) -> None:
    path = paths.normal(call.pi.text("objPath"))
    database = call.catalog.read()
    if replicas.collection(database, path) is None:
        raise IrodsError(Code.CAT_UNKNOWN_COLLECTION)
    require(database, call.agent, grants.need_path(database, path).id, Level.DELETE_OBJECT)


def _spans(call: Call, ends: list[str], count: int) -> list[tuple[int, int]]:
    """Return where each file lies in the byte stream; refuse numbers that do not fit it."""
    try:
        borders = [0, *map(int, ends)]
    except ValueError:
        raise IrodsError(Code.USER_INPUT_FORMAT_ERR) from None
    fits = len(borders) == count + 1 and borders == sorted(borders) and borders[-1] <= len(call.bs)
    if not fits:
        raise IrodsError(Code.USER_INPUT_FORMAT_ERR)
    return list(pairwise(borders))


@api(689, "BULK_DATA_OBJ_PUT_AN")
def bulk_put(call: Call) -> Reply:
    """
    Create several files; the first one that fails ends the request, and those before it stay.

    Files that exist are never overwritten.
    """
    keywords = call.pi.keywords
    if "forceFlag" in keywords:
        raise IrodsError(Code.USER_INCOMPATIBLE_PARAMS)
    count, columns = bulk_columns(call.pi)
    if count > MAX_FILES:
        raise IrodsError(Code.SYS_REQUESTED_BUF_TOO_LARGE)
    files = columns.get(_PATH, [])
    if len(files) != count:
        raise IrodsError(Code.USER_INPUT_FORMAT_ERR)
    _require_target(call)
    checksums = columns.get(_CHECKSUM, []) if "verifyChksum" in keywords else []
    for place, (start, end) in enumerate(_spans(call, columns.get(_END, []), count)):
        path = paths.normal(files[place])
        with call.catalog.write() as database:
            collections.create_parents(call, database, paths.split(path)[0])
        wanted = {"dataIncluded": ""} | {name: keywords[name] for name in _SHARED if name in keywords}
        if checksums[place:]:
            wanted["verifyChksum"] = checksums[place]
        put(replace(call, pi=_request(path, end - start, wanted), bs=call.bs[start:end]))
    return Reply()
