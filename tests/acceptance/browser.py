"""A real browser for tests: Debian's Chromium, driven by playwright, with axe to judge what it shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.not_run import not_run

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: no sandbox: it cannot be had by root; nothing in the background: it would ask the world
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: what axe calls what keeps people out
_SERIOUS = frozenset({"serious", "critical"})

#: the sum of all layout shifts since the page was opened (0.1 is what is called good)
_SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 200);
})"""


@dataclass
class Window:
    """One window, and what its pages complained of."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the console."""
        self.page.goto(self.address + path)

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the browser says of a page that is wrong; an answer that says no is none of that."""
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def faults(self, schemes: Sequence[str] = ("light", "dark")) -> list[str]:
        """Return what is wrong with the page for people who see little or nothing, in each colour scheme."""
        found = []
        for scheme in schemes:
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            answer: dict[str, Any] = Axe().run(self.page).response
            found += [
                f"{self.page.url} ({scheme}): {one['id']}: {one['nodes'][0]['html'][:200]}"
                for one in answer["violations"]
                if one["impact"] in _SERIOUS
            ]
        self.page.emulate_media(color_scheme="light")
        return found

    def shift(self) -> float:
        """Return how much of the page moved by itself since it was opened."""
        return float(self.page.evaluate(_SHIFTS))

    def overhang(self) -> int:
        """Return by how many points the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@contextmanager
def chromium(address: str) -> Iterator[Window]:
    """Open a window; the test ends as not run where there is no Chromium."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        not_run("no Chromium on PATH: no page was looked at by a browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        window = Window(context, context.new_page(), address)
        window.page.on("console", window.note)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        yield window
        browser.close()
