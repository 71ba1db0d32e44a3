"""A run's counts are the sums of what its batches wrote, however many of them are read for it."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lading.base.outcomes import Outcome as Kind
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger import claims, control, tallies
from lading.orchestration.models import Batch, BatchState, Run
from tests.integration.orchestration.conftest import BATCH, Start

MANY = 520


def summed(run: Run) -> dict[str, int]:
    """Return the sums, read from every row."""
    sums: Counter[str] = Counter()
    for row in Batch.objects.filter(run=run).values(*tallies.TALLIES):
        sums.update(row)
    return {name: sums[name] for name in tallies.TALLIES}


def end(run: Run, number: int) -> None:
    """End some batches of a run, not in order."""
    waiting = list(Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk")[: number + 20])
    for batch in random.Random(number).sample(waiting, number):
        held = claims.claim(batch.pk, "one")
        assert held is not None
        outcomes = [NewOutcome(subject=f"{batch.pk}", outcome=Kind.CREATED)]
        claims.finish(held, Ending(outcomes=outcomes, counts={"bytes": batch.pk, "unchanged": 3}))


def through(run: Run) -> int:
    """Return up to which batch sums are kept."""
    kept: int = Run.objects.get(pk=run.pk).rolled.get("through", 0)
    return kept


@pytest.fixture
def long(start: Start) -> Run:
    """Return a run many of whose batches have ended, and whose sums are kept."""
    run = start(*map(str, range(MANY + 40)))
    end(run, MANY)
    tallies.roll_up(run.pk)
    assert through(run) > 0
    return run


def test_sums_that_are_kept_are_those_of_the_rows(long: Run) -> None:
    """Those that ended later are added, and those that came later."""
    assert summed(long) == tallies.totals(long.pk)
    end(long, 10)
    held = claims.claim(Batch.objects.filter(run=long, state=BatchState.QUEUED).latest("pk").pk, "one")
    assert held is not None
    claims.finish(held, Ending(batches=[NewBatch(kind=BATCH, payload=b"x", planned_files=7)]))

    assert summed(long) == tallies.totals(long.pk)
    assert 7 == tallies.totals(long.pk)["planned_files"]


def test_a_few_ended_batches_are_not_worth_keeping_sums_for(start: Start) -> None:
    """They are read."""
    run = start(*"abcdef")
    end(run, 3)
    tallies.roll_up(run.pk)

    assert 0 == through(run)
    assert summed(run) == tallies.totals(run.pk)


def test_whoever_corrects_an_ended_batch_lets_go_of_the_sums(long: Run) -> None:
    """What a later look found is counted."""
    corrected = Batch.objects.filter(run=long, state=BatchState.DONE).earliest("pk")
    tallies.correct(corrected.pk, created=0, failed=1)

    assert 0 == through(long)
    assert {"failed": 1, "created": MANY - 1}.items() <= tallies.totals(long.pk).items()


def test_a_run_that_is_resumed_makes_its_sums_anew(start: Start) -> None:
    """An older version may have left a batch behind that now waits again, among those that have ended."""
    run = start(*map(str, range(MANY + 40)))
    first = Batch.objects.filter(run=run).earliest("pk")
    Batch.objects.filter(pk=first.pk).update(state=BatchState.CANCELLED)
    end(run, MANY)
    tallies.roll_up(run.pk)
    assert through(run) > first.pk
    control.stop(run.pk)
    control.resume(run.pk)
    held = claims.claim(first.pk, "one")
    assert held is not None
    claims.finish(held, Ending(counts={"bytes": 5}))

    assert summed(run) == tallies.totals(run.pk)


def test_no_batch_that_has_ended_long_ago_is_read_again(long: Run) -> None:
    """Nor any that waits, but in the index."""
    with CaptureQueriesContext(connection) as asked:
        tallies.totals(long.pk)
    ended, waiting = asked[1]["sql"], asked[2]["sql"]

    assert f'"id" > {through(long)}' in ended
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {waiting}")
            assert "COVERING INDEX batch_of_run" in str(cursor.fetchall())


def test_counts_for_pages_read_no_batch_that_has_ended_long_ago_either(long: Run) -> None:
    """However many there are: an index leads behind those that were summed. The counts are the same."""
    run = Run.objects.get(pk=long.pk)
    with CaptureQueriesContext(connection) as asked:
        found = tallies.totals_of([run])

    assert found == {run.pk: tallies.totals(run.pk)}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plans = [cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall() for one in asked]
        assert "INDEX batch_begun (run_id=? AND id>?)" in plans[0][0][3]
        assert "COVERING INDEX batch_of_run (run_id=? AND state=?)" in plans[1][0][3]
