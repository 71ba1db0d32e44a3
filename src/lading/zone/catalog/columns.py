"""The columns that queries name by number, and the joins between their tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a query: its table (by alias) and its name there."""

    alias: str
    name: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a query; a condition belongs to every use of it."""

    name: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """What ties two aliases together."""

    left: str
    right: str
    condition: str


def _family(first: int, alias: str, names: str) -> dict[int, Column]:
    """Number the names from `first`; a dash leaves a number out."""
    return {first + offset: Column(alias, name) for offset, name in enumerate(names.split()) if name != "-"}


_META = "meta_attr_name meta_attr_value meta_attr_unit meta_id create_ts modify_ts"

COLUMNS: dict[int, Column] = {
    **_family(101, "z", "zone_id zone_name zone_type_name zone_conn_string r_comment create_ts modify_ts"),
    **_family(201, "u", "user_id user_name user_type_name zone_name - user_info r_comment create_ts modify_ts"),
    205: Column("ua", "user_auth_name"),
    **_family(
        301,
        "r",
        "resc_id resc_name zone_name resc_type_name resc_class_name resc_net resc_def_path free_space resc_info"
        " r_comment create_ts modify_ts resc_status free_space_ts resc_children resc_context resc_parent"
        " resc_parent_context modify_ts_millis",
    ),
    **_family(
        401,
        "d",
        "data_id coll_id data_name data_repl_num data_version data_type_name data_size resc_group_name resc_name"
        " data_path data_owner_name data_owner_zone data_is_dirty data_status data_checksum data_expiry_ts data_map_id"
        " r_comment create_ts modify_ts data_mode resc_hier resc_id access_ts",
    ),
    **_family(
        500,
        "c",
        "coll_id coll_name parent_coll_name coll_owner_name coll_owner_zone coll_map_id coll_inheritance r_comment"
        " create_ts modify_ts coll_type coll_info1 coll_info2",
    ),
    **_family(600, "dm", _META),
    **_family(610, "cm", _META),
    620: Column("cm", "meta_namespace"),
    621: Column("dm", "meta_namespace"),
    622: Column("rm", "meta_namespace"),
    623: Column("um", "meta_namespace"),
    **_family(630, "rm", _META),
    **_family(640, "um", _META),
    **_family(700, "da", "access_type_id - - user_id object_id"),
    **_family(701, "dat", "token_name token_namespace"),
    **_family(710, "ca", "access_type_id - - user_id object_id"),
    **_family(711, "cat", "token_name token_namespace"),
    **_family(720, "ra", "access_type_id - - user_id object_id"),
    **_family(721, "rat", "token_name token_namespace"),
    **_family(860, "k", "token_namespace token_id token_name token_value token_value2 token_value3 r_comment"),
    **_family(900, "g", "user_id user_name"),
    **_family(
        1000,
        "x",
        "rule_exec_id rule_name rei_file_path user_name exe_address exe_time exe_frequency priority estimated_exe_time"
        " notification_addr last_exe_time exe_status exe_context",
    ),
    1300: Column("u", "user_name"),
    1301: Column("u", "zone_name"),
    **_family(1600, "ua", "user_id user_auth_name create_ts"),
    **_family(2000, "q", "user_id resc_id quota_limit quota_over modify_ts"),
    **_family(2010, "v", "user_id resc_id quota_usage modify_ts"),
    **_family(
        2200,
        "t",
        "ticket_id ticket_string ticket_type user_id object_id object_type uses_limit uses_count ticket_expiry_ts"
        " create_ts modify_ts write_file_count write_file_limit write_byte_count write_byte_limit",
    ),
    **_family(2220, "th", "ticket_id host"),
    **_family(2222, "tu", "ticket_id user_name"),
    **_family(2224, "tg", "ticket_id group_name"),
    2226: Column("td", "data_name"),
    2227: Column("tdc", "coll_name"),
    2228: Column("tc", "coll_name"),
    **_family(2229, "ow", "user_name zone_name"),
}

TABLES: dict[str, Table] = {
    "z": Table("R_ZONE_MAIN"),
    "u": Table("R_USER_MAIN"),
    "ua": Table("R_USER_AUTH"),
    "ug": Table("R_USER_GROUP"),
    "g": Table("R_USER_MAIN"),
    "r": Table("R_RESC_MAIN"),
    "d": Table("R_DATA_MAIN"),
    "c": Table("R_COLL_MAIN"),
    **{alias: Table("R_META_MAIN") for alias in ("dm", "cm", "rm", "um")},
    **{alias: Table("R_OBJT_METAMAP") for alias in ("dmm", "cmm", "rmm", "umm")},
    **{alias: Table("R_OBJT_ACCESS") for alias in ("da", "ca", "ra")},
    **{alias: Table("R_TOKN_MAIN", f"{alias}.token_namespace = 'access_type'") for alias in ("dat", "cat", "rat")},
    "k": Table("R_TOKN_MAIN"),
    "x": Table("R_RULE_EXEC"),
    "q": Table("R_QUOTA_MAIN"),
    "v": Table("R_QUOTA_USAGE"),
    "t": Table("R_TICKET_MAIN"),
    "th": Table("R_TICKET_ALLOWED_HOSTS"),
    "tu": Table("R_TICKET_ALLOWED_USERS"),
    "tg": Table("R_TICKET_ALLOWED_GROUPS"),
    "td": Table("R_DATA_MAIN"),
    "tdc": Table("R_COLL_MAIN"),
    "tc": Table("R_COLL_MAIN"),
    "ow": Table("R_USER_MAIN"),
}

#: the nearest chain of these joins ties the tables of a query together
JOINS: tuple[Join, ...] = (
    Join("d", "c", "d.coll_id = c.coll_id"),
    Join("d", "r", "d.resc_id = r.resc_id"),
    Join("d", "dmm", "dmm.object_id = d.data_id"),
    Join("dmm", "dm", "dm.meta_id = dmm.meta_id"),
    Join("c", "cmm", "cmm.object_id = c.coll_id"),
    Join("cmm", "cm", "cm.meta_id = cmm.meta_id"),
    Join("r", "rmm", "rmm.object_id = r.resc_id"),
    Join("rmm", "rm", "rm.meta_id = rmm.meta_id"),
    Join("u", "umm", "umm.object_id = u.user_id"),
    Join("umm", "um", "um.meta_id = umm.meta_id"),
    Join("d", "da", "da.object_id = d.data_id"),
    Join("da", "dat", "dat.token_id = da.access_type_id"),
    Join("da", "u", "u.user_id = da.user_id"),
    Join("c", "ca", "ca.object_id = c.coll_id"),
    Join("ca", "cat", "cat.token_id = ca.access_type_id"),
    Join("ca", "u", "u.user_id = ca.user_id"),
    Join("r", "ra", "ra.object_id = r.resc_id"),
    Join("ra", "rat", "rat.token_id = ra.access_type_id"),
    Join("ra", "u", "u.user_id = ra.user_id"),
    Join("u", "ug", "ug.user_id = u.user_id"),
    Join("ug", "g", "g.user_id = ug.group_user_id"),
    Join("u", "ua", "ua.user_id = u.user_id"),
    Join("u", "q", "q.user_id = u.user_id"),
    Join("q", "r", "q.resc_id = r.resc_id"),
    Join("u", "v", "v.user_id = u.user_id"),
    Join("v", "r", "v.resc_id = r.resc_id"),
    Join("u", "z", "u.zone_name = z.zone_name"),
    Join("t", "th", "th.ticket_id = t.ticket_id"),
    Join("t", "tu", "tu.ticket_id = t.ticket_id"),
    Join("t", "tg", "tg.ticket_id = t.ticket_id"),
    Join("t", "td", "td.data_id = t.object_id"),
    Join("td", "tdc", "tdc.coll_id = td.coll_id"),
    Join("t", "tc", "tc.coll_id = t.object_id"),
    Join("t", "ow", "ow.user_id = t.user_id"),
)

#: conditions on these may be given several times, each time for another AVU
META_ALIASES = frozenset({"dm", "cm", "rm", "um"})
#: the map between an object and its AVUs, for each of them
META_MAPS = {"dm": "dmm", "cm": "cmm", "rm": "rmm", "um": "umm"}

COLL_NAME = 501
DATA_NAME = 403
DATA_REPL_NUM = 404
DATA_RESC_NAME = 409
DATA_RESC_HIER = 422
