"""What a ticket lets its bearer do."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lading.zone import paths
from lading.zone.codes import Code
from lading.zone.registry import IrodsError

if TYPE_CHECKING:
    import sqlite3

    from lading.zone.agent import Agent


class Use(Enum):
    """What the bearer wants to do."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a ticket is shown for; `data_id` None for a data object that is to be made."""

    data_id: int | None
    collection: str
    use: Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One row of the ticket table."""

    id: int
    type: str
    object_id: int
    expiry: str
    uses_limit: int
    uses_count: int
    file_limit: int
    file_count: int
    byte_limit: int
    byte_count: int


_FIND = (
    "SELECT ticket_id, ticket_type, object_id, ticket_expiry_ts, uses_limit, uses_count, write_file_limit,"
    " write_file_count, write_byte_limit, write_byte_count FROM R_TICKET_MAIN WHERE ticket_string = ?"
)


def find(database: sqlite3.Connection, text: str) -> Ticket | None:
    """Return a ticket by its text, or None."""
    row = database.execute(_FIND, (text,)).fetchone()
    return None if row is None else Ticket(**dict(zip(Ticket.__slots__, row, strict=True)))


def admits(database: sqlite3.Connection, agent: Agent, wanted: Wanted) -> bool:
    """
    Say whether the session's ticket opens what is wanted, and count its use.

    Inside a transaction. A ticket that fits but is expired, used up or not for this bearer raises its code.
    """
    ticket = find(database, agent.ticket) if agent.ticket else None
    if ticket is None or not _covers(database, ticket, wanted):
        return False
    if wanted.use is Use.WRITE and ticket.type != Use.WRITE.value:
        return False
    _require_valid(ticket)
    _require_bearer(database, agent, ticket)
    _count(database, agent, ticket, wanted)
    return True


def _covers(database: sqlite3.Connection, ticket: Ticket, wanted: Wanted) -> bool:
    if ticket.object_id == wanted.data_id:
        return True
    row = database.execute("SELECT coll_name FROM R_COLL_MAIN WHERE coll_id = ?", (ticket.object_id,)).fetchone()
    return row is not None and paths.is_inside(wanted.collection, row[0])


def _require_valid(ticket: Ticket) -> None:
    if ticket.expiry and ticket.expiry.isdigit() and int(ticket.expiry) < time.time():
        raise IrodsError(Code.CAT_TICKET_EXPIRED)


def _require_bearer(database: sqlite3.Connection, agent: Agent, ticket: Ticket) -> None:
    me = agent.me
    groups = (
        "SELECT u.user_name FROM R_USER_MAIN u JOIN R_USER_GROUP g ON g.group_user_id = u.user_id WHERE g.user_id = ?"
    )
    memberships = {name for (name,) in database.execute(groups, (me.user_id,))}
    rules = (
        (
            "SELECT user_name FROM R_TICKET_ALLOWED_USERS",
            {me.name, f"{me.name}#{me.zone}"},
            Code.CAT_TICKET_USER_EXCLUDED,
        ),
        ("SELECT group_name FROM R_TICKET_ALLOWED_GROUPS", memberships, Code.CAT_TICKET_GROUP_EXCLUDED),
        ("SELECT host FROM R_TICKET_ALLOWED_HOSTS", {agent.peer, "localhost"}, Code.CAT_TICKET_HOST_EXCLUDED),
    )
    for select, mine, code in rules:
        allowed = {name for (name,) in database.execute(f"{select} WHERE ticket_id = ?", (ticket.id,))}
        if allowed and not allowed & mine:
            raise IrodsError(code)


def _count(database: sqlite3.Connection, agent: Agent, ticket: Ticket, wanted: Wanted) -> None:
    """Count a use where uses are limited; the same object again on one connection is the same use."""
    if wanted.use is Use.WRITE:
        if 0 < ticket.file_limit <= ticket.file_count:
            raise IrodsError(Code.CAT_TICKET_WRITE_USES_EXCEEDED)
        if 0 < ticket.byte_limit <= ticket.byte_count:
            raise IrodsError(Code.CAT_TICKET_WRITE_BYTES_EXCEEDED)
    seen = (ticket.id, wanted.data_id)
    if wanted.data_id is not None and seen in agent.ticket_counted:
        return
    if 0 < ticket.uses_limit <= ticket.uses_count:
        raise IrodsError(Code.CAT_TICKET_USES_EXCEEDED)
    files = 1 if wanted.use is Use.WRITE and ticket.file_limit else 0
    uses = 1 if ticket.uses_limit else 0
    database.execute(
        "UPDATE R_TICKET_MAIN SET uses_count = uses_count + ?, write_file_count = write_file_count + ?"
        " WHERE ticket_id = ?",
        (uses, files, ticket.id),
    )
    if wanted.data_id is not None:
        agent.ticket_counted.add((ticket.id, wanted.data_id))


def count_bytes(database: sqlite3.Connection, agent: Agent, size: int) -> None:
    """Add written bytes to the session's ticket where it limits them."""
    database.execute(
        "UPDATE R_TICKET_MAIN SET write_byte_count = write_byte_count + ? WHERE ticket_string = ? AND"
        " ticket_type = 'write' AND write_byte_limit > 0",
        (size, agent.ticket),
    )
