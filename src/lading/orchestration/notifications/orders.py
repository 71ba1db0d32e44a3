"""Who wants to be told of the end of a run, and of which ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from lading.base.config_groups import When

_EMAIL = re.compile(r"[^@\s<>,;:\"()]+@[A-Za-z0-9.-]+")
#: outcomes that leave something else behind than was there
_CHANGES = ("created", "updated", "registered", "deleted")
_BAD = frozenset({"failed", "done_with_failures", "held"})


class Channel(Enum):
    """How something is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One address that wants to be told."""

    when: When
    channel: Channel
    #: "" for the one of the settings
    address: str
    #: signs what a webhook gets; "" for the one of the settings
    key: str = ""
    #: whether the address must be one of the internet (`public`)
    is_guarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who wants to be told of a run, and what the run is called there."""

    orders: Sequence[Order]
    #: says the name of its job: asked only where somebody is told
    name: Callable[[], str]
    #: of a run that is one person's own: what is told of it, to nobody but these
    own_words: Callable[[str], dict[str, Any]] | None = None


def wanted(when: When, state: str, counts: Mapping[str, int]) -> bool:
    """
    Say whether an end is told of.

    ==============================  ======  =======  ======
    the run is                      change  failure  always
    ==============================  ======  =======  ======
    done, nothing was changed       no      no       yes
    done, something was changed     yes     no       yes
    stopped, nothing was changed    no      no       yes
    stopped, something was changed  yes     no       yes
    done with failures, failed      yes     yes      yes
    held                            yes     yes      yes
    ==============================  ======  =======  ======

    Who hears of changes hears of failures, too: silence must never look like success.
    """
    if when is When.ALWAYS or state in _BAD:
        return True
    return when is When.CHANGE and any(counts.get(name, 0) for name in _CHANGES)


def checked_email(address: str) -> str:
    """Return the address; raise `ValueError` for what is none."""
    if not _EMAIL.fullmatch(address) or not address.isascii():
        raise ValueError(f"{address!r} is no e-mail address")
    return address


def checked_webhook(address: str) -> str:
    """Return the address; raise `ValueError` for what nothing can be sent to, or what holds a password."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{address!r} is no address of a webhook: https://host/path is one")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address of a webhook holds no password: messages are signed, see notify.webhook_secret")
    if re.search(r"[\x00-\x20\x7f]", address):
        raise ValueError("the address of a webhook has no blanks or control characters")
    return address
