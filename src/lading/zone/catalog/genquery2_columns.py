"""The names of GenQuery2, each with the number that GenQuery1 gives to the same column."""

from __future__ import annotations

from lading.zone.catalog.columns import COLUMNS, Column


def _family(prefix: str, names: dict[str, int]) -> dict[str, int]:
    return {f"{prefix}_{name}": number for name, number in names.items()}


def _avus(first: int) -> dict[str, int]:
    parts = ("ATTR_NAME", "ATTR_VALUE", "ATTR_UNITS", "ATTR_ID", "CREATE_TIME", "MODIFY_TIME")
    return {name: first + offset for offset, name in enumerate(parts)}


def _access(first: int) -> dict[str, int]:
    return {"ACCESS_PERM_ID": first, "ACCESS_PERM_NAME": first + 1, "ACCESS_USER_ID": first + 3}


#: names that speak of the users in an access list -> the list they are found through
THROUGH = {
    f"{kind}_ACCESS_USER_{part}": alias for kind, alias in (("COLL", "ca"), ("DATA", "da")) for part in ("NAME", "ZONE")
}

_NUMBERS: dict[str, int] = {
    **_family(
        "ZONE",
        {
            "ID": 101,
            "NAME": 102,
            "TYPE": 103,
            "CONNECTION": 104,
            "COMMENT": 105,
            "CREATE_TIME": 106,
            "MODIFY_TIME": 107,
        },
    ),
    **_family(
        "USER",
        {"ID": 201, "NAME": 202, "TYPE": 203, "ZONE": 204, "INFO": 206, "COMMENT": 207, "CREATE_TIME": 208}
        | {"MODIFY_TIME": 209, "AUTH_ID": 1600, "DN": 1601},
    ),
    **_family(
        "RESC",
        {"ID": 301, "NAME": 302, "ZONE_NAME": 303, "TYPE_NAME": 304, "CLASS_NAME": 305, "HOSTNAME": 306}
        | {"VAULT_PATH": 307, "FREE_SPACE": 308, "INFO": 309, "COMMENT": 310, "CREATE_TIME": 311, "MODIFY_TIME": 312}
        | {"STATUS": 313, "FREE_SPACE_TIME": 314, "CHILDREN": 315, "CONTEXT": 316, "PARENT_ID": 317}
        | {"PARENT_CONTEXT": 318, "MODIFY_TIME_MILLIS": 319},
    ),
    **_family(
        "DATA",
        {"ID": 401, "COLL_ID": 402, "NAME": 403, "REPL_NUM": 404, "VERSION": 405, "TYPE_NAME": 406, "SIZE": 407}
        | {"PATH": 410, "REPL_STATUS": 413, "STATUS": 414, "CHECKSUM": 415, "EXPIRY": 416, "MAP_ID": 417}
        | {"COMMENTS": 418, "CREATE_TIME": 419, "MODIFY_TIME": 420, "MODE": 421, "RESC_HIER": 422, "RESC_ID": 423}
        | {"ACCESS_TIME": 424}
        | _access(700),
    ),
    **_family(
        "COLL",
        {"ID": 500, "NAME": 501, "PARENT_NAME": 502, "MAP_ID": 505, "INHERITANCE": 506, "COMMENTS": 507}
        | {"CREATE_TIME": 508, "MODIFY_TIME": 509, "TYPE": 510, "INFO1": 511, "INFO2": 512}
        | _access(710),
    ),
    **{name: 202 if name.endswith("NAME") else 204 for name in THROUGH},
    **_family("META_DATA", _avus(600)),
    **_family("META_COLL", _avus(610)),
    **_family("META_RESC", _avus(630)),
    **_family("META_USER", _avus(640)),
    **_family(
        "DELAY_RULE",
        {"ID": 1000, "NAME": 1001, "REI_FILE_PATH": 1002, "USER_NAME": 1003, "EXE_ADDRESS": 1004, "EXE_TIME": 1005}
        | {"EXE_FREQUENCY": 1006, "PRIORITY": 1007, "ESTIMATED_EXE_TIME": 1008, "NOTIFICATION_ADDR": 1009}
        | {"LAST_EXE_TIME": 1010, "STATUS": 1011},
    ),
}

#: every name with its table and column
NAMES: dict[str, Column] = {
    **{name: COLUMNS[number] for name, number in _NUMBERS.items()},
    "DELAY_RULE_LOCK_HOST": Column("x", "lock_host"),
    "DELAY_RULE_LOCK_HOST_PID": Column("x", "lock_host_pid"),
    "DELAY_RULE_LOCK_TIME": Column("x", "lock_ts"),
    "GROUP_ID": Column("ug", "group_user_id"),
    "GROUP_MEMBER_ID": Column("ug", "user_id"),
    "USER_DN_INVALID": Column("u", "r_comment"),
}
