"""
What each role may touch: a part of what the settings allow, never more.

A role without grants of a kind may touch whatever the settings allow of that kind. With some, it may touch those, as far as
they lie within the settings. `{user}` in a grant is the name of whoever asks, so that each person has a place of their own.

=========================  ==========================  =======================
settings allow             granted to the role         allowed
=========================  ==========================  =======================
/data                      nothing                     /data
/data                      /data/lab                   /data/lab
/data/lab                  /data                       /data/lab
/data                      /scratch                    nothing
/zone/home                 /zone/home/{user}           /zone/home/ada, for ada
=========================  ==========================  =======================

The worker asks the settings alone: they belong to whoever administers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from lading.accounts.models import Grant, Profile
from lading.accounts.roles import Role
from lading.base.config_groups import Allowed
from lading.base.errors import NotFound, UsageError

_USER = "{user}"

Kind = Grant.Kind


def narrowed(allowed: Allowed, name: str) -> Allowed:
    """Return what a person may touch of what the settings allow; whom nobody knows any more: nothing that is granted to others."""
    granted = list(Grant.objects.values_list("role", "kind", "value"))
    if not granted:
        return allowed
    role = Profile.objects.filter(user__username=name).values_list("role", flat=True).first()
    if role is None:
        return Allowed()
    of_role = [(kind, value.replace(_USER, name)) for of, kind, value in granted if of == role]
    return narrow(allowed, of_role)


def narrow(allowed: Allowed, granted: Sequence[tuple[str, str]]) -> Allowed:
    """Return what is both allowed and granted, kind by kind; see the table above. What is no path is granted as it is listed."""

    def of(kind: Kind) -> list[str]:
        return [value for granted_kind, value in granted if granted_kind == kind]

    both = {
        "sources": tuple(map(Path, _places(map(str, allowed.sources), of(Kind.SOURCE)))),
        "destinations": tuple(_places(allowed.destinations, of(Kind.DESTINATION))),
        "zones": tuple(Path(zone) for zone in _names(map(str, allowed.zones), of(Kind.ZONE))),
        "handlers": tuple(_names(allowed.handlers, of(Kind.HANDLER))),
        "users": tuple(_names(allowed.users, of(Kind.USER))),
        "buckets": tuple(_names(allowed.buckets, of(Kind.BUCKET))),
        "emails": tuple(_names(allowed.emails, of(Kind.EMAIL))),
        "webhooks": tuple(_names(allowed.webhooks, of(Kind.WEBHOOK))),
    }
    return allowed.model_copy(update={name: both[name] for name in type(allowed).model_fields})


def add(role: Role, kind: str, value: str) -> None:
    """Let a role touch something; `UsageError` for what is no such thing."""
    Grant.objects.get_or_create(role=role.value, kind=_kind(kind), value=_checked(kind, value))


def remove(role: Role, kind: str, value: str) -> None:
    """Take a grant back; `NotFound` where there is none."""
    if not Grant.objects.filter(role=role.value, kind=_kind(kind), value=value).delete()[0]:
        raise NotFound(f"{role.value} has no grant {kind} {value}", hint="`lading accounts grants` shows them")


def listed() -> Sequence[Grant]:
    """Return all grants."""
    return list(Grant.objects.order_by("role", "kind", "value"))


def _kind(text: str) -> str:
    if text not in Kind.values:
        raise UsageError(f"There is nothing of the kind {text} to grant", hint=f"Kinds are {', '.join(Kind.values)}")
    return text


def _checked(kind: str, value: str) -> str:
    is_place = kind in {Kind.SOURCE, Kind.DESTINATION, Kind.ZONE}
    if is_place and (not value.startswith("/") or {".", ".."} & {*value.split("/")}):
        raise UsageError(f"{value} is no absolute path")
    return value.rstrip("/") or "/" if is_place else value


def _places(allowed: Iterable[str], granted: Sequence[str]) -> list[str]:
    outer = list(allowed)
    if not granted:
        return outer
    pairs = [(PurePosixPath(one), PurePosixPath(other)) for one in outer for other in granted]
    inner = [max(pair, key=lambda path: len(path.parts)) for pair in pairs if _nested(*pair)]
    return list(dict.fromkeys(map(str, inner)))


def _nested(one: PurePosixPath, other: PurePosixPath) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _names(allowed: Iterable[str], granted: Sequence[str]) -> list[str]:
    return [name for name in allowed if not granted or name in granted]
