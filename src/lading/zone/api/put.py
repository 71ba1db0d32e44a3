"""606: create, write, verify and describe a small file in one request."""

from __future__ import annotations

import os
from dataclasses import dataclass

from lading.zone import avus, checksums, copying, entities, grants, objects, paths, replicas, vault
from lading.zone.acl import Level, parse_level
from lading.zone.api import transfers
from lading.zone.avus import Avu
from lading.zone.codes import Code
from lading.zone.objects import Target, Written
from lading.zone.placing import Wish
from lading.zone.registry import Call, IrodsError, Reply, api
from lading.zone.replicas import Status

_TRIPLE, _PAIR = 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a put sets beside the data."""

    avus: tuple[Avu, ...] = ()
    acls: tuple[tuple[Level, str], ...] = ()


def fields(text: str, separators: str) -> list[list[str]]:
    """Split at unescaped separators, the first being the outer one; a backslash takes the next character as it is."""
    outer, inner = separators[0], separators[1:]
    rows: list[list[str]] = [[""]]
    escaped = False
    for character in text:
        if escaped:
            rows[-1][-1] += character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == outer:
            rows.append([""])
        elif inner and character in inner:
            rows[-1].append("")
        else:
            rows[-1][-1] += character
    return rows


def parse_avus(text: str) -> tuple[Avu, ...]:
    """Read `a;v;u;a;v;u`; the last unit may be left out. Raises SYS_INVALID_INPUT_PARAM."""
    parts = [row[0] for row in fields(text, ";")]
    if len(parts) > 1 and len(parts) % _TRIPLE == 1 and not parts[-1]:
        parts.pop()
    if len(parts) % _TRIPLE == _TRIPLE - 1:
        parts.append("")
    if len(parts) % _TRIPLE:
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    return tuple(Avu(attribute=parts[i], value=parts[i + 1], unit=parts[i + 2]) for i in range(0, len(parts), _TRIPLE))


def parse_acls(text: str) -> tuple[tuple[Level, str], ...]:
    """Read `level user;level user`. Raises SYS_INVALID_INPUT_PARAM."""
    rows = [row for row in fields(text, "; ") if row != [""]]
    if any(len(row) != _PAIR or not all(row) for row in rows):
        raise IrodsError(Code.SYS_INVALID_INPUT_PARAM)
    return tuple((parse_level(level), user) for level, user in rows)


def _extras(keywords: dict[str, str]) -> Extras:
    return Extras(
        avus=parse_avus(keywords["metadataIncluded"]) if keywords.get("metadataIncluded") else (),
        acls=parse_acls(keywords["aclIncluded"]) if keywords.get("aclIncluded") else (),
    )


@api(606, "DATA_OBJ_PUT_AN")
def put(call: Call) -> Reply:
    """
    Store the byte stream of the request as one replica.

    The answer is given when the data lie in the vault, were read back if a checksum was asked for, and the
    catalogue has committed the replica as good. On any failure after the row was made the replica stays, stale.
    """
    keywords = call.pi.keywords
    path = paths.normal(call.pi.text("objPath"))
    extras = _extras(keywords)
    if "dataIncluded" not in keywords:
        return transfers.put_by_writes(call, path)
    target = _begin(call, path, keywords)
    written = _store(call, target, keywords)
    refusal = _record(call, target, written, extras)
    if refusal is not None:
        raise refusal
    copying.fan_out(call.zone, target, everywhere="all" in keywords)
    return Reply(0)


def _begin(call: Call, path: str, keywords: dict[str, str]) -> Target:
    with call.catalog.write() as database:
        if "forceFlag" not in keywords and replicas.replicas(database, path):  # wherever they lie
            raise IrodsError(Code.OVERWRITE_WITHOUT_FORCE_FLAG)
        wish = Wish(path=path, keywords=keywords, size=len(call.bs))
        return objects.begin(call.zone, call.agent, database, wish)


def _store(call: Call, target: Target, keywords: dict[str, str]) -> Written:
    try:
        descriptor = objects.open_new_file(call.zone, target)
    except BaseException:
        objects.undo(call.zone, target)
        raise
    try:
        return _fill(call, descriptor, keywords)
    except BaseException:
        objects.mark_failed(call.zone, target)
        raise
    finally:
        os.close(descriptor)


def _fill(call: Call, descriptor: int, keywords: dict[str, str]) -> Written:
    vault.write_at(descriptor, call.bs, 0)
    checksum = ""
    if "verifyChksum" in keywords or "regChksum" in keywords:
        checksum = checksums.of_descriptor(descriptor, objects.wanted_scheme(call.zone, keywords))
    return Written(size=len(call.bs), checksum=checksum)


def _record(call: Call, target: Target, written: Written, extras: Extras) -> IrodsError | None:
    """Commit the outcome; return the refusal, if there is one, beside a stale replica."""
    keywords = call.pi.keywords
    expected = keywords.get("verifyChksum")
    refusal: IrodsError | None = None
    said = call.pi.number("dataSize")
    if said > 0 and said != written.size:
        refusal = IrodsError(Code.SYS_COPY_LEN_ERR)
    elif expected and expected != written.checksum:
        refusal = IrodsError(Code.USER_CHKSUM_MISMATCH)
    with call.catalog.write() as database:
        if refusal is None and (extras.avus or extras.acls):
            refusal = _describe(call, target, extras)
        status = Status.GOOD if refusal is None else Status.STALE
        stored = Written(size=written.size, checksum=written.checksum, status=status)
        objects.finish(database, target, stored)
    return refusal


def _describe(call: Call, target: Target, extras: Extras) -> IrodsError | None:
    """Attach AVUs, then set access; a failure leaves what was done before it."""
    with call.catalog.write() as database:
        try:
            for avu in extras.avus:
                avus.attach(call.catalog, database, target.data_id, avu.checked())
            for level, user in extras.acls:
                user_id = entities.need_user(database, user, call.zone.name)
                grants.set_access(database, target.data_id, user_id, level)
        except IrodsError as error:
            return error
    return None
