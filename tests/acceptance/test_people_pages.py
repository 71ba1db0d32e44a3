"""The pages of accounts in a real browser, and single sign-on by a real provider: what the browser itself forbids shows here alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.acceptance.browser import Window, chromium
from tests.acceptance.conftest import PATIENCE, Place, wait_for
from tests.oidc_provider import Running, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

CLIENT, SECRET = "lading", "not a secret"
#: milliseconds that a page may take to show something
SOON = 30_000 * PATIENCE
ADA = {"sub": "1", "preferred_username": "ada", "groups": ["heads"]}


@pytest.fixture
def provider() -> Iterator[Running]:
    with running(CLIENT, SECRET) as found:
        yield found


@pytest.fixture
def window(place: Place, provider: Running) -> Iterator[Window]:
    """Return a browser before a console that has single sign-on."""
    provider.tell(claims=ADA)
    served = place.having(
        LADING_WEB__OIDC__ISSUER=provider.address,
        LADING_WEB__OIDC__CLIENT_ID=CLIENT,
        LADING_WEB__OIDC__CLIENT_SECRET=SECRET,
        LADING_WEB__OIDC__ADMINISTRATORS="heads",
        LADING_WEB__OIDC__LABEL="Example SSO",
        LADING_ALLOWED__DESTINATIONS="/tempZone/home",
    )
    address = place.home.with_name("address")
    served.serve("web", "--listen", "127.0.0.1:0", "--address-file", str(address), log="web.log")
    wait_for(address.exists)
    expect.set_options(timeout=SOON)
    with chromium(address.read_text().strip()) as window:
        window.page.set_default_timeout(SOON)
        yield window


def test_who_comes_by_the_provider_manages_people(window: Window, tmp_path: Path) -> None:
    """Signed in by the provider, within the policy of the pages; each page is sound, narrow too, and shows a secret once."""
    page, faults = window.page, list[str]()
    window.go("/profile/")
    look(window, "sign-in", faults, tmp_path)
    page.get_by_role("link", name="Sign in with Example SSO").click()
    expect(page).to_have_url(f"{window.address}/profile/")
    page.get_by_text("Make a token").click()
    page.get_by_role("textbox", name="What it is for").fill("nightly script")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".once")).to_contain_text("lading_")
    look(window, "profile", faults, tmp_path)

    window.go("/people/")
    page.get_by_role("textbox", name="Name").fill("grace")
    page.get_by_role("combobox", name="Role").select_option("operator")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator(".once")).to_be_visible()
    look(window, "people", faults, tmp_path)
    page.get_by_role("link", name="grace").click()
    page.get_by_text("Delete …").click()
    look(window, "person", faults, tmp_path)
    page.get_by_role("textbox", name="Type grace").fill("grace")
    page.get_by_role("button", name="Delete grace").click()
    expect(page.get_by_text("The account grace and what was")).to_be_visible()

    window.go("/grants/")
    page.locator("#id-value").fill("/tempZone/home/{user}")
    page.get_by_role("button", name="Grant", exact=True).click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    look(window, "grants", faults, tmp_path)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign out of Example SSO, too").click()
    expect(page.get_by_text("signed out")).to_be_visible()

    assert [] == faults
    assert [] == window.complaints


def look(window: Window, name: str, faults: list[str], folder: Path) -> None:
    """Note what is wrong with a page, wide, dark and narrow; leave pictures where somebody wants them."""
    faults += window.faults()
    pictures = Path(os.environ.get("LADING_TEST_PICTURES", folder))
    for scheme, width in (("light", 1180), ("dark", 1180), ("light", 390)):
        window.page.set_viewport_size({"width": width, "height": 820})
        window.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if window.overhang() > 0:
            faults.append(f"{name} is {window.overhang()} points wider than {width}")
        window.page.screenshot(path=str(pictures / f"{name}-{scheme}-{width}.png"), full_page=True)
    window.page.set_viewport_size({"width": 1180, "height": 820})
    window.page.emulate_media(color_scheme="light")
