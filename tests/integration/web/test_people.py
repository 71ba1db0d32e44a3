"""People by the API and by pages: made, changed, reset, deleted; grants; oneself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client

from lading.accounts import grants, people, tokens
from lading.accounts.models import Entry, Grant, Token
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.base.errors import UsageError
from lading.cli.main import main
from tests.integration.web.conftest import PASSWORD, Program, ProgramOf
from tests.integration.web.test_accounts import Person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(program: ProgramOf) -> Program:
    return program(Role.ADMINISTRATOR, name="root")


@pytest.fixture
def browser(root: Program) -> Client:
    """Return the browser of an administrator."""
    browser = Client()
    browser.force_login(people.find("root"))
    return browser


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["code"]


# --- the API ----------------------------------------------------------------------------------------------------------


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


# --- pages ------------------------------------------------------------------------------------------------------------


def test_pages_manage_accounts(browser: Client) -> None:
    """A password is on the answer alone that made it; a page that is asked for again has none."""
    page = browser.post("/people/new", {"name": "ada", "role": "operator"}).content.decode()
    found = re.search(r'<code class="once">([a-z2-9-]{19})</code>', page)
    assert found is not None
    assert sign_in(Client(), "ada", found[1]).status_code == 302
    assert found[1] not in browser.get("/people/").content.decode()
    assert b"no name for an account" in browser.post("/people/new", {"name": "a/b", "role": "viewer"}).content
    assert b"There is no role" in browser.post("/people/new", {"name": "b", "role": "root"}).content
    assert browser.post("/people/ada/role", {"role": "viewer"}).status_code == 303
    assert people.find("ada").profile.role == "viewer"
    browser.post("/people/ada/active", {"active": "no"})
    assert b"disabled" in browser.get("/people/ada/").content
    browser.post("/people/ada/active", {"active": "yes"})
    again = browser.post("/people/ada/reset").content.decode()
    assert found[1] not in again
    assert 'class="once"' in again
    secret = tokens.make(people.find("ada"), Scope())[0].prefix
    browser.post(f"/people/ada/tokens/{secret}/revoke")
    assert Token.objects.get(prefix=secret).revoked_at is not None
    assert browser.post("/people/ada/delete", {"name": "Ada"}).headers["Location"] == "/people/ada/"
    assert browser.post("/people/ada/delete", {"name": "ada"}).headers["Location"] == "/people/"
    assert browser.get("/people/ada/").status_code == 404


def test_a_page_refuses_what_the_api_refuses(browser: Client, person: Person) -> None:
    """And says so on the next page; who has no such role sees no page."""
    for path, data in (("role", {"role": "viewer"}), ("active", {"active": "no"}), ("delete", {"name": "root"})):
        browser.post(f"/people/root/{path}", data)
        assert b"Nobody does this to their own account" in browser.get("/people/root/").content
    assert browser.post("/people/root/reset").status_code == 409
    person("ada", Role.OPERATOR)
    operator = Client()
    operator.force_login(people.find("ada"))
    for path in ("/people/", "/people/root/", "/grants/"):
        assert operator.get(path).status_code == 403
    for path in ("/people/new", "/people/ada/role", "/people/root/delete", "/people/root/reset", "/grants/add"):
        sent = {"name": "root", "role": "administrator", "kind": "source", "value": "/"}
        assert operator.post(path, sent).status_code == 403
    assert not Grant.objects.exists()
    assert people.find("ada").profile.role == "operator"


def test_what_changes_something_needs_a_page_of_ours(root: Program) -> None:
    """Neither a page nor the API is made to do something by another site."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people.find("root"))
    people.create("ada", Role.VIEWER, PASSWORD)

    assert strict.post("/people/ada/delete", {"name": "ada"}).status_code == 403
    assert strict.delete("/api/v1/accounts/ada").status_code == 403
    assert strict.post("/profile/tokens", {"label": "x", "role": "viewer", "days": 1}).status_code == 403
    assert people.find("ada").is_active


def test_grants_have_a_page(browser: Client) -> None:
    """Beside what the settings allow."""
    grant = {"role": "operator", "kind": "source", "value": "/data/{user}"}
    browser.post("/grants/add", grant)
    assert b"/data/{user}" in browser.get("/grants/").content
    browser.post("/grants/add", grant | {"value": "relative"})
    assert b"is no absolute path" in browser.get("/grants/").content
    browser.post("/grants/remove", grant)
    assert grants.listed() == []


def test_a_profile_shows_tokens_and_sessions(person: Person) -> None:
    """A token is shown on the answer alone that made it; nobody ends or revokes what is another's."""
    person("ada", Role.OPERATOR)
    person("eve", Role.VIEWER)
    browser, other, eve = Client(), Client(), Client()
    for one, name in ((browser, "ada"), (other, "ada"), (eve, "eve")):
        sign_in(one, name, PASSWORD)
    sent = {"label": "nightly", "role": "operator", "days": "7", "jobs": "lab-* weekly"}
    page = browser.post("/profile/tokens", sent).content.decode()
    found = re.search(r"lading_[0-9a-f]{8}_[\w-]+", page)
    assert found is not None
    token = Token.objects.get()
    assert (token.role, token.jobs, token.made_by) == ("operator", ["lab-*", "weekly"], "")
    assert found[0] not in browser.get("/profile/").content.decode()
    assert browser.post("/profile/tokens", sent | {"role": "administrator"}).status_code == 422
    eve.post(f"/profile/tokens/{token.prefix}/revoke")
    assert Program(found[0], Client()).ask("GET", "/me")[0] == 200
    browser.post(f"/profile/tokens/{token.prefix}/revoke")
    assert Program(found[0], Client()).ask("GET", "/me")[0] == 401
    [ends] = re.findall(r"/profile/sessions/(\w+)/end", browser.get("/profile/").content.decode())
    eve.post(f"/profile/sessions/{ends}/end")
    assert other.get("/api/v1/me").status_code == 200
    browser.post(f"/profile/sessions/{ends}/end")
    assert other.get("/api/v1/me").status_code == 401


def test_an_account_is_deleted_from_a_shell(person: Person) -> None:
    """With its line in the trail; the last administrator is not."""
    person("ada", Role.VIEWER)
    person("root", Role.ADMINISTRATOR)
    done = CliRunner().invoke(main, ["accounts", "delete", "ada"], catch_exceptions=False)

    assert done.exit_code == 0, done.output
    assert not User.objects.filter(username="ada").exists()
    assert Entry.objects.get(action="account.delete").address == "shell"
    assert CliRunner().invoke(main, ["accounts", "delete", "root"]).exit_code == 2
