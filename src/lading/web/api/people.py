"""Accounts, tokens, grants, the trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.contrib.auth.models import User
from ninja import Query, Router, Status

from lading.accounts import audit, people, tokens
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.models import Token
from lading.accounts.roles import Role
from lading.web.api import asked, shapes, system_shapes

#: for administrators
router = Router(tags=["accounts"], auth=list(behind(Role.ADMINISTRATOR)))
#: for everybody, about themselves
own = Router(tags=["accounts"], auth=list(behind(Role.VIEWER)))


@own.get("/me", response=system_shapes.Me, by_alias=True)
def me(request: Request) -> system_shapes.Me:
    """Say who asks."""
    caller = request.caller
    return system_shapes.Me(name=caller.name, role=caller.role.value, jobs=list(caller.jobs), token=caller.token)


@own.get("/me/tokens", response=shapes.Page[system_shapes.Token], by_alias=True)
def own_tokens(request: Request) -> shapes.Page[system_shapes.Token]:
    """List the tokens of whoever asks."""
    return _tokens(tokens.listed(request.caller.name))


@own.post("/me/tokens", response={201: system_shapes.Secret}, by_alias=True)
def new_token(request: Request, new: system_shapes.NewToken) -> Status[system_shapes.Secret]:
    """Make a token for whoever asks; it can do no more than they can, and a token makes none that can do more than it."""
    caller = request.caller
    with audit.recorded(caller, "token.new", caller.name):
        caller.needs(new.role)
        scope = tokens.Scope(
            role=new.role,
            jobs=tokens.narrower(caller.jobs, new.jobs),
            only=new.only,
            days=new.days,
            label=new.label.replace("\0", ""),
        )
        made, secret = tokens.make(people.find(caller.name), scope)
    return Status(201, system_shapes.Secret(**_token(made).model_dump(by_alias=False), secret=secret))


@own.delete("/me/tokens/{token}", response={204: None})
def revoke_own(request: Request, token: str) -> Status[None]:
    """Let a token of whoever asks be good for nothing."""
    with audit.recorded(request.caller, "token.revoke", token.replace("\0", "")):
        tokens.revoke(token.replace("\0", ""), of=request.caller.name)
    return Status(204, None)


@router.get("/accounts", response=shapes.Page[system_shapes.Person], by_alias=True)
def list_accounts(request: Request) -> shapes.Page[system_shapes.Person]:  # noqa: ARG001 - ninja knows it by that name
    """List all accounts."""
    found = User.objects.select_related("profile").order_by("username")
    items = [
        system_shapes.Person(
            name=user.username,
            role=people.profile_of(user).role,
            active=user.is_active,
            must_change_password=people.profile_of(user).must_change_password,
        )
        for user in found
    ]
    return shapes.Page[system_shapes.Person](items=items)


@router.get("/tokens", response=shapes.Page[system_shapes.Token], by_alias=True)
def list_tokens(request: Request) -> shapes.Page[system_shapes.Token]:  # noqa: ARG001 - ninja knows it by that name
    """List the tokens of everybody."""
    return _tokens(tokens.listed())


@router.delete("/tokens/{token}", response={204: None})
def revoke(request: Request, token: str) -> Status[None]:
    """Let any token be good for nothing."""
    with audit.recorded(request.caller, "token.revoke", token.replace("\0", "")):
        tokens.revoke(token.replace("\0", ""))
    return Status(204, None)


@router.get("/audit", response=shapes.Page[system_shapes.Entry], by_alias=True)
def trail(
    request: Request,  # noqa: ARG001 - ninja knows it by that name
    cursor: str | None = None,
    user: Annotated[str, Query(max_length=150)] = "",
    subject: Annotated[str, Query(max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=shapes.MOST)] = shapes.USUAL,
) -> shapes.Page[system_shapes.Entry]:
    """Read the trail, newest first: of one person, or about one thing, where that is named."""
    found = audit.page(
        before=asked.cursor(cursor) or None,
        limit=limit + 1,
        user=user.replace("\0", ""),
        subject=subject.replace("\0", ""),
    )
    items = [
        system_shapes.Entry(
            id=one.pk,
            at=one.at,
            user=one.user,
            token=one.token,
            address=one.address,
            action=one.action,
            subject=one.subject,
            result=one.result,
            detail=one.detail,
        )
        for one in found[:limit]
    ]
    return shapes.Page[system_shapes.Entry](items=items, next=str(found[limit - 1].pk) if len(found) > limit else None)


def _tokens(found: Sequence[Token]) -> shapes.Page[system_shapes.Token]:
    return shapes.Page[system_shapes.Token](items=[_token(one) for one in found])


def _token(one: Token) -> system_shapes.Token:
    return system_shapes.Token(
        token=one.prefix,
        user=one.user.username,
        label=one.label,
        role=one.role,
        jobs=list(one.jobs),
        only=one.only,
        created_at=one.created_at,
        expires_at=one.expires_at,
        revoked_at=one.revoked_at,
        used_at=one.used_at,
    )
