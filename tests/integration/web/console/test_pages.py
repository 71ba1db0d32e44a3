"""Every page: what it shows, to whom, with how many statements, and with nothing in it that the policy forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lading.accounts.roles import Role
from lading.ingest.app.models import Job
from lading.orchestration.models import LogLine, Run, RunState, Worker
from tests.integration.web.console.conftest import Browser
from tests.integration.web.console.seeding import a_job, a_run, hold

pytestmark = pytest.mark.django_db

#: session, account and role, for every page
_SIGNED_IN = 3


@dataclass(frozen=True)
class Ledger:
    """What the pages show."""

    job: Job
    running: Run
    failed: Run
    held: Run

    @property
    def pages(self) -> Iterator[tuple[str, int]]:
        """Yield every address, and how many statements it may take beside those that every page takes."""
        yield "/", 15
        yield "/overview/live", 9
        yield "/overview/throughput", 5
        yield "/overview/health", 5
        yield "/runs/", 3
        yield "/runs/?state=failed&q=harbour", 3
        for run in (self.running, self.failed, self.held):
            yield f"/runs/{run.pk}/", 21
            yield f"/runs/{run.pk}/live", 8
            yield f"/runs/{run.pk}/course", 4
            yield f"/runs/{run.pk}/outcomes", 10
            yield f"/runs/{run.pk}/outcomes?q=crate&outcome=failed", 8
            yield f"/runs/{run.pk}/deletions", 3
            yield f"/runs/{run.pk}/log", 4
        yield "/jobs/", 4
        yield f"/jobs/{self.job.pk}/", 7
        yield f"/jobs/{self.job.pk}/standing", 1
        yield f"/jobs/{self.job.pk}/plan", 2
        yield "/jobs/new", 2
        yield f"/jobs/new?copy={self.job.pk}", 3
        yield f"/jobs/{self.job.pk}/edit", 3
        yield "/codes/SOURCE_UNREADABLE/", 0


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger in which something goes on."""
    job = a_job(delete_mode="trash", exclude=("*.tmp",))
    found = Ledger(
        job=job,
        running=a_run(job, RunState.RUNNING, batches=6),
        failed=a_run(job, RunState.DONE_WITH_FAILURES, batches=3, each=40),
        held=a_run(job, RunState.HELD),
    )
    hold(found.held)
    LogLine.objects.create(run=found.running, at=1.0, level="warning", logger="x", text="<b>slow</b> disk")
    Worker.objects.create(token="w", host="quay", pid=1, queues="filesystem,deletion", heartbeat=9e12)
    return found


def test_every_page_is_there_and_takes_few_statements(ledger: Ledger, browser: Browser) -> None:
    """However many runs, files and batches there are: the numbers below are promises."""
    client = browser(Role.OPERATOR)
    for address, most in ledger.pages:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(asked) <= most + _SIGNED_IN, (address, [one["sql"][:150] for one in asked])


def test_statements_do_not_grow_with_what_there_is(ledger: Ledger, browser: Browser) -> None:
    """Ten times the runs and batches."""
    client = browser(Role.OPERATOR)

    def statements() -> list[int]:
        counts = []
        for address in ("/", "/runs/", "/jobs/", f"/jobs/{ledger.job.pk}/", f"/runs/{ledger.held.pk}/"):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))
        return counts

    before = statements()
    for number in range(12):
        a_run(a_job(f"more-{number}"), RunState.RUNNING, batches=5)
        a_run(ledger.job, RunState.FAILED, batches=5)
    assert statements() == before


def test_pages_hold_neither_scripts_nor_styles(ledger: Ledger, browser: Browser) -> None:
    """The policy would not run them; and no attribute runs anything."""
    client = browser(Role.OPERATOR)
    for address, _ in ledger.pages:
        text = client.get(address).content.decode()
        assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text), address


