"""Accounts, tokens of everybody, the trail: for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.contrib.auth.models import User
from ninja import Query, Router, Status

from lading.accounts import audit, managing, people, tokens
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.models import Token
from lading.accounts.roles import Role
from lading.web.api import asked, people_shapes, shapes, system_shapes

router = Router(tags=["accounts"], auth=list(behind(Role.ADMINISTRATOR, is_of_jobs=False)))


@router.get("/accounts", response=shapes.Page[people_shapes.Person], by_alias=True)
def list_accounts(request: Request) -> shapes.Page[people_shapes.Person]:  # noqa: ARG001 - ninja knows it by that name
    """List all accounts."""
    return shapes.Page[people_shapes.Person](items=[_told(user) for user in managing.everybody()])


@router.post("/accounts", response={201: people_shapes.OneTime}, by_alias=True)
def create_account(request: Request, new: people_shapes.NewPerson) -> Status[people_shapes.OneTime]:
    """Make an account; its one-time password is told this once."""
    name = new.name.replace("\0", "")
    return Status(201, people_shapes.OneTime(name=name, password=managing.create(request.caller, name, new.role)))


@router.get("/accounts/{name}", response=people_shapes.Person, by_alias=True)
def show_account(request: Request, name: str) -> people_shapes.Person:  # noqa: ARG001 - ninja knows it by that name
    """Show one account."""
    return _told(people.find(name.replace("\0", "")))


@router.patch("/accounts/{name}", response=people_shapes.Person, by_alias=True)
def change_account(request: Request, name: str, change: people_shapes.PersonChange) -> people_shapes.Person:
    """Give somebody else another role; let them sign in, or not any more."""
    name = name.replace("\0", "")
    if change.role is not None:
        managing.set_role(request.caller, name, change.role)
    if change.active is not None:
        managing.set_active(request.caller, name, active=change.active)
    return _told(people.find(name))


@router.post("/accounts/{name}/reset", response=people_shapes.OneTime, by_alias=True)
def reset_account(request: Request, name: str) -> people_shapes.OneTime:
    """Give somebody else a one-time password, which is told this once; their sessions end."""
    name = name.replace("\0", "")
    return people_shapes.OneTime(name=name, password=managing.reset(request.caller, name))


@router.delete("/accounts/{name}", response={204: None})
def delete_account(request: Request, name: str) -> Status[None]:
    """Delete somebody else's account with its tokens, sessions and CVs; jobs, their runs and the trail stay."""
    managing.delete(request.caller, name.replace("\0", ""))
    return Status(204, None)


@router.get("/tokens", response=shapes.Page[people_shapes.Token], by_alias=True)
def list_tokens(request: Request) -> shapes.Page[people_shapes.Token]:  # noqa: ARG001 - ninja knows it by that name
    """List the tokens of everybody."""
    return told_tokens(tokens.listed())


@router.delete("/tokens/{token}", response={204: None})
def revoke(request: Request, token: str) -> Status[None]:
    """Let any token, and those that it made, be good for nothing."""
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


def told_tokens(found: Sequence[Token]) -> shapes.Page[people_shapes.Token]:
    """Return a page of tokens, without their secrets."""
    return shapes.Page[people_shapes.Token](items=[told_token(one) for one in found])


def told_token(one: Token) -> people_shapes.Token:
    """Return a token, without its secret."""
    return people_shapes.Token(
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


def _told(user: User) -> people_shapes.Person:
    profile = people.profile_of(user)
    return people_shapes.Person(
        name=user.username,
        role=profile.role,
        active=user.is_active,
        must_change_password=profile.must_change_password,
        last_sign_in=None if user.last_login is None else user.last_login.timestamp(),
        single_sign_on=user.identities.exists(),
    )
