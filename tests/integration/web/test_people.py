"""People by the API: made, changed, reset, deleted; grants; oneself."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from lading.accounts import grants, people, tokens
from lading.accounts.models import Entry, Grant, Token
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.base.errors import UsageError
from tests.integration.web.conftest import PASSWORD, Program, ProgramOf
from tests.integration.web.test_accounts import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(program: ProgramOf) -> Program:
    return program(Role.ADMINISTRATOR, name="root")


def code(answer: tuple[int, Any]) -> tuple[int, Any]:
    return answer[0], answer[1].get("code")


def test_an_administrator_manages_accounts(root: Program) -> None:
    """Each step answers with what holds then, and stands in the trail; a one-time password is told once."""
    status, made = root.ask("POST", "/accounts", {"name": "ada", "role": "operator"})
    assert (status, made["name"]) == (201, "ada")
    assert sign_in(Client(), "ada", made["password"]).status_code == 302
    assert root.get("/accounts/ada")["must_change_password"]
    assert "password" not in root.get("/accounts/ada")
    assert code(root.ask("POST", "/accounts", {"name": "ADA"}))[0] == 409
    assert root.ask("PATCH", "/accounts/ada", {"role": "viewer", "active": False})[1]["role"] == "viewer"
    assert not root.get("/accounts/ada")["active"]
    root.ask("PATCH", "/accounts/ada", {"active": True})
    again = root.ask("POST", "/accounts/ada/reset")[1]["password"]
    assert again != made["password"]
    assert b"do not go together" in sign_in(Client(), "ada", made["password"]).content
    assert root.ask("DELETE", "/accounts/ada")[0] == 204
    assert root.ask("GET", "/accounts/ada")[0] == 404
    actions = list(Entry.objects.filter(user="root", subject="ada").order_by("pk").values_list("action", flat=True))
    assert actions == [
        *("account.create", "account.role", "account.active", "account.active", "account.reset", "account.delete")
    ]
    assert made["password"] not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/accounts", None),
        ("POST", "/accounts", {"name": "eve", "role": "administrator"}),
        ("PATCH", "/accounts/root", {"active": False}),
        ("PATCH", "/accounts/ada", {"role": "administrator"}),
        ("POST", "/accounts/root/reset", None),
        ("DELETE", "/accounts/root", None),
        ("GET", "/tokens", None),
        ("GET", "/grants", None),
        ("POST", "/grants", {"role": "operator", "kind": "source", "value": "/"}),
        ("DELETE", "/grants?role=operator&kind=source&value=/data", None),
        ("GET", "/audit", None),
        ("PUT", "/limits", {"zone": "embedded"}),
    ],
)
def test_nobody_else_does(  # noqa: PLR0917 - pytest hands them over by name
    role: Role, method: str, path: str, body: Any, root: Program, program: ProgramOf
) -> None:
    """Whatever is asked for; nothing has changed, and the refusal is in the trail."""
    ada = program(role)
    before = list(User.objects.order_by("pk").values("password", "is_active", "profile__role"))

    assert code(ada.ask(method, path, body)) == (403, "NOT_PERMITTED")
    assert before == list(User.objects.order_by("pk").values("password", "is_active", "profile__role"))
    assert not Grant.objects.exists()
    assert Entry.objects.filter(user="ada", action="refused", result="NOT_PERMITTED").count() == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/accounts/root", {"role": "viewer"}),
        ("PATCH", "/accounts/root", {"role": "administrator"}),
        ("PATCH", "/accounts/root", {"active": False}),
        ("POST", "/accounts/root/reset", None),
        ("DELETE", "/accounts/root", None),
    ],
)
def test_nobody_does_it_to_themselves(root: Program, method: str, path: str, body: Any) -> None:
    """Another administrator does; so no open session becomes the owner of its account."""
    assert code(root.ask(method, path, body)) == (403, "NOT_PERMITTED")
    assert people.find("root").check_password(PASSWORD)


def test_the_last_administrator_stays(program: ProgramOf) -> None:
    """Neither demoted, nor disabled, nor deleted; not by the shell either. A disabled one does not count."""
    for name in ("root", "grace", "joan"):
        program(Role.ADMINISTRATOR, name=name)
    people.set_active("joan", active=False)
    people.set_role("grace", Role.OPERATOR)

    with pytest.raises(UsageError, match="only administrator"):
        people.set_role("root", Role.OPERATOR)
    with pytest.raises(UsageError, match="only administrator"):
        people.set_active("root", active=False)
    with pytest.raises(UsageError, match="only administrator"):
        people.delete("root")
    assert people.find("root").is_active


def test_a_token_for_some_jobs_is_for_no_account(program: ProgramOf) -> None:
    """Nor for grants, limits, the trail, other tokens, the password; whoever has it."""
    narrow = program(Role.ADMINISTRATOR, "lab-*")
    for method, path in (
        *(("GET", "/accounts"), ("GET", "/tokens"), ("GET", "/grants"), ("GET", "/audit"), ("GET", "/me/tokens")),
        *(("GET", "/me/sessions"), ("POST", "/accounts"), ("PUT", "/limits"), ("POST", "/me/password")),
    ):
        assert narrow.ask(method, path, {} if method != "GET" else None)[0] == 403, path
    assert narrow.get("/me")["jobs"] == ["lab-*"]


def test_grants_are_listed_added_and_removed(root: Program) -> None:
    """One that is there already is not there twice; what is no path is none."""
    new = {"role": "operator", "kind": "destination", "value": "/tempZone/home/{user}/"}
    assert root.ask("POST", "/grants", new)[0] == root.ask("POST", "/grants", new)[0] == 201
    assert [one["value"] for one in root.get("/grants")["items"]] == ["/tempZone/home/{user}"]
    assert code(root.ask("POST", "/grants", new | {"value": "../etc"}))[0] == 409
    assert root.ask("POST", "/grants", new | {"kind": "root"})[0] == 422
    query = "role=operator&kind=destination&value=/tempZone/home/%7Buser%7D"
    assert root.ask("DELETE", f"/grants?{query}")[0] == 204
    assert root.ask("DELETE", f"/grants?{query}")[0] == 404
    assert grants.listed() == []


def test_a_token_that_a_token_made_ends_with_it(program: ProgramOf) -> None:
    """Neither later, nor when it is revoked: who found a token keeps nothing."""
    ada = program(Role.OPERATOR)
    maker = Token.objects.get()
    child = ada.ask("POST", "/me/tokens", {"days": 3_650})[1]
    assert child["expires_at"] == maker.expires_at
    grandchild = Program(child["secret"], Client()).ask("POST", "/me/tokens", {"days": None})[1]
    assert grandchild["expires_at"] == maker.expires_at
    tokens.revoke(maker.prefix)

    for secret in (child["secret"], grandchild["secret"]):
        assert Program(secret, Client()).ask("GET", "/me")[0] == 401


def test_the_whole_token_is_compared(program: ProgramOf) -> None:
    """Its public part stands in lists and in the trail, and opens nothing."""
    secret = program(Role.VIEWER).secret
    public = secret[: len("lading_01234567_")]

    for wrong in (public, public + "a" * 43, secret[:-1], secret + "a", secret.swapcase()):
        assert Program(wrong, Client()).ask("GET", "/me")[0] == 401
    assert Program(secret, Client()).ask("GET", "/me")[0] == 200


def test_a_token_makes_none_that_may_more(program: ProgramOf) -> None:
    """Although the person may."""
    program(Role.ADMINISTRATOR)
    small = Program(tokens.make(people.find("ada"), Scope(role=Role.VIEWER))[1], Client())

    assert code(small.ask("POST", "/me/tokens", {"role": "operator"})) == (403, "NOT_PERMITTED")
    assert small.ask("POST", "/me/tokens", {"role": "viewer"})[0] == 201


def test_who_knows_the_password_changes_it(program: ProgramOf) -> None:
    """A token alone does not; sessions elsewhere end, and tries are counted as those of signing in are."""
    ada = program(Role.VIEWER)
    browser = Client()
    sign_in(browser, "ada", PASSWORD)
    assert ada.ask("POST", "/me/password", {"old": "guess", "new": PASSWORD[::-1]})[0] == 409
    assert ada.ask("POST", "/me/password", {"old": PASSWORD, "new": "short"})[0] == 409
    assert browser.get("/api/v1/me").status_code == 200
    assert ada.ask("POST", "/me/password", {"old": PASSWORD, "new": PASSWORD[::-1]})[0] == 204
    assert browser.get("/api/v1/me").status_code == 401
    for _ in range(5):
        last = ada.ask("POST", "/me/password", {"old": "guess", "new": PASSWORD})
    assert code(ada.ask("POST", "/me/password", {"old": "guess", "new": PASSWORD})) == (429, "TOO_MANY_ATTEMPTS"), last


def test_sessions_are_seen_and_ended(program: ProgramOf) -> None:
    """One's own alone; what a list tells is not what a cookie holds."""
    ada = program(Role.VIEWER)
    other, mine = Client(headers={"User-Agent": "Lynx"}), Client()
    for browser in (other, mine):
        sign_in(browser, "ada", PASSWORD)
    people.create("eve", Role.VIEWER, PASSWORD)
    eve = Client()
    sign_in(eve, "eve", PASSWORD)
    found = ada.get("/me/sessions")["items"]
    assert [one["browser"] for one in found].count("Lynx") == 1
    assert len(found) == 2
    assert {one["address"] for one in found} == {"127.0.0.1"}
    cookies = {browser.cookies["lading"].value for browser in (other, mine, eve)}
    assert not cookies & {one["session"] for one in found}
    [lynx] = [one["session"] for one in found if one["browser"] == "Lynx"]
    token = tokens.make(people.find("eve"), Scope())[1]
    assert Program(token, Client()).ask("DELETE", f"/me/sessions/{lynx}")[0] == 404
    assert ada.ask("DELETE", f"/me/sessions/{lynx}")[0] == 204
    assert [browser.get("/api/v1/me").status_code for browser in (other, mine, eve)] == [401, 200, 200]
