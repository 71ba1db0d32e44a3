"""Single sign-on against a provider that is a process of its own: every lie that it may tell, and what it may be short of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from lading.accounts.models import Entry, Identity
from lading.accounts.roles import Role
from tests.integration.web.conftest import PASSWORD
from tests.integration.web.signing_on import (
    BACK,
    CLIENT,
    SECRET,
    Set,
    go,
    me,
    path_of,
    process,
    provider,
    set_up,
    visit,
)
from tests.integration.web.test_accounts import Person, sign_in
from tests.oidc_provider import Running, running

__all__ = ["process", "provider", "set_up"]

pytestmark = pytest.mark.django_db


# --- lies --------------------------------------------------------------------------------------------------------------

LIES = {
    "state": "another sign-in than the one",
    "nonce": "of another sign-in",
    "no-nonce": "of another sign-in",
    "aud": "Audience",
    "azp": "made for another program",
    "no-azp": "made for another program",
    "iss": "Invalid issuer",
    "expired": "expired",
    "no-exp": "exp",
    "future": "not yet valid",
    "no-sub": "who it is for",
    "alg-none": "proves nothing here",
    "shared-secret": "proves nothing here",
    "public-key-as-secret": "proves nothing here",
    "other-key": "Signature",
    "unknown-key": "does not publish",
    "cut": "does not hold",
    "mixed-up": "another provider",
    "denied": "access_denied",
    "no-id-token": "no id token",
}


@pytest.mark.parametrize("lie", LIES)
def test_what_proves_nothing_lets_nobody_in(provider: Running, lie: str) -> None:
    """Nor does it make an account; the page says why, the trail has it."""
    provider.tell(lie=lie)
    browser = Client()
    answer = go(browser)

    assert LIES[lie] in answer.content.decode()
    assert answer.status_code == 403
    assert (me(browser), User.objects.count(), Identity.objects.count()) == ({}, 0, 0)
    assert Entry.objects.get(action="sign-in.oidc").result == "SIGN_ON_REFUSED"


@pytest.mark.parametrize("lie", ["broken", "no-json", "endless"])
def test_a_provider_that_is_broken_is_to_be_tried_later(provider: Running, lie: str) -> None:
    """It is not taken for a refusal, and never for a sign-in."""
    provider.tell(lie=lie)
    answer = go(Client())

    assert (answer.status_code, User.objects.count()) == (503, 0)
    assert Entry.objects.get(action="sign-in.oidc").result == "SIGN_ON_UNREACHABLE"


@pytest.mark.parametrize("lie", ["other-issuer", "plain-endpoint"])
def test_a_description_that_is_not_the_providers_is_not_followed(provider: Running, set_up: Set, lie: str) -> None:
    """Neither of another issuer, nor to an address that others read on the way."""
    provider.tell(lie=lie)
    set_up()
    answer = Client().get("/sign-in/oidc/")

    assert answer.status_code == 503


def test_a_provider_that_is_away_leaves_the_passwords(set_up: Set, person: Person) -> None:
    """The page for signing in is there, and who has a password comes in."""
    with running(CLIENT, SECRET) as gone:
        set_up(issuer=gone.address, client_id=CLIENT)
    person("ada", Role.VIEWER)
    browser = Client()

    assert browser.get("/sign-in/oidc/").status_code == 503
    assert browser.get("/sign-in/").status_code == 200
    assert sign_in(browser, "ada", PASSWORD).status_code == 302


def test_an_answer_is_good_once_and_for_its_browser(provider: Running) -> None:
    """A link that somebody else was sent, or that is opened again, signs nobody in."""
    browser, victim = Client(), Client()
    begun = browser.get("/sign-in/oidc/")
    back = path_of(visit(begun.headers["Location"]))
    assert victim.get(back).status_code == 403
    victim.get("/sign-in/oidc/")
    assert victim.get(back).status_code == 403
    assert browser.get(back).status_code == 302
    assert me(browser)["name"] == "ada"
    assert browser.get(back).status_code == 403
    forged = Client()
    forged.cookies["lading-oidc"] = "eyJzdGF0ZSI6ICJhIn0:1:forged"
    assert forged.get(f"{BACK}?code=a&state=a").status_code == 403


def test_newer_keys_are_fetched_once(provider: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider changes its keys; a token by a key that nobody knows does not make it be asked again and again."""
    go(Client())
    provider.tell(renew=True)
    monkeypatch.setattr("lading.accounts.oidc.provider._AGAIN_AFTER", 0.0)
    assert go(Client()).status_code == 302
    monkeypatch.undo()


def test_keys_are_not_asked_for_again_and_again(provider: Running) -> None:
    """Within a minute once."""
    provider.tell(lie="unknown-key")
    before = provider.seen().count("/jwks")
    for _ in range(3):
        go(Client())

    assert provider.seen().count("/jwks") - before <= 1


def test_other_keys_and_other_ways_to_show_the_secret_work(provider: Running, set_up: Set) -> None:
    """Elliptic curves; the secret in the form; from a file; from a command."""
    for lie in ("curve", "post"):
        provider.tell(lie=lie)
        set_up()
        assert go(Client()).status_code == 302, lie


def test_the_secret_is_read_where_the_settings_say(
    provider: Running, set_up: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file, or from a command; what cannot be had is told without it."""
    monkeypatch.delenv("LADING_WEB__OIDC__CLIENT_SECRET")
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    set_up(client_secret_file=str(file))
    assert go(Client()).status_code == 302
    monkeypatch.delenv("LADING_WEB__OIDC__CLIENT_SECRET_FILE")
    set_up(client_secret_command=f"{sys.executable} -c 'print(open(\"{file}\").read())'")
    assert go(Client()).status_code == 302
    set_up(client_secret_command=f"{sys.executable} -c 'raise SystemExit(\"{SECRET}\")'")
    answer = go(Client())
    assert answer.status_code == 503
    assert SECRET.encode() not in answer.content
