"""The table of outcomes: every row once, each page as cheap as any other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lading.ingest.app.retrying import Failures
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Outcome, Run
from lading.web.console.reading import outcomes, reasons
from lading.web.console.reading.outcomes import SIZE, Filter, Page, Place
from tests.integration.web.console.seeding import a_job, a_run

pytestmark = pytest.mark.django_db

FILES = 400


@pytest.fixture
def run() -> Run:
    """Return a run of 400 files in batches of 40, beside another run."""
    job = a_job()
    a_run(job, batches=2)
    run = a_run(job, batches=10, each=FILES // 10)
    a_run(job, batches=2)
    return run


def every_page(run: Run, wanted: Filter, window: int = outcomes.WINDOW) -> list[Page]:
    """Read pages as a browser does that follows each link."""
    pages: list[Page] = []
    counts, after = totals(run.pk), 0
    while not pages or after:
        pages.append(outcomes.page(run.pk, wanted, counts, Place(after=after), window))
        after = pages[-1].after
    return pages


def expected(run: Run, wanted: Filter) -> list[int]:
    """Say by the plainest of questions which rows there are."""
    rows = Outcome.objects.filter(run=run).order_by("pk")
    return [
        row.pk
        for row in rows
        if wanted.outcome in ("", row.outcome)
        and wanted.code in ("", row.code)
        and wanted.text.lower() in row.subject.lower()
    ]


FILTERS = [
    Filter(),
    Filter(outcome="failed"),
    Filter(outcome="deleted"),
    Filter(code="TARGET_LOCKED"),
    Filter(outcome="failed", code="SOURCE_UNREADABLE"),
    Filter(text="QUAY-3"),
    Filter(text="0007.dat", outcome="created"),
    Filter(text="no such path"),
    Filter(text="100%_"),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
@pytest.mark.parametrize("window", [outcomes.WINDOW, 12])
def test_pages_have_every_row_once_and_in_order(run: Run, wanted: Filter, window: int) -> None:
    """Whatever is filtered, however short the search stops each time."""
    pages = every_page(run, wanted, window)
    found = [row.outcome.pk for page in pages for row in page.rows]

    assert found == expected(run, wanted)
    assert all(len(page.rows) <= SIZE for page in pages)
    if wanted.text and window == 12:
        assert any(page.stopped for page in pages)


@pytest.mark.parametrize("wanted", FILTERS[:5], ids=str)
def test_the_page_before_is_the_page_that_was_before(run: Run, wanted: Filter) -> None:
    """Going on and back again shows the same."""
    pages = every_page(run, wanted)
    counts = totals(run.pk)
    for earlier, later in pairwise(pages):
        back = outcomes.page(run.pk, wanted, counts, Place(before=later.before))
        assert [row.outcome.pk for row in back.rows] == [row.outcome.pk for row in earlier.rows]


def test_rows_say_what_is_known_of_their_file(run: Run) -> None:
    """Size; the logical path only where it says more than the path."""
    row = outcomes.page(run.pk, Filter(), totals(run.pk), Place()).rows[0]
    assert row.facts is not None
    assert (row.facts.size, row.renamed) == (1000, "")

    row.facts.logical_path = "/tempZone/home/rods/elsewhere"
    assert row.renamed == "/tempZone/home/rods/elsewhere"


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_every_statement_of_a_page_is_answered_by_an_index(run: Run, wanted: Filter) -> None:
    """Without sorting: what it costs does not depend on where the page begins, nor on how many rows there are."""
    with CaptureQueriesContext(connection) as asked:
        outcomes.page(run.pk, wanted, totals(run.pk), Place(after=1))
    if connection.vendor != "sqlite":
        return  # PostgreSQL reads so few rows as they lie, whatever indexes there are
    with connection.cursor() as cursor:
        for query in (one["sql"] for one in asked if "orchestration_outcome" in one["sql"]):
            plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()]
            assert all("USING INDEX outcome_" in step or "USING COVERING INDEX outcome_" in step for step in plan), plan


def test_reasons_are_counted_up_to_a_bound(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures first, with what the catalogue says; of many it is said that there are more."""
    found = {reason.code: reason for reason in reasons.reasons_of(run.pk)}
    rows = Outcome.objects.filter(run=run)
    assert {code: reason.count for code, reason in found.items()} == {
        code: rows.filter(code=code).count() for code in ("SOURCE_UNREADABLE", "TARGET_LOCKED", "LINK_SKIPPED")
    }
    assert list(found)[-1] == "LINK_SKIPPED"
    assert found["SOURCE_UNREADABLE"].meaning
    assert (found["LINK_SKIPPED"].outcome, found["LINK_SKIPPED"].is_many) == ("skipped", False)

    monkeypatch.setattr(reasons, "MOST", 5)
    assert {reason.told for reason in reasons.reasons_of(run.pk)} == {"5+"}


def test_a_run_without_codes_has_no_reasons() -> None:
    """And no error."""
    assert reasons.reasons_of(a_run(a_job(), batches=1, each=2).pk) == []


@pytest.mark.parametrize(
    "wanted",
    [Filter(), Filter(code="TARGET_LOCKED"), Filter(text="quay-3"), Filter(code="TARGET_LOCKED", text="quay-3")],
    ids=str,
)
def test_a_retry_of_a_filter_takes_the_failures_that_the_filter_shows(run: Run, wanted: Filter) -> None:
    """No more, no fewer."""
    shown = expected(run, Filter(outcome="failed", code=wanted.code, text=wanted.text))
    subjects = list(Outcome.objects.filter(pk__in=shown).order_by("pk").values_list("subject", flat=True))

    assert wanted.failures == Failures(code=wanted.code, text=wanted.text)
    assert list(wanted.failures.subjects_of(run.pk)) == subjects
