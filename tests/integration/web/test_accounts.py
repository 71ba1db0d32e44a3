"""Signing in, passwords, pages that need a role, headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from lading.accounts import people, throttle
from lading.accounts.models import Attempts, Entry, Profile
from lading.accounts.roles import Role
from lading.base.errors import UsageError
from lading.cli.main import main
from lading.web import health
from lading.web.headers import POLICY
from tests.integration.web.conftest import PASSWORD, ProgramOf

pytestmark = pytest.mark.django_db

Person = Callable[[str, Role], None]

#: addresses that answer whoever asks
OPEN = {
    *("healthz", "readyz", "metrics", "sign-in/", "sign-out/", "password/", "^api/v1/", "api/v1/", ""),
    *("sign-in/oidc/", "sign-in/oidc/back", "sign-in/oidc/leave"),
}


def sign_in(browser: Client, name: str, password: str, **more: str) -> Any:
    return browser.post("/sign-in/", {"name": name, "password": password, **more})


def test_the_first_account_chooses_a_password_before_anything_else() -> None:
    """It is made once; its one-time password opens nothing but the page where another one is chosen."""
    password = people.ensure_administrator()
    assert password is not None
    assert people.ensure_administrator() is None

    browser = Client()
    assert sign_in(browser, people.FIRST, password).url == "/"
    for address in ("/", "/audit/", "/streams/"):
        assert browser.get(address).headers.get("Location") == "/password/"
    assert browser.get("/api/v1/runs").json().get("code") == "NOT_PERMITTED"
    weak = {"old": password, "new": "password1234", "again": "password1234"}
    assert b"too common" in browser.post("/password/", weak).content
    same = {"old": password, "new": password, "again": password}
    assert b"is the present one" in browser.post("/password/", same).content
    other = {"old": password, "new": PASSWORD, "again": PASSWORD}
    assert browser.post("/password/", other | {"again": "x"}).status_code == 200
    assert browser.post("/password/", other | {"old": "x"}).status_code == 200
    assert browser.post("/password/", other).headers["Location"] == "/"
    assert browser.get("/audit/").status_code == 200
    assert not Profile.objects.get().must_change_password


def test_a_changed_password_ends_other_sessions(person: Person) -> None:
    """The browser that changed it stays signed in."""
    person("ada", Role.VIEWER)
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, "ada", PASSWORD)
    here.post("/password/", {"old": PASSWORD, "new": PASSWORD[::-1], "again": PASSWORD[::-1]})

    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [("/audit/", "/audit/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("javascript:alert(1)", "/")],
)
def test_signing_in_leads_to_our_own_pages_only(person: Person, wanted: str, goes_to: str) -> None:
    """Whatever the address says."""
    person("ada", Role.ADMINISTRATOR)

    assert sign_in(Client(), "ada", PASSWORD, next=wanted).url == goes_to


def test_wrong_passwords_are_answered_later_and_later(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is compared, the right one too; the trail has each try, and what was typed is nowhere."""
    person("ada", Role.VIEWER)
    at = 1_000_000.0
    monkeypatch.setattr(throttle, "now", lambda: at)
    browser = Client()
    for _ in range(throttle.FREE):
        assert b"do not go together" in sign_in(browser, "ada", "wrong guess").content

    assert sign_in(browser, "ADA", PASSWORD).status_code == 429
    at += 1.5
    assert sign_in(browser, "ada", PASSWORD).status_code == 302
    assert not Attempts.objects.filter(pk="name:ada").exists()
    assert Attempts.objects.get(pk="address:127.0.0.1").failures == throttle.FREE
    results = list(Entry.objects.filter(action="sign-in").order_by("pk").values_list("result", flat=True))
    assert results == ["NOT_SIGNED_IN"] * 5 + ["TOO_MANY_ATTEMPTS", "ok"]
    assert "wrong guess" not in str(list(Entry.objects.values()))


def test_who_is_disabled_has_no_session(person: Person) -> None:
    """At once; and somebody who may administer is always left."""
    person("ada", Role.ADMINISTRATOR)
    browser = Client()
    browser.force_login(people.find("ada"))
    assert browser.get("/api/v1/me").status_code == 200
    with pytest.raises(UsageError, match="only administrator"):
        people.set_active("ada", active=False)
    with pytest.raises(UsageError, match="only administrator"):
        people.set_role("ada", Role.VIEWER)
    people.create("grace", Role.ADMINISTRATOR)
    people.set_active("ada", active=False)

    assert browser.get("/api/v1/me").status_code == 401
    assert b"do not go together" in sign_in(Client(), "ada", PASSWORD).content


