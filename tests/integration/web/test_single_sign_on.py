"""Single sign-on against a provider that is a process of its own: who comes in, as what, with which account."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from lading.accounts import people
from lading.accounts.models import Entry, Identity
from lading.accounts.roles import Role
from lading.cli.main import main
from tests.integration.web.conftest import PASSWORD
from tests.integration.web.signing_on import (
    ADA,
    BACK,
    Set,
    go,
    me,
    process,
    provider,
    set_up,
)
from tests.integration.web.test_accounts import Person, sign_in
from tests.oidc_provider import Running

__all__ = ["process", "provider", "set_up"]

pytestmark = pytest.mark.django_db


# --- who comes in -----------------------------------------------------------------------------------------------------


def test_somebody_with_a_group_comes_in(provider: Running) -> None:
    """To the page that was asked for, in a new account without a password, with a line in the trail."""
    browser = Client()
    page = browser.get("/sign-in/").content.decode()
    assert "Sign in with Example SSO" in page
    assert go(browser, "/jobs/").headers["Location"] == "/jobs/"
    assert me(browser) | {"jobs": []} == {"schema": 1, "name": "ada", "role": "operator", "jobs": [], "token": ""}
    ada = User.objects.get()
    assert not ada.has_usable_password()
    assert (Identity.objects.get().subject, Identity.objects.get().issuer) == (ADA["sub"], provider.address)
    assert [(one.action, one.user, one.result) for one in Entry.objects.filter(action="sign-in")] == [
        ("sign-in", "ada", "ok")
    ]
    assert "lading-oidc" not in {name for name, cookie in browser.cookies.items() if cookie.value}
    assert [seat["here"] for seat in browser.get("/api/v1/me/sessions").json()["items"]] == [True]


def test_the_request_has_all_that_protects_it(provider: Running) -> None:
    """State, nonce and challenge, each new; the browser keeps them signed, not to be read by a script."""
    found = []
    for _ in range(2):
        begun = Client().get("/sign-in/oidc/")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == f"http://testserver{BACK}"
        cookie = begun.cookies["lading-oidc"]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
        found.append({name: asked[name] for name in ("state", "nonce", "code_challenge")})
    assert not {*found[0].values()} & {*found[1].values()}
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("groups", "others", "role"),
    [
        (["lab-heads", "lab-operators"], "nobody", "administrator"),
        ("lab-operators", "nobody", "operator"),
        (["staff"], "viewer", "viewer"),
        (["staff"], "nobody", None),
        (["Lab-Operators"], "nobody", None),
        ({"lab-operators": True}, "nobody", None),
        (None, "nobody", None),
    ],
)
def test_groups_say_the_role(provider: Running, set_up: Set, groups: Any, others: str, role: str | None) -> None:
    """The highest one counts; without any nobody comes in, unless the settings say so."""
    set_up(others=others)
    provider.tell(claims=ADA | {"groups": groups})
    browser = Client()
    answer = go(browser)

    assert me(browser).get("role") == role
    if role is None:
        assert (answer.status_code, User.objects.count()) == (403, 0)
        assert b"Nobody gave you access here" in answer.content
        assert Entry.objects.get(action="sign-in").result == "NOT_PERMITTED"


def test_nested_claims_and_those_told_elsewhere_count(provider: Running, set_up: Set) -> None:
    """Keycloak nests them; others tell them at the address for what is known of a person. It must be the same person."""
    set_up(role_claim="realm_access.roles")
    provider.tell(claims={"sub": "1", "preferred_username": "ada"}, userinfo={"realm_access": {"roles": ["lab-heads"]}})
    browser = Client()
    go(browser)
    assert me(browser)["role"] == "administrator"
    provider.tell(userinfo={"sub": "2", "realm_access": {"roles": ["lab-heads"]}})
    assert b"of somebody else" in go(Client()).content


def test_each_sign_in_gives_the_role_anew(provider: Running) -> None:
    """Who lost all groups has no session any more, and the least role; the last administrator is refused, not demoted."""
    people.create("root", Role.ADMINISTRATOR, PASSWORD)
    browser = Client()
    go(browser)
    provider.tell(claims=ADA | {"groups": ["lab-heads"]})
    go(browser)
    assert me(browser)["role"] == "administrator"
    people.set_role("root", Role.VIEWER)
    provider.tell(claims=ADA)
    assert b"only administrator" in go(Client()).content
    people.set_role("root", Role.ADMINISTRATOR)
    provider.tell(claims=ADA | {"groups": []})
    assert go(Client()).status_code == 403
    assert me(browser) == {}
    assert people.find("ada").profile.role == "viewer"


def test_who_is_disabled_stays_out(provider: Running) -> None:
    """Whatever the provider says."""
    go(Client())
    people.set_active("ada", active=False)
    browser = Client()

    assert b"is disabled" in go(browser).content
    assert me(browser) == {}
    assert Entry.objects.latest("pk").result == "NOT_SIGNED_IN"


# --- accounts that are there already ------------------------------------------------------------------------------------


def test_a_name_alone_makes_nobody_its_owner(provider: Running, person: Person) -> None:
    """The subject does: an account of the same name is somebody else's until it is linked."""
    person("ada", Role.ADMINISTRATOR)
    browser = Client()
    assert b"There is an account ada already" in go(browser).content
    assert me(browser) == {}
    assert not Identity.objects.exists()
    done = CliRunner().invoke(main, ["accounts", "link", "ada", ADA["sub"]], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    people.create("root", Role.ADMINISTRATOR)
    go(browser)
    assert me(browser)["role"] == "operator"
    assert sign_in(Client(), "ada", PASSWORD).status_code == 302
    assert CliRunner().invoke(main, ["accounts", "link", "root", ADA["sub"]]).exit_code == 2


@pytest.mark.parametrize("verified", [True, False, "true", "false", 1, None])
def test_an_account_is_linked_by_a_verified_address_only(
    provider: Running, set_up: Set, person: Person, verified: Any
) -> None:
    """`true` is; whatever else the provider says of the address is not, and nothing is by the usual settings."""
    person("ada@example.org", Role.VIEWER)
    told = ADA | {"preferred_username": "ada@example.org", "email": "ada@example.org", "email_verified": verified}
    provider.tell(claims=told)
    assert go(Client()).status_code == 403
    set_up(link="verified-email")
    browser = Client()
    go(browser)

    assert me(browser).get("name") == ("ada@example.org" if verified is True else None)
    assert Identity.objects.exists() is (verified is True)


def test_a_linked_account_is_nobody_elses(provider: Running, set_up: Set, person: Person) -> None:
    """Another subject with the same verified address gets another account, or none; and a one-time password is used up."""
    set_up(link="verified-email")
    password = people.create("ada@example.org", Role.VIEWER)[1]
    provider.tell(claims=ADA | {"email": "ada@example.org", "email_verified": True})
    browser = Client()
    go(browser)
    assert me(browser)["name"] == "ada@example.org"
    assert b"do not go together" in sign_in(Client(), "ada@example.org", password).content
    eve = {"sub": "666", "preferred_username": "ada@example.org", "email": "ada@example.org", "email_verified": True}
    provider.tell(claims=ADA | eve)
    assert go(Client()).status_code == 403


@pytest.mark.parametrize("name", ["a/../b", "", "x" * 151, ["ada"], 7, "ada\0"])
def test_a_name_that_is_none_makes_no_account(provider: Running, name: Any) -> None:
    """It would be part of paths."""
    provider.tell(claims=ADA | {"preferred_username": name})
    answer = go(Client())

    assert (answer.status_code, User.objects.count()) == ((302, 1) if name == ["ada"] else (403, 0))


def test_nobody_comes_back_under_the_name_of_a_deleted_account(provider: Running) -> None:
    """The trail knows it by that name."""
    go(Client())
    people.create("root", Role.ADMINISTRATOR)
    assert CliRunner().invoke(main, ["accounts", "delete", "ada"], catch_exceptions=False).exit_code == 0

    assert b"was deleted" in go(Client()).content
    assert not Identity.objects.exists()


# --- without it, only with it, out again ----------------------------------------------------------------------------------


def test_without_a_provider_there_is_nothing_of_it(db: None) -> None:
    """No button, no address; and none of the pages of a library."""
    assert b"Sign in with" not in Client().get("/sign-in/").content
    for path in ("/sign-in/oidc/", BACK, "/sign-in/oidc/leave", "/accounts/signup/", "/accounts/email/", "/accounts/"):
        assert Client().get(path).status_code == 404


def test_passwords_can_be_switched_off(provider: Running, set_up: Set, person: Person) -> None:
    """Then no form is shown, and none is taken."""
    person("root", Role.ADMINISTRATOR)
    set_up(only="true")
    browser = Client()

    assert b'name="password"' not in browser.get("/sign-in/").content
    assert sign_in(browser, "root", PASSWORD).status_code == 403
    assert me(browser) == {}
    go(browser)
    assert me(browser)["name"] == "ada"


def test_signing_out_is_here_and_there(provider: Running) -> None:
    """Here at once; the page leads to where it is done at the provider."""
    browser = Client()
    go(browser)
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/?signed-out"
    assert me(browser) == {}
    assert b"Sign out of Example SSO, too" in browser.get("/sign-in/?signed-out").content
    there = browser.get("/sign-in/oidc/leave").headers["Location"]
    assert there.startswith(f"{provider.address}/end?")
    assert parse_qs(urlsplit(there).query)["post_logout_redirect_uri"] == ["http://testserver/sign-in/"]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_our_own_pages_only(provider: Running, wanted: str) -> None:
    """Whatever the address says."""
    assert go(Client(), wanted).headers["Location"] == "/"
