"""
What a provider's claims make somebody, and which account is theirs.

An account belongs to a subject of the provider. Who comes for the first time gets

=============================================  ==========================================================================
there is no account of the name                a new account, without a password
there is one, `link` is verified-email         that one, if its name is the address and the provider says it is verified
there is one otherwise                         nothing: an administrator links it (`lading accounts link`)
=============================================  ==========================================================================

The role is that of the claims, each time anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from lading.accounts import people, sessions
from lading.accounts.models import Identity
from lading.accounts.oidc.verifying import Claims
from lading.accounts.roles import NotPermitted, NotSignedIn, Role
from lading.base.config_oidc import Link, Oidc, Others
from lading.base.errors import UsageError


def admit(claims: Claims, settings: Oidc) -> User:
    """
    Return the account of somebody who proved who they are, with the role that they have now.

    `NotPermitted` for who may not come in, `NotSignedIn` where the account is disabled, `UsageError` where its name is
    somebody else's or none, or where no administrator would be left.
    """
    role = role_of(claims, settings)
    known = Identity.objects.select_related("user").filter(issuer=settings.issuer, subject=claims["sub"]).first()
    if role is None:
        if known is not None:
            _let_out(known.user)
        raise NotPermitted("Nobody gave you access here", hint=f"Who may come in is said by {settings.role_claim}")
    user = known.user if known is not None else _first_time(claims, settings, role)
    if not user.is_active:
        raise NotSignedIn(f"The account {user.username} is disabled", hint="An administrator can enable it")
    if people.profile_of(user).role != role.value:
        people.set_role(user.username, role)
    return people.find(user.username)


def role_of(claims: Claims, settings: Oidc) -> Role | None:
    """Return the highest role that the values of a claim give; None: no access."""
    values = set(values_of(claims, settings.role_claim))
    for role, listed in (
        (Role.ADMINISTRATOR, settings.administrators),
        (Role.OPERATOR, settings.operators),
        (Role.VIEWER, settings.viewers),
    ):
        if values & {*listed}:
            return role
    return None if settings.others is Others.NOBODY else Role(settings.others.value)


def values_of(claims: Claims, name: str) -> Sequence[str]:
    """Return the values of a claim, one or a list of them; dots lead into what is nested, unless a claim is called so."""
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    told = [found] if isinstance(found, str) else found
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def link(name: str, issuer: str, subject: str) -> None:
    """Let an account be that of a subject of the provider; `UsageError` where that is another account's."""
    known = Identity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    if known is not None and known.user.username != name:
        raise UsageError(f"That is {known.user.username} already")
    user = people.find(name)
    people.forget_one_time_password(user)
    Identity.objects.get_or_create(user=user, issuer=issuer, subject=subject)


@transaction.atomic
def _first_time(claims: Claims, settings: Oidc, role: Role) -> User:
    user = _linked_by_address(claims) if settings.link is Link.VERIFIED_EMAIL else None
    if user is None:
        name = "".join(values_of(claims, settings.name_claim)[:1])
        if not name:
            raise UsageError(
                f"The provider tells no {settings.name_claim}", hint="web.oidc.name_claim names another one"
            )
        user = people.create_without_password(name, role)
    people.forget_one_time_password(user)
    Identity.objects.create(user=user, issuer=settings.issuer or "", subject=claims["sub"])
    return user


def _linked_by_address(claims: Claims) -> User | None:
    """Return the account that is called as the address which the provider has verified: `true`, and no word for it."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str) or "@" not in address:
        return None
    user = User.objects.filter(username__iexact=address.replace("\0", "")).first()
    return None if user is None or user.identities.exists() else user


def _let_out(user: User) -> None:
    """End the sessions of who may not come in any more; where that leaves an administrator, the role is the least one."""
    sessions.end_all(user.pk)
    people.set_role(user.username, Role.VIEWER)
