"""
Tokens: secrets that programs use in somebody's name.

`lading_<prefix>_<secret>`: the prefix names it, the secret has 256 bits. The ledger has the hash alone, so that nobody who
reads a back-up can use one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from lading.accounts.models import Token
from lading.accounts.people import profile_of
from lading.accounts.roles import Area, Caller, NotPermitted, NotSignedIn, Role
from lading.base.errors import NotFound, UsageError
from lading.orchestration.ledger.clock import now

START = "lading_"

#: seconds within which the time of the last use is not written again: a read should not become a write
_USED_WITHIN = 300.0

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a token may do."""

    role: Role = Role.VIEWER
    #: patterns of names of jobs; empty: all
    jobs: Sequence[str] = ()
    #: None: whatever the role may
    only: Area | None = None
    #: days until it is good for nothing; None: never
    days: int | None = 90
    label: str = ""
    #: public part of the token that asks for it; "": a person does
    made_by: str = ""


def make(user: User, scope: Scope) -> tuple[Token, str]:
    """
    Make a token; return it with the secret, which is shown this once.

    `NotPermitted` where it could do more than its person. One that a token makes holds no longer than that token.
    """
    role = Role(profile_of(user).role)
    if scope.only is not None and scope.jobs:
        raise UsageError(f"A token for {scope.only.value} alone is for no jobs", hint="Leave the jobs away")
    if not role.covers(scope.role):
        raise NotPermitted(f"{user.username} is {role.value}: no token of {user.username} can be {scope.role.value}")
    prefix = secrets.token_hex(4)
    secret = f"{START}{prefix}_{secrets.token_urlsafe(32)}"
    at = now()
    token = Token.objects.create(
        user=user,
        label=scope.label[:100],
        prefix=prefix,
        digest=_digest(secret),
        role=scope.role.value,
        jobs=list(scope.jobs),
        only=scope.only.value if scope.only else "",
        created_at=at,
        expires_at=_earlier(None if scope.days is None else at + scope.days * _DAY, _end_of(scope.made_by)),
        made_by=scope.made_by,
    )
    if scope.made_by and Token.objects.filter(prefix=scope.made_by).exclude(revoked_at=None).exists():
        revoke(prefix)  # its maker ended meanwhile
    return token, secret


def caller_of(secret: str, address: str = "") -> Caller:
    """Return who asks with a token; `NotSignedIn` where it does not hold."""
    token = _find(secret)
    at = now()
    is_over = token is not None and (token.expires_at is not None and token.expires_at <= at)
    if token is None or token.revoked_at is not None or is_over or not token.user.is_active:
        raise NotSignedIn(
            "The token does not hold: it is unknown, revoked or expired", hint="`lading accounts token new`"
        )
    if token.used_at is None or at - token.used_at > _USED_WITHIN:
        Token.objects.filter(pk=token.pk).update(used_at=at)
    profile = profile_of(token.user)
    return Caller(
        user_id=token.user.pk,
        name=token.user.username,
        role=Role(token.role).or_less(Role(profile.role)),
        jobs=tuple(token.jobs),
        only=Area(token.only) if token.only else None,
        token=token.prefix,
        address=address,
        must_change_password=profile.must_change_password,
    )


def revoke(prefix: str, *, of: str | None = None) -> None:
    """Let a token, and those that it made, be good for nothing; with `of` only one of that person. `NotFound` if there is none."""
    found = Token.objects.filter(prefix=prefix)
    if of is not None:
        found = found.filter(user__username=of)
    if not found.exists():
        raise NotFound(f"There is no token {prefix}", hint="`lading accounts token list` shows them")
    at, ending = now(), {prefix}
    while ending:
        Token.objects.filter(prefix__in=ending, revoked_at=None).update(revoked_at=at)
        ending = set(Token.objects.filter(made_by__in=ending, revoked_at=None).values_list("prefix", flat=True))


def listed(name: str | None = None) -> Sequence[Token]:
    """Return all tokens, or those of one person, newest first."""
    found = Token.objects.select_related("user").order_by("-pk")
    return list(found if name is None else found.filter(user__username=name))


def _find(secret: str) -> Token | None:
    prefix = secret.removeprefix(START).partition("_")[0]
    token = Token.objects.select_related("user", "user__profile").filter(prefix=prefix).first()
    return token if token is not None and hmac.compare_digest(token.digest, _digest(secret)) else None


def _end_of(maker: str) -> float | None:
    return Token.objects.filter(prefix=maker).values_list("expires_at", flat=True).first() if maker else None


def _earlier(one: float | None, other: float | None) -> float | None:
    """Return the earlier of two ends; None is none."""
    return min((end for end in (one, other) if end is not None), default=None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def narrower(own: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """Return the jobs of a token that another token makes; `NotPermitted` for one that it does not have itself."""
    if own and not all(pattern in own for pattern in wanted):
        raise NotPermitted(f"The token is for the jobs {', '.join(own)} alone")
    return wanted or own
