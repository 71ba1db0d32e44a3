"""Whoever asks: their tokens, sessions and password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from ninja import Router, Status

from lading.accounts import audit, passwords, people, sessions, tokens
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Role
from lading.web.api import people_shapes, shapes
from lading.web.api.people import told_token, told_tokens

#: for everybody, about themselves
router = Router(tags=["accounts"], auth=list(behind(Role.VIEWER)))
#: as above, and not for a token that was made for some jobs only
_all = list(behind(Role.VIEWER, is_of_jobs=False))


@router.get("/me", response=people_shapes.Me, by_alias=True)
def me(request: Request) -> people_shapes.Me:
    """Say who asks."""
    caller = request.caller
    return people_shapes.Me(name=caller.name, role=caller.role.value, jobs=list(caller.jobs), token=caller.token)


@router.post("/me/password", response={204: None}, auth=_all)
def change_password(request: Request, wanted: people_shapes.NewPassword) -> Status[None]:
    """Choose another password; sessions in other browsers end."""
    caller = request.caller
    user = people.find(caller.name)
    with audit.recorded(caller, "password", caller.name):
        passwords.change(user, old=wanted.old, new=wanted.new, address=caller.address)
    if not caller.token:
        update_session_auth_hash(request, user)
    return Status(204, None)


@router.get("/me/sessions", response=shapes.Page[people_shapes.Session], by_alias=True, auth=_all)
def own_sessions(request: Request) -> shapes.Page[people_shapes.Session]:
    """List the browsers in which whoever asks is signed in, newest first."""
    found = sessions.of(people.find(request.caller.name), request.session)
    items = [
        people_shapes.Session(
            session=one.name, since=one.at, address=one.address, browser=one.browser, here=one.is_here
        )
        for one in found
    ]
    return shapes.Page[people_shapes.Session](items=items)


@router.delete("/me/sessions/{session}", response={204: None}, auth=_all)
def end_session(request: Request, session: str) -> Status[None]:
    """End the session in one browser."""
    name = session.replace("\0", "")
    with audit.recorded(request.caller, "session.end", name):
        sessions.end(request.caller.user_id, name)
    return Status(204, None)


@router.get("/me/tokens", response=shapes.Page[people_shapes.Token], by_alias=True, auth=_all)
def own_tokens(request: Request) -> shapes.Page[people_shapes.Token]:
    """List the tokens of whoever asks."""
    return told_tokens(tokens.listed(request.caller.name))


@router.post("/me/tokens", response={201: people_shapes.Secret}, by_alias=True)
def new_token(request: Request, new: people_shapes.NewToken) -> Status[people_shapes.Secret]:
    """
    Make a token for whoever asks; it can do no more than they can.

    One that a token makes can do no more than that token, and ends with it.
    """
    caller = request.caller
    with audit.recorded(caller, "token.new", caller.name):
        caller.needs(new.role)
        scope = tokens.Scope(
            role=new.role,
            jobs=tokens.narrower(caller.jobs, new.jobs),
            only=new.only,
            days=new.days,
            label=new.label.replace("\0", ""),
            made_by=caller.token,
        )
        made, secret = tokens.make(people.find(caller.name), scope)
    return Status(201, people_shapes.Secret(**told_token(made).model_dump(by_alias=False), secret=secret))


@router.delete("/me/tokens/{token}", response={204: None}, auth=_all)
def revoke_own(request: Request, token: str) -> Status[None]:
    """Let a token of whoever asks, and those that it made, be good for nothing."""
    name = token.replace("\0", "")
    with audit.recorded(request.caller, "token.revoke", name):
        tokens.revoke(name, of=request.caller.name)
    return Status(204, None)
