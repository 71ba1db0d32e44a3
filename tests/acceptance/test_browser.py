"""The console in a real browser, from the first sign-in to a manifest that is proved: workers, Redis and zone are real."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import oracle
from tests.acceptance.browser import Window, chromium
from tests.acceptance.conftest import PATIENCE, Place, wait_for

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

COLLECTION = "/tempZone/home/rods/harbour"
PASSWORD = "three green bicycles"
#: milliseconds that a page may take to show something
SOON = 30_000 * PATIENCE


@pytest.fixture
def served(place: Place) -> Place:
    """Return a home whose console answers and whose workers work; its folder may be read by the web."""
    served = place.having(LADING_ALLOWED__SOURCES=str(place.source), LADING_ALLOWED__DESTINATIONS="/tempZone/home/rods")
    served.work(slots=2)
    served.serve("web", "--listen", "127.0.0.1:0", "--address-file", str(address_file(place)), log="web.log")
    wait_for(address_file(place).exists)
    return served


def address_file(place: Place) -> Path:
    """Return where the console writes its address."""
    return place.home.with_name("address")


@pytest.fixture
def window(served: Place) -> Iterator[Window]:
    """Return a browser before the console."""
    expect.set_options(timeout=SOON)
    with chromium(address_file(served).read_text().strip()) as window:
        window.page.set_default_timeout(SOON)
        yield window


def test_a_steward_without_a_shell_sets_up_a_job_and_mends_what_failed(served: Place, window: Window) -> None:
    """Sign in, define, plan, run, watch, see a failure, mend, retry, approve deletions, prove the manifest."""
    for number in range(40):
        (served.source / f"crate-{number:02}.dat").write_bytes(bytes([number]) * 100_000)
    (served.source / "papers").write_bytes(b"a file, where the zone has a collection")
    with oracle.session(served.home) as irods:
        irods.collections.create(f"{COLLECTION}/papers")
    faults: list[str] = []

    sign_in(served, window, faults)
    define(served, window, faults)
    let_it_run_by_itself(window, faults)
    run_and_watch(served, window, faults)
    see_the_failure_and_mend_it(served, window, faults)
    approve_what_vanished(served, window, faults)
    prove_the_manifest(served, window)
    on_a_phone(window)

    assert faults == []
    assert window.complaints == []
    assert oracle.differences(served.source, served.home, COLLECTION) == []


def sign_in(served: Place, window: Window, faults: list[str]) -> None:
    """The one-time password lets in once: another one has to be chosen. All of it by keyboard."""
    page = window.page
    said = served.home.with_name("web.log").read_text()
    once = re.search(r"one-time password\s+(\S+)", re.sub(r"\x1b\[[0-9;]*m", "", said))
    assert once is not None, said
    window.go("/jobs/")
    faults += window.faults()
    page.keyboard.type("admin")  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(once[1].removesuffix(":"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    faults += window.faults()
    page.get_by_label("Present password").fill(once[1].removesuffix(":"))
    page.get_by_label("New password:", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    window.go("/")
    faults += window.faults()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()


def define(served: Place, window: Window, faults: list[str]) -> None:
    """A form that says what is wrong, then a plan that a worker makes."""
    page = window.page
    page.get_by_role("link", name="Set up a job").click()
    faults += window.faults()
    page.get_by_label("Name").fill("harbour")
    page.get_by_label("Source", exact=False).first.fill("/etc")
    page.get_by_label("Destination").fill(COLLECTION)
    page.get_by_role("button", name="Save and plan").click()
    expect(page.get_by_role("alert")).to_contain_text("does not lie below a folder that runs may read")

    page.get_by_label("Source", exact=False).first.fill(str(served.source))
    page.get_by_text("What vanished at the source").click()
    page.get_by_label("Objects whose file is gone").select_option("trash")
    page.get_by_text("When, and how fast").click()
    page.get_by_label("Bytes a second").fill("1M")
    faults += window.faults()
    page.get_by_role("button", name="Save and plan").click()
    expect(page.locator("#plan")).to_contain_text("Source and destination are fine")
    expect(page.locator("#plan")).to_contain_text("40 to create")
    expect(page.locator("#plan")).to_contain_text("1 that fail")
    faults += window.faults()


def let_it_run_by_itself(window: Window, faults: list[str]) -> None:
    """A schedule that cannot be is refused beside its field; a good one says when it is next, and is switched off."""
    page = window.page
    page.get_by_role("link", name="Change schedule").click()
    page.get_by_label("Or at").fill("at night")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-cron")).to_contain_text("no cron expression")
    faults += window.faults()
    page.get_by_label("Or at").fill("0 2 * * *")
    page.get_by_label("On the clocks of").fill("Europe/Amsterdam")
    page.get_by_role("button", name="Save").click()
    by_itself = page.get_by_role("region", name="By itself")
    expect(by_itself.locator("time.whole")).to_have_count(3)
    expect(by_itself).to_contain_text("02:00")
    page.get_by_role("button", name="Switch off").click()
    expect(by_itself.locator("time.whole")).to_have_count(0)
    expect(page.locator("#plan")).not_to_contain_text("before the job was changed")
    faults += window.faults()


def run_and_watch(served: Place, window: Window, faults: list[str]) -> None:
    """The bar moves by itself, by events, two seconds after the ledger at the latest; nothing on the page jumps."""
    page = window.page
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("heading", name=re.compile("Run [0-9]+"))).to_be_visible()
    clock = Clock(served, window)
    seen = watch(window, clock.look)
    assert clock.late == [], "seconds, files in the ledger two seconds before, files on the page"
    assert clock.looks >= 3
    assert len(seen) >= 3, "the bar was seen in a few places on its way"
    assert seen == sorted(seen), "and never went back"
    expect(page.locator("#live .state.big")).to_have_text("done with failures")
    assert window.shift() < 0.1
    faults += window.faults()


class Clock:
    """Compares what the page says with what the ledger had a while before."""

    def __init__(self, served: Place, window: Window) -> None:
        self._ledger, self._page = served.home / "ledger.sqlite3", window.page
        self._had: list[tuple[float, int]] = []
        self.late: list[tuple[float, int, int]] = []
        self.looks = 0

    def look(self) -> None:
        """Ask the ledger, then the page: it shows at least what the ledger had two seconds ago."""
        self._had.append((time.monotonic(), self._files()))
        shown = int(self._page.locator("#live .facts dd").first.inner_text().split()[0].replace(",", ""))
        at = time.monotonic()
        known = max((files for then, files in self._had if then < at - 2 * PATIENCE), default=0)
        self.looks += 1
        if shown < known:
            self.late.append((at, known, shown))

    def _files(self) -> int:
        with closing(sqlite3.connect(self._ledger, timeout=10)) as ledger:
            of_run = "SELECT sum(created + failed) FROM orchestration_batch WHERE run_id = (SELECT max(id) FROM orchestration_run)"
            return int(ledger.execute(of_run).fetchone()[0] or 0)


def watch(window: Window, look: Callable[[], None] = lambda: None) -> list[float]:
    """Look at the bar until the run has ended; return where it was, each place once."""
    page, seen = window.page, list[float]()

    def is_over() -> bool:
        look()
        now = float(page.get_by_role("progressbar").get_attribute("aria-valuenow") or 0)
        if now not in seen:
            seen.append(now)
        return page.locator("#live .state.big").inner_text() not in {"queued", "running"}

    wait_for(is_over, 90)
    return seen


def see_the_failure_and_mend_it(served: Place, window: Window, faults: list[str]) -> None:
    """The reason leads to what can be done; the retry tries that file alone. Events are blocked: the clock does."""
    page = window.page
    row = page.locator("#outcomes tbody tr")
    page.get_by_role("group", name="Outcome").get_by_text("Failed").click()
    expect(row).to_have_count(1)
    expect(row).to_contain_text("papers")
    row.get_by_role("link", name="TYPE_CHANGED").click()
    expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
    faults += window.faults()
    page.go_back()

    (served.source / "papers").unlink()
    (served.source / "papers").mkdir()
    (served.source / "papers" / "bill.txt").write_bytes(b"mended")
    window.context.route("**/streams/**", lambda route: route.abort())
    window.complaints.clear()
    page.get_by_label("Reason", exact=True).select_option("TYPE_CHANGED")
    page.get_by_role("button", name="Retry all failures with TYPE_CHANGED").click()
    watch(window)
    expect(page.locator("#live .state.big")).to_have_text("done")
    expect(page.locator("#live .counts")).to_contain_text("1 created")
    window.context.unroute("**/streams/**")
    window.complaints[:] = [one for one in window.complaints if "ERR_FAILED" not in one]


def approve_what_vanished(served: Place, window: Window, faults: list[str]) -> None:
    """Too many files went at the source: the run holds its deletions, says why, and a person decides."""
    page = window.page
    for number in range(20):
        (served.source / f"crate-{number:02}.dat").unlink()
    page.get_by_role("link", name="harbour", exact=True).click()
    page.get_by_role("button", name="Run now").click()
    watch(window)
    held = page.get_by_role("region", name=re.compile("Deletions"))
    expect(held).to_contain_text("20 objects of 41 would go")
    expect(held).to_contain_text("the limit is 20%")
    expect(held.locator("tbody tr")).to_have_count(20)
    faults += window.faults()
    held.get_by_text("Approve …").click()
    held.get_by_role("button", name="Delete 20 objects").click()
    expect(page.get_by_role("status").filter(has_text="are approved")).to_be_visible()
    wait_for(lambda: page.locator("#live .state.big").inner_text() == "done", 60)
    expect(page.locator("#live .counts")).to_contain_text("20 deleted")
    expect(page.locator("#log")).to_contain_text("deletion.delete")


def prove_the_manifest(served: Place, window: Window) -> None:
    """What the browser saved is what was signed; a byte changed, and it is not."""
    page = window.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Download manifest").click()
    saved = served.home.with_name("manifest.jsonl")
    shutil.copy(download.value.path(), saved)
    good = served.run("manifest", "verify", str(saved))
    assert good.code == 0, good.err
    saved.write_bytes(saved.read_bytes().replace(b"crate-01", b"crate-99", 1))
    assert served.run("manifest", "verify", str(saved)).code == 1


def on_a_phone(window: Window) -> None:
    """No page is wider than it; the trail says who did what."""
    window.page.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/",
        "/runs/",
        "/jobs/",
        "/jobs/new",
        "/jobs/1/",
        "/jobs/1/standing",
        "/runs/2/",
        "/codes/TYPE_CHANGED/",
        "/audit/",
    ):
        window.go(path)
        assert window.overhang() <= 0, path
    expect(window.page.get_by_role("main")).to_contain_text("run.approve")
