"""
What administrators do to the accounts of others, by the web and the API; each of it has its line in the trail.

Nobody does it to themselves: a role is given by somebody else, so that one person alone can neither raise itself nor lock
everybody out, and whoever sits down at an open session of an administrator does not become its owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User

from lading.accounts import audit, grants, people, throttle
from lading.accounts.roles import Caller, NotPermitted, Role


def everybody() -> Sequence[User]:
    """Return all accounts by name, each with its profile; a person without one gets it."""
    found = list(User.objects.select_related("profile").order_by("username"))
    for user in found:
        people.profile_of(user)
    return found


def create(caller: Caller, name: str, role: Role) -> str:
    """Make an account; return its one-time password."""
    with _done(caller, "account.create", name):
        return people.create(name, role)[1]


def set_role(caller: Caller, name: str, role: Role) -> None:
    """Give somebody else another role."""
    with _done(caller, "account.role", name):
        _refuse_self(caller, name)
        people.set_role(name, role)


def set_active(caller: Caller, name: str, *, active: bool) -> None:
    """Let somebody else sign in, or not any more."""
    with _done(caller, "account.active", name):
        _refuse_self(caller, name)
        people.set_active(name, active=active)


def reset(caller: Caller, name: str) -> str:
    """Give somebody else a one-time password, and let them try at once; return it."""
    with _done(caller, "account.reset", name):
        _refuse_self(caller, name)
        password = people.reset_password(name)
        throttle.succeeded(name)
        return password


def delete(caller: Caller, name: str) -> None:
    """Delete somebody else's account and what is theirs alone."""
    with _done(caller, people.DELETED, name):
        _refuse_self(caller, name)
        people.delete(name)


def add_grant(caller: Caller, role: Role, kind: str, value: str) -> None:
    """Let a role touch something."""
    with _done(caller, "grant.add", f"{role.value} {kind} {value}"):
        grants.add(role, kind, value)


def remove_grant(caller: Caller, role: Role, kind: str, value: str) -> None:
    """Take a grant back."""
    with _done(caller, "grant.remove", f"{role.value} {kind} {value}"):
        grants.remove(role, kind, value)


@contextmanager
def _done(caller: Caller, action: str, subject: str) -> Iterator[None]:
    with audit.recorded(caller, action, subject):
        caller.needs(Role.ADMINISTRATOR)
        yield


def _refuse_self(caller: Caller, name: str) -> None:
    if caller.user_id == people.find(name).pk:
        raise NotPermitted(
            "Nobody does this to their own account", hint="Another administrator can, or `lading accounts`"
        )
