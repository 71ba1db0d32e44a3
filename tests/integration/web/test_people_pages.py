"""People by pages: made, changed, reset, deleted; grants; oneself."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client

from lading.accounts import grants, people, tokens
from lading.accounts.models import Entry, Grant, Token
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
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
