"""What the zone remembers about one connection."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lading.zone.descriptors import Descriptor


class UserType(Enum):
    """The kinds of user; only the first two have rights of their own."""

    ADMIN = "rodsadmin"
    GROUP_ADMIN = "groupadmin"
    USER = "rodsuser"
    GROUP = "rodsgroup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who acts: set by a successful login."""

    user_id: int
    name: str
    zone: str
    type: str  #: a value of `UserType`, or a type that an administrator invented

    @property
    def is_admin(self) -> bool:
        """Whether every door is open."""
        return self.type == UserType.ADMIN.value

    @property
    def is_group_admin(self) -> bool:
        """Whether users and groups may be made."""
        return self.type == UserType.GROUP_ADMIN.value


class RowSource(Protocol):
    """Where a cursor gets further rows from."""

    def fetch(self, count: int) -> list[tuple[object, ...]]:
        """Return the next rows, fewer than `count` only at the end."""

    def close(self) -> None:
        """Let go of what it holds; twice is fine."""


@dataclass(slots=True, kw_only=True)
class Cursor:
    """The rest of a query: rows not yet sent."""

    columns: tuple[int, ...]
    rows: list[tuple[object, ...]]
    sent: int = 0
    source: RowSource | None = None  #: None: `rows` are all there are

    def take(self, count: int) -> list[tuple[object, ...]]:
        """Return the next rows, fewer than `count` only at the end."""
        missing = count - (len(self.rows) - self.sent)
        if self.source is not None and missing > 0:
            self.rows = self.rows[self.sent :] + self.source.fetch(missing)
            self.sent = 0
        rows = self.rows[self.sent : self.sent + count]
        self.sent += len(rows)
        return rows

    def close(self) -> None:
        """Let go of the rows not sent."""
        if self.source is not None:
            self.source.close()


@dataclass(slots=True, kw_only=True)
class Agent:
    """State of one connection; it belongs to one thread."""

    proxy_name: str
    proxy_zone: str
    client_name: str
    client_zone: str
    peer: str = "127.0.0.1"
    started: int = field(default_factory=lambda: int(time.time()))  #: second at which it was connected
    client_version: tuple[int, ...] = (0,)
    application: str = ""
    encrypted: bool = False  #: whether TLS was agreed on
    user: Identity | None = None  #: None until the login has succeeded
    challenge: str = ""  #: text sent at login; its first 16 bytes key the hiding of passwords
    ticket: str = ""  #: ticket string of this session, or empty
    ticket_counted: set[tuple[int, int]] = field(default_factory=set)
    descriptors: dict[int, Descriptor] = field(default_factory=dict)
    cursors: dict[int, Cursor] = field(default_factory=dict)

    @property
    def me(self) -> Identity:
        """Return who acts; handlers run after the login only."""
        if self.user is None:
            message = "nobody has logged in on this connection"
            raise RuntimeError(message)
        return self.user

    @property
    def signature(self) -> str:
        """Return the hex text that keys the hiding of changed passwords."""
        return self.challenge[:16].encode("latin-1").hex()
