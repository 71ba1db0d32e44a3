"""Who may do what: access levels and the checks against them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.agent import Agent


class Level(IntEnum):
    """Access levels; a higher one holds all lower ones."""

    NULL = 1000
    EXECUTE = 1010
    READ_ANNOTATION = 1020
    READ_SYSTEM_METADATA = 1030
    READ_METADATA = 1040
    READ_OBJECT = 1050
    WRITE_ANNOTATION = 1060
    CREATE_METADATA = 1070
    MODIFY_METADATA = 1080
    DELETE_METADATA = 1090
    ADMINISTER_OBJECT = 1100
    CREATE_OBJECT = 1110
    MODIFY_OBJECT = 1120
    DELETE_OBJECT = 1130
    CREATE_TOKEN = 1140
    DELETE_TOKEN = 1150
    CURATE = 1160
    OWN = 1200

    @property
    def token(self) -> str:
        """Return the name as the catalogue spells it."""
        return self.name.lower()


#: words that requests may use beside the names of the levels
SPELLINGS = {
    "read": Level.READ_OBJECT,
    "write": Level.MODIFY_OBJECT,
    **{level.token: level for level in Level},
    **{level.token.replace("_", " "): level for level in Level},
}

_LEVEL = (
    "SELECT max(a.access_type_id) FROM R_OBJT_ACCESS a JOIN R_USER_GROUP g ON g.group_user_id = a.user_id"
    " WHERE a.object_id = ? AND g.user_id = ?"
)


def parse_level(text: str) -> Level:
    """Read an access level in any accepted spelling."""
    level = SPELLINGS.get(text.strip())
    if level is None:
        raise IrodsError(Code.CAT_INVALID_ARGUMENT, f"[{text}] is not an access level")
    return level


def level_of(database: sqlite3.Connection, user_id: int, object_id: int) -> int:
    """Return the highest level that a user has through all groups, or 0."""
    return database.execute(_LEVEL, (object_id, user_id)).fetchone()[0] or 0


def allows(database: sqlite3.Connection, agent: Agent, object_id: int, level: Level) -> bool:
    """Say whether who acts has `level`; tickets do not count here."""
    return level_of(database, agent.me.user_id, object_id) >= level


def require(database: sqlite3.Connection, agent: Agent, object_id: int, level: Level) -> None:
    """Refuse with CAT_NO_ACCESS_PERMISSION unless who acts has `level`."""
    if not allows(database, agent, object_id, level):
        raise IrodsError(Code.CAT_NO_ACCESS_PERMISSION)


def require_admin(agent: Agent) -> None:
    """Refuse with CAT_INSUFFICIENT_PRIVILEGE_LEVEL unless an administrator acts."""
    if not agent.me.is_admin:
        raise IrodsError(Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL)
