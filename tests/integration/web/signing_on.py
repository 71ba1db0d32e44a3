"""A console that has single sign-on, and a browser that goes there and back: for the tests of it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from lading.accounts.oidc import views
from lading.base import config
from tests.oidc_provider import Running, running

CLIENT = "lading:web"
SECRET = "s%cret/+ und mehr"
BACK = "/sign-in/oidc/back"
#: what somebody is who is let in
ADA: dict[str, Any] = {"sub": "248289761001", "preferred_username": "ada", "groups": ["lab-operators", "staff"]}

Set = Callable[..., None]


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running(CLIENT, SECRET) as found:
        yield found


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """Return a function that changes settings of single sign-on."""

    def change(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"LADING_WEB__OIDC__{name.upper()}", value)
        config.current.cache_clear()
        views.provider.cache_clear()

    yield change
    monkeypatch.undo()
    config.current.cache_clear()
    views.provider.cache_clear()


@pytest.fixture
def provider(process: Running, set_up: Set) -> Running:
    """Return a provider that tells the truth about ada, and is in the settings."""
    set_up(
        issuer=process.address,
        client_id=CLIENT,
        client_secret=SECRET,
        operators="lab-operators",
        administrators="lab-heads",
        label="Example SSO",
    )
    process.tell(claims=ADA, userinfo={}, lie="")
    return process


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def visit(address: str) -> str:
    """Go to the provider as a browser does; return where it sends one."""
    try:
        urllib.request.build_opener(_Stay).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError(f"{address} sends nobody on")


def go(browser: Client, wanted: str = "/") -> Any:
    """Sign in by the provider; return the answer of the way back."""
    begun = browser.get("/sign-in/oidc/", {"next": wanted})
    assert begun.status_code == 302, begun.content
    return browser.get(path_of(visit(begun.headers["Location"])))


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def me(browser: Client) -> dict[str, Any]:
    answer = browser.get("/api/v1/me")
    return dict(answer.json()) if answer.status_code == 200 else {}
