"""What of a reply is compared, and what is not, each with its reason."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.contract.zone.client import AUTHENTICATION, read_xml

#: requests whose replies are not compared -> why
IGNORED_APIS = {
    AUTHENTICATION: "the login is done again with the zone's own challenge",
    703: "as the login, in its old form",
    704: "as the login, in its old form",
    625: "rules are out of the zone's scope",
}

#: single replies that are not compared, by recording and line -> why
IGNORED_REPLIES = {
    ("prc_connection", 235): "asks for the end of an object that another connection writes to at that moment",
    ("prc_data_obj", 88): "met a folder in /tmp that somebody else had left on the real server",
    ("prc_data_obj", 129): "removes the resource that stayed empty because of that",
    ("prc_query", 41): "lists all collections, with what earlier work had left on the real server",
    ("prc_query", 85): "closes a result that was long on the real server only",
    ("prc_query", 610): "the first of all collections, found by no condition",
    ("prc_query", 622): "the first of all data objects, found by no condition",
    ("prc_query", 626): "the first of all data objects, found by no condition",
    ("prc_ticket", 1439): "lists all tickets, with what earlier work had left on the real server",
}

#: values that differ from one server to the next -> why they are not compared
IGNORED_COLUMNS = {
    **dict.fromkeys(
        (106, 107, 208, 209, 311, 312, 314, 419, 420, 424, 508, 509, 604, 605, 614, 615), "time of the run"
    ),
    **dict.fromkeys((634, 635, 644, 645, 2004, 2013, 2208, 2209, 2210), "time of the run"),
    319: "milliseconds of a time of the run",
}

#: keys of JSON documents -> why they are not compared
IGNORED_KEYS = {
    "replica_token": "random; the replay hands the zone's own on",
    "data_create": "time of the run",
    "data_modify": "time of the run",
    "request_result": "random challenge",
    "digest": "answer to a random challenge",
    "checksum_sha256": "digest of a plugin file; the zone has no plugin files",
    "data_object_input": "what the real server made of the request inside",
    "l3descInx": "number of a stream inside the real server",
    "plugins": "the zone has no plugins; it names what it has in their place",
    "rules": "the zone has no rules",
    "specific_queries": "the zone has fewer stored queries",
    **dict.fromkeys(
        (
            "IRODS_HAS_API_ENDPOINT_CHECK_AUTH_CREDENTIALS",
            "IRODS_HAS_API_ENDPOINT_SWITCH_USER",
            "IRODS_HAS_FEATURE_PROXY_USER_SUPPORT_FOR_CLIENT_CONNECTION_LIBRARIES",
            "IRODS_HAS_LIBRARY_SYSTEM_ERROR",
            "IRODS_LIBRARY_FEATURE_CHECK_AUTH_CREDENTIALS",
            "IRODS_LIBRARY_FEATURE_CLIENT_CONNECTION_LIBRARIES_SUPPORT_PROXY_USERS",
            "IRODS_LIBRARY_FEATURE_DELAY_RULE_LOCKING",
            "IRODS_LIBRARY_FEATURE_SWITCH_USER",
            "IRODS_LIBRARY_FEATURE_SYSTEM_ERROR",
        ),
        "a feature that the zone does not have",
    ),
}

#: tags of other messages -> why they are not compared
IGNORED_TAGS = {
    "reslen": "width of a buffer in the real server; clients read the values only",
    "stringToHashWith": "random; the replay hands the zone's own on",
    "challenge": "random",
    "cookie": "random",
    "createTime": "time of the run",
    "modifyTime": "time of the run",
    "serverBootTime": "time of the run",
    "buflen": "follows from the content",
}

#: SQL that a server wrote for its own database starts so; that of another database is another
SQL = "select "

#: columns that hold ids: compared through a map that has to stay one to one
ID_COLUMNS = frozenset({101, 201, 301, 317, 401, 402, 423, 500, 603, 613, 633, 643, 703, 704, 713, 714, 900})
ID_COLUMNS |= {1000, 1600, 2000, 2010, 2200, 2203, 2204, 2220, 2222, 2224}

#: keys of JSON documents that hold ids
ID_KEYS = frozenset({"data_id", "collection_id", "resource_id"})

#: ids below this are the same on every server
FIRST_ID = 10_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


@dataclass(slots=True)
class Ids:
    """Which id of the zone stands for which id of the recording."""

    to_zone: dict[str, str] = field(default_factory=dict)
    to_recording: dict[str, str] = field(default_factory=dict)

    def same(self, recorded: str, ours: str) -> bool:
        """Say whether two ids can mean the same thing; remember that they do."""
        if not recorded.isdigit() or int(recorded) < FIRST_ID:
            return recorded == ours
        if recorded in self.to_zone or ours in self.to_recording:
            return self.to_zone.get(recorded) == ours
        self.to_zone[recorded] = ours
        self.to_recording[ours] = recorded
        return True


def parse(text: str) -> ET.Element | None:
    """Read a packed message; control characters, which XML has no place for, become private ones."""
    if not text.strip("\0 \n"):
        return None
    return read_xml(_CONTROL.sub(lambda match: chr(0xE000 + ord(match[0])), text))


def restore(text: str) -> str:
    """Undo what `parse` did to control characters."""
    return re.sub("[\ue000-\ue01f]", lambda match: chr(ord(match[0]) - 0xE000), text)


Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The result of a query."""

    columns: tuple[int, ...]
    rows: list[Row]
    continued: int
    total: str

    @classmethod
    def of(cls, element: ET.Element) -> Table:
        filled = [part for part in element.findall("SqlResult_PI") if part.findall("value")]
        values = [[value.text or "" for value in part.findall("value")] for part in filled]
        continued = int(element.findtext("continueInx") or 0)
        return cls(
            tuple(int(part.findtext("attriInx") or 0) for part in filled),
            list(zip(*values, strict=True)),
            (continued > 0) - (continued < 0),
            element.findtext("totalRowCount") or "",
        )