def test_what_a_page_shows_is_text(ledger: Ledger, browser: Browser) -> None:
    """A log line, a path or a reason that looks like mark-up is none."""
    text = browser(Role.VIEWER).get(f"/runs/{ledger.running.pk}/").content.decode()
    assert "&lt;b&gt;slow&lt;/b&gt; disk" in text


def test_nobody_sees_anything_who_is_not_signed_in(ledger: Ledger, db: None) -> None:
    """Every address leads to the sign-in page."""
    client = Client()
    for address, _ in ledger.pages:
        answer = client.get(address)
        assert (answer.status_code, "/sign-in/" in answer.headers["Location"]) == (302, True), address


def test_a_viewer_is_offered_nothing_to_press(ledger: Ledger, browser: Browser) -> None:
    """But to sign out, and to look."""
    client = browser(Role.VIEWER)
    forms = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"|<form[^>]*action="([^"]*)"[^>]*method="post"')
    for address in (
        "/",
        f"/runs/{ledger.held.pk}/",
        f"/runs/{ledger.failed.pk}/?code=TARGET_LOCKED",
        f"/jobs/{ledger.job.pk}/",
    ):
        found = {part for pair in forms.findall(client.get(address).content.decode()) for part in pair if part}
        assert found == {"/sign-out/"}, address
    assert client.get("/jobs/new").status_code == 403


def test_the_overview_counts_runs_and_names_those_that_fail(ledger: Ledger, browser: Browser) -> None:
    """By what a person wants to know of them."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser(Role.VIEWER).get("/").content.decode()))
    for told in ("Running 1", "Held for approval 1", "Failed, last day 1", "filesystem 1 0 0 quay"):
        assert told in text


def test_the_health_says_that_redis_is_away_and_the_ledger_is_not(ledger: Ledger, browser: Browser) -> None:
    """The page itself came without it."""
    text = browser(Role.VIEWER).get("/overview/health").content.decode()
    assert "Zone embedded" in text
    assert "no worker has looked for lost work yet" in text


def test_the_live_part_asks_again_while_there_is_something_to_see(ledger: Ledger, browser: Browser) -> None:
    """And tells the page when the state is another one than the page knows."""
    client = browser(Role.VIEWER)
    running = client.get(f"/runs/{ledger.running.pk}/live?seen=running")
    assert b'hx-trigger="news from:body"' in running.content
    assert "HX-Trigger" not in running.headers
    over = client.get(f"/runs/{ledger.failed.pk}/live?seen=running")
    assert over.headers["HX-Trigger"] == "settled"
    assert b"news from:body" not in over.content


def test_a_filter_is_in_the_address_of_the_page(ledger: Ledger, browser: Browser) -> None:
    """So that it can be sent to a colleague: the page shows the same."""
    client = browser(Role.OPERATOR)
    query = "outcome=failed&code=TARGET_LOCKED&q=crate"
    part = client.get(f"/runs/{ledger.failed.pk}/outcomes?{query}")
    assert part.headers["HX-Replace-Url"] == f"/runs/{ledger.failed.pk}/?{query}"
    page = client.get(f"/runs/{ledger.failed.pk}/?{query}").content.decode()
    assert "Retry all failures with TARGET_LOCKED whose path has “crate”" in page
    assert 'value="failed" checked' in page


def test_what_is_not_there_is_not_found(browser: Browser) -> None:
    """404, whatever it would have been."""
    client = browser(Role.VIEWER)
    for address in ("/runs/999/", "/jobs/999/", "/codes/NO_SUCH/", "/runs/999/manifest", "/runs/999/log"):
        assert client.get(address).status_code == 404, address


def test_numbers_in_addresses_that_are_none_are_left_out(ledger: Ledger, browser: Browser) -> None:
    """A page comes, the first one."""
    client = browser(Role.VIEWER)
    for value in ("", "-1", "x", "9" * 30, "\u0663"):
        assert client.get("/runs/", {"before": value}).status_code == 200
        assert client.get(f"/runs/{ledger.failed.pk}/outcomes", {"after": value}).status_code == 200
