"""What a server tells about itself, and queries that an administrator stored or a client wrote as text."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from typing import TYPE_CHECKING

from lading.zone.agent import Cursor
from lading.zone.api.query import no_rows, pack_rows, page, viewer_of
from lading.zone.catalog.genquery2 import column_mappings, compile_text
from lading.zone.codes import Code
from lading.zone.entities import find_data_object
from lading.zone.paths import normal
from lading.zone.pi import bytes_json, compact_json, pack, str_pi
from lading.zone.registry import APIS, Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from lading.zone.catalog import Database

_STARTED = int(time.time())

#: abilities of the server as clients ask for them: name -> the month it came, as the release says
LIBRARY_FEATURES = {
    "IRODS_HAS_LIBRARY_TICKET_ADMINISTRATION": 202209,
    "IRODS_HAS_LIBRARY_ZONE_ADMINISTRATION": 202210,
    "IRODS_LIBRARY_FEATURE_GENQUERY2": 202404,
    "IRODS_LIBRARY_FEATURE_REPLICA_TRUNCATE": 202403,
    "IRODS_LIBRARY_FEATURE_TICKET_ADMINISTRATION": 202209,
    "IRODS_LIBRARY_FEATURE_ZONE_ADMINISTRATION": 202210,
}

_HASH_NAMES = {"sha2": "SHA256", "md5": "MD5"}

#: what the zone has in place of a server's plugins
_PLUGINS = (
    ("unixfilesystem", "resource"),
    ("passthru", "resource"),
    ("random", "resource"),
    ("replication", "resource"),
    ("native_server", "authentication"),
    ("pam_password_server", "authentication"),
    ("tcp_server", "network"),
    ("ssl_server", "network"),
    ("sqlite", "database"),
)

#: how many arguments a stored query may have
_ARGUMENTS = 10


@api(700, "GET_MISC_SVR_INFO_AN")
def server_info(call: Call) -> Reply:
    """Tell release, zone and the time of the start, which servers from 5.0 on do not know."""
    settings = call.zone.settings
    knows_start = not settings.release.startswith("rods5")
    fields = (
        ("serverType", 1),
        ("serverBootTime", _STARTED if knows_start else 0),
        ("relVersion", settings.release),
        ("apiVersion", settings.api_version),
        ("rodsZone", call.zone.name),
        ("certinfo", compact_json({"ssl_enabled": call.agent.encrypted})),
    )
    return Reply(msg=pack("MiscSvrInfo_PI", *fields))


#: columns of a list of connections, which are in no table: number, start, client, proxy, whence, where, program
_CONNECTION = (*range(1_000_001, 1_000_008), 1_000_009, 1_000_008)


@api(690, "PROC_STAT_AN")
def connections(call: Call) -> Reply:
    """List the connections that are answered now, whichever server is asked for."""
    rows = [
        (number, one.started, one.client_name, one.client_zone, one.proxy_name, one.proxy_zone, one.peer,
         call.zone.settings.host, one.application or "client")
        for number, one in enumerate(list(call.zone.agents.values()), 1)
    ]  # fmt: skip
    return Reply(msg=pack_rows(_CONNECTION, rows, continued=-1))


@api(801, "GET_LIBRARY_FEATURES_AN")
def library_features(_call: Call) -> Reply:
    """Tell the abilities that clients look for before they use them."""
    return Reply(msg=str_pi(compact_json(LIBRARY_FEATURES)))


@api(10215, "CLIENT_HINTS_AN")
def client_hints(call: Call) -> Reply:
    """Tell which checksums are in use, which kinds of resource there are, and which stored queries."""
    aliases = call.catalog.read().execute("SELECT alias FROM R_SPECIFIC_QUERY ORDER BY rowid")
    document = {
        "hash_scheme": _HASH_NAMES.get(call.zone.settings.hash_scheme, "SHA256"),
        "match_hash_policy": "compatible",
        "plugins": [{"checksum_sha256": "", "name": name, "type": kind, "version": ""} for name, kind in _PLUGINS],
        "rules": [],
        "specific_queries": [row[0] for row in aliases],
    }
    return Reply(msg=bytes_json(json.dumps(document, indent=4)))


@api(10205, "ZONE_REPORT_AN")
def zone_report(call: Call) -> Reply:
    """Tell the zone, its one server and its resources, to administrators."""
    if not call.agent.me.is_admin:
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
    rows = call.catalog.read().execute(
        "SELECT resc_name, resc_type_name, resc_net, resc_def_path, resc_context, resc_status FROM R_RESC_MAIN"
    )
    resources = [
        {
            "name": name,
            "type": kind,
            "host_name": host,
            "vault_path": vault,
            "context_string": context,
            "status": status,
        }
        for name, kind, host, vault, context, status in rows
    ]
    server = {
        "version": {"irods_version": call.zone.settings.release.removeprefix("rods")},
        "host_system_information": {"hostname": socket.gethostname()},
        "resources": resources,
        "apis": sorted(APIS),
    }
    report = {"schema_version": "v4", "zones": [{"name": call.zone.name, "servers": [server]}]}
    return Reply(msg=bytes_json(json.dumps(report, indent=4)))


@api(10220, "GET_RESOURCE_INFO_FOR_OPERATION_AN")
def resource_for_operation(call: Call) -> Reply:
    """Tell which server would do an operation: there is only this one."""
    tree = call.zone.resources.tree()
    hierarchy = _present_hierarchy(call, normal(call.pi.text("objPath")))
    if hierarchy is None and call.pi.keywords.get("getResourceInfoOpType") != "CREATE":
        raise IrodsError(Code.USER_FILE_DOES_NOT_EXIST)
    if hierarchy is None:
        name = call.pi.keywords.get("destRescName") or call.zone.settings.resource
        hierarchy = tree.leaf_names[tree.leaf_for_create(tree.root(name)).id]
    return Reply(msg=str_pi(compact_json({"host": call.zone.settings.host, "resource_hierarchy": hierarchy})))


def _present_hierarchy(call: Call, path: str) -> str | None:
    """Return where the best replica of a data object lies, or None where there is no such object."""
    database = call.catalog.read()
    row = database.execute(
        "SELECT resc_id FROM R_DATA_MAIN WHERE data_id = ? ORDER BY data_is_dirty <> 1, data_repl_num",
        (find_data_object(database, path),),
    ).fetchone()
    return call.zone.resources.tree().leaf_names.get(row[0], "") if row else None


@api(10221, "GENQUERY2_AN")
def genquery2(call: Call) -> Reply:
    """Answer a query written as text with rows of texts, with its SQL, or with the columns there are."""
    if call.pi.number("column_mappings"):
        return Reply(msg=str_pi(compact_json(column_mappings())))
    compiled = compile_text(call.pi.text("query_string"), viewer_of(call))
    if call.pi.number("sql_only"):
        return Reply(msg=str_pi(compiled.statement.sql))
    rows = call.catalog.read().execute(compiled.statement.sql, compiled.statement.parameters).fetchall()
    names = call.zone.resources.tree().leaf_names
    answer = [
        [
            names.get(value, "") if place in compiled.hierarchy_places else "" if value is None else str(value)
            for place, value in enumerate(row)
        ]
        for row in rows
    ]
    return Reply(msg=str_pi(compact_json(answer)))


def _stored_sql(database: Database, text: str) -> str:
    row = database.execute("SELECT sqlStr FROM R_SPECIFIC_QUERY WHERE alias = ? OR sqlStr = ?", (text, text)).fetchone()
    if row is None:
        raise IrodsError(Code.CAT_UNKNOWN_SPECIFIC_QUERY)
    return str(row[0])


@api(722, "SPECIFIC_QUERY_AN")
def specific_query(call: Call) -> Reply:
    """Run a query that an administrator stored, by its alias or its text."""
    size, number = call.pi.number("maxRows"), call.pi.number("continueInx")
    if number > 0:
        return _continue(call, size, number)
    database = call.catalog.read()
    sql = _stored_sql(database, call.pi.text("sql"))
    arguments = [call.pi.text(f"arg{place}") for place in range(1, _ARGUMENTS + 1)]
    try:
        rows = database.execute(sql, arguments[: sql.count("?")]).fetchall()
    except sqlite3.Error as error:
        raise IrodsError(Code.CAT_SQL_ERR, str(error)) from error
    if not rows:
        return no_rows()
    cursor = Cursor(columns=(0,) * len(rows[0]), rows=rows)
    return Reply(msg=page(call, cursor, size, 0))


def _continue(call: Call, size: int, number: int) -> Reply:
    cursor = call.agent.cursors.get(number)
    if cursor is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT)
    if size <= 0 or cursor.sent >= len(cursor.rows):
        del call.agent.cursors[number]
        return no_rows()
    return Reply(msg=page(call, cursor, size, number))
