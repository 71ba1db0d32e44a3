"""What the API takes and gives of accounts: people, tokens, sessions, grants."""

from __future__ import annotations

from enum import Enum

from pydantic import Field

from lading.accounts.models import Grant as GrantRow
from lading.accounts.roles import Area, Role
from lading.web.api.shapes import Shape, Strict

#: kinds of what can be granted
GrantKind = Enum("GrantKind", {value.upper(): value for value in GrantRow.Kind.values})  # type: ignore[misc]  # by the table


class Person(Shape):
    """An account."""

    name: str
    role: str
    active: bool
    must_change_password: bool
    last_sign_in: float | None = Field(default=None, description="Seconds since the epoch")
    single_sign_on: bool = Field(default=False, description="Whether it is known to an OpenID Connect provider")


class NewPerson(Strict):
    """An account to be made."""

    name: str = Field(min_length=1, max_length=150)
    role: Role = Role.VIEWER


class PersonChange(Strict):
    """What is to change of an account; what is not named stays."""

    role: Role | None = None
    active: bool | None = Field(default=None, description="false: no session and no token of it holds")


class OneTime(Shape):
    """A password that is told this once, and is good for choosing another one."""

    name: str
    password: str


class Me(Shape):
    """Who asks."""

    name: str
    role: str
    jobs: list[str]
    token: str


class Token(Shape):
    """A token, without its secret."""

    token: str = Field(description="Its public part")
    user: str
    label: str
    role: str
    jobs: list[str]
    only: str = Field(description="What it is for alone: cv, cv-lint; empty: whatever its role may")
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    used_at: float | None


class NewToken(Strict):
    """A token to be made for whoever asks."""

    label: str = Field(default="", max_length=100)
    role: Role = Role.VIEWER
    jobs: list[str] = Field(default=[], max_length=100, description="Patterns of names of jobs; empty: all")
    only: Area | None = Field(default=None, description="CV reviews alone, or the check of CVs alone")
    days: int | None = Field(default=90, ge=1, le=3_650)


class Secret(Token):
    """A new token; the secret is told this once."""

    secret: str


class Session(Shape):
    """A browser in which somebody is signed in."""

    session: str
    since: float | None
    address: str
    browser: str
    here: bool


class NewPassword(Strict):
    """The password that somebody has, and the one that is to come."""

    old: str = Field(min_length=1, max_length=1_000)
    new: str = Field(min_length=1, max_length=1_000)


class Grant(Shape):
    """Something that a role may touch, within what the settings allow."""

    role: str
    kind: str
    value: str


class NewGrant(Strict):
    """Something that a role is to be let touch."""

    role: Role
    kind: GrantKind
    value: str = Field(min_length=1, max_length=4_000)