Blank = Callable[[int, str], str]


def blank(column: int, value: str) -> str:
    """Return what of a value orders the rows and is compared as it is."""
    if column in ID_COLUMNS or column in IGNORED_COLUMNS:
        return ""
    return value


def differing_tables(recorded: Table, ours: Table, ids: Ids, *, ordered: bool, blank: Blank) -> list[str]:
    """Return what differs between two results; rows may come in any order unless the query ordered them."""
    if recorded.columns != ours.columns:
        return [f"columns {recorded.columns} != {ours.columns}"]
    if len(recorded.rows) != len(ours.rows):
        return [f"{len(recorded.rows)} rows != {len(ours.rows)}: {recorded.rows[:3]} != {ours.rows[:3]}"]
    found = [f"{name}: {a} != {b}" for name, a, b in _counts(recorded, ours) if a != b]

    def key(known: dict[str, str]) -> Callable[[Row], tuple[object, ...]]:
        return lambda row: (
            tuple(blank(column, value) for column, value in zip(recorded.columns, row, strict=True)),
            tuple(known.get(value, value) for value in row),
        )

    left, right = recorded.rows, ours.rows
    if not ordered:
        left = sorted(left, key=key({}))
        right = sorted(right, key=key(ids.to_recording))
    for one, other in zip(left, right, strict=True):
        found += _differing_rows(recorded.columns, one, other, ids, blank)
    return found


def _counts(recorded: Table, ours: Table) -> list[tuple[str, object, object]]:
    return [("continueInx", recorded.continued, ours.continued), ("totalRowCount", recorded.total, ours.total)]


def _differing_rows(columns: tuple[int, ...], recorded: Row, ours: Row, ids: Ids, blank: Blank) -> list[str]:
    found = []
    for column, one, other in zip(columns, recorded, ours, strict=True):
        if column in IGNORED_COLUMNS:
            same = bool(one) == bool(other)
        elif column in ID_COLUMNS:
            same = ids.same(one, other)
        else:
            same = blank(column, one) == blank(column, other)
        if not same:
            found.append(f"column {column}: {one!r} != {other!r}")
    return found


def differing_documents(recorded: Any, ours: Any, ids: Ids, where: str = "") -> list[str]:
    """Return what differs between two JSON documents."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        uncommon = (set(recorded) ^ set(ours)) - IGNORED_KEYS.keys()
        found = [f"{where}: keys {sorted(uncommon)}"] if uncommon else []
        for key in recorded.keys() & ours.keys() - IGNORED_KEYS.keys():
            if key in ID_KEYS:
                found += [] if ids.same(str(recorded[key]), str(ours[key])) else [f"{where}.{key}"]
            else:
                found += differing_documents(recorded[key], ours[key], ids, f"{where}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        pairs = enumerate(zip(recorded, ours, strict=True))
        return [text for place, (a, b) in pairs for text in differing_documents(a, b, ids, f"{where}[{place}]")]
    return [] if recorded == ours else [f"{where}: {recorded!r} != {ours!r}"]


def document(text: str) -> Any | None:
    """Return a text as JSON, or None where it is none."""
    try:
        return json.loads(html.unescape(text))
    except ValueError:
        return None


def differing_elements(recorded: ET.Element, ours: ET.Element, ids: Ids) -> list[str]:
    """Return what differs between two packed messages that are no query results."""
    if recorded.tag != ours.tag:
        return [f"{recorded.tag} != {ours.tag}"]
    if recorded.tag in IGNORED_TAGS:
        return []
    parts = list(recorded), list(ours)
    if len(parts[0]) != len(parts[1]):
        return [f"{recorded.tag}: {len(parts[0])} parts != {len(parts[1])}"]
    if parts[0]:
        return [text for a, b in zip(*parts, strict=True) for text in differing_elements(a, b, ids)]
    return _differing_texts(recorded.tag, (recorded.text or "").strip(), (ours.text or "").strip(), ids)


def _differing_texts(tag: str, recorded: str, ours: str, ids: Ids) -> list[str]:
    if recorded == ours or (recorded.startswith(SQL) and ours.lower().startswith(SQL)):
        return []
    documents = document(recorded), document(ours)
    if tag in {"myStr", "buf"} and None not in documents:
        return differing_documents(*documents, ids)
    return [f"{tag}: {recorded[:200]!r} != {ours[:200]!r}"]


def parse_errors(text: str) -> list[tuple[str, str]]:
    """Return the entries of an error part: status and message."""
    element = parse(text)
    if element is None:
        return []
    return [(part.findtext("status") or "", part.findtext("msg") or "") for part in element.findall("RErrMsg_PI")]