def test_every_address_but_a_few_needs_somebody(db: None) -> None:
    """Pages send nobody to the sign-in page, the API says 401; a new address cannot be forgotten."""
    browser = Client()
    seen = set()
    for pattern, address in _addresses():
        if pattern in OPEN:
            continue
        answer = browser.get(address)
        refused = answer.status_code in {401, 405} or answer.headers.get("Location", "").startswith("/sign-in/?next=")
        assert refused or pattern == "api/v1/openapi.json", (pattern, answer.status_code)
        seen.add(pattern)
    assert {"audit/", "streams/", "api/v1/runs"} <= seen


def _addresses() -> list[tuple[str, str]]:
    found = []

    def walk(patterns: Any, before: str, address: str) -> None:
        for one in patterns:
            told = str(one.pattern)
            filled = address + "".join(
                part if index % 2 == 0 else "1" for index, part in enumerate(told.replace(">", "<").split("<"))
            )
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, before + told, filled)
            else:
                found.append((before + told, f"/{filled}"))

    walk(get_resolver().url_patterns, "", "")
    return found


def test_pages_carry_headers_that_keep_them_to_themselves(db: None) -> None:
    """No script or style inside a page is run, nobody frames it, nobody keeps it."""
    for address in ("/sign-in/", "/healthz", "/api/v1/runs", "/nonsense"):
        headers = Client().get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
    page = Client().get("/sign-in/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert "unsafe" not in POLICY


def test_files_of_pages_are_there(db: None) -> None:
    """As they were installed, without a step that gathers them."""
    page = Client().get("/sign-in/").content.decode()
    addresses = {part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/static/")}

    assert {address: Client().get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
    assert len(addresses) >= 3


def test_figures_are_for_this_machine_or_a_token(program: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes through a proxy is not on this machine."""
    secret = program(Role.VIEWER).secret
    browser = Client()

    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 401
    assert browser.get("/metrics", REMOTE_ADDR="10.0.0.1").status_code == 401
    bearer = {"Authorization": f"Bearer {secret}"}
    assert browser.get("/metrics", REMOTE_ADDR="10.0.0.1", headers=bearer).status_code == 200
    assert browser.get("/metrics", REMOTE_ADDR="10.0.0.1", headers={"Authorization": "Bearer x"}).status_code == 401
    monkeypatch.setattr(health, "who_is_silent", lambda: ["Redis does not answer"])
    assert (browser.get("/readyz").status_code, browser.get("/healthz").status_code) == (503, 200)


def test_accounts_are_made_from_a_shell(db: None) -> None:
    """Each step is in the trail, by nobody that the web knows."""

    def lading(*words: str) -> str:
        found = CliRunner().invoke(main, ["accounts", *words], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    password = lading("create", "ada", "--role", "operator").strip()
    assert sign_in(Client(), "ada", password).status_code == 302
    secret = lading("token", "new", "ada", "--role", "operator", "--job", "lab-*").strip()
    assert secret.startswith("lading_")
    assert "lab-*" in lading("token", "list")
    lading("token", "revoke", secret.split("_")[1])
    assert "revoked" in lading("token", "list", "ada")
    lading("set-role", "ada", "viewer")
    lading("grants", "add", "viewer", "source", "/data/{user}")
    assert "/data/{user}" in lading("grants")
    lading("grants", "remove", "viewer", "source", "/data/{user}")
    lading("disable", "ada")
    assert "disabled" in lading("list")
    assert User.objects.get().profile.role == "viewer"
    actions = set(Entry.objects.filter(address="shell").values_list("action", flat=True))
    assert actions == {
        "account.create", "token.new", "token.revoke", "account.role", "grant.add", "grant.remove", "account.active"
    }  # fmt: skip
    assert "grant.remove" in lading("trail")
    failed = CliRunner().invoke(main, ["accounts", "create", "a/../b"])
    assert failed.exit_code == 2
