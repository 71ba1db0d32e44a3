"""Runs that may work at certain hours only, and runs whose share changes on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from lading import services
from lading.base.errors import UsageError
from lading.orchestration import broker, enqueue
from lading.orchestration.kinds import Ending, NewBatch, NewRun
from lading.orchestration.ledger import claims, control, gates, runs, sweep, tallies, workers
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, Run, RunState, Window
from tests.integration.orchestration.conftest import BATCH, KIND, Start, only_batch
from tests.integration.orchestration.test_window import messages


def hours(begin: int, end: int) -> str:
    """Return a window that opens and closes so many hours from now."""
    at = datetime.fromtimestamp(now(), UTC)
    return "-".join((at + timedelta(hours=shift)).strftime("%H:%M") for shift in (begin, end)) + " UTC"


def begun(window: str) -> Run:
    """Start a run that may work in a window."""
    new = NewRun(kind=KIND, title="toy", stage="moving", batches=[NewBatch(kind=BATCH)], options={}, window=window)
    return runs.start(new)


@pytest.fixture
def one_slot(embedded: services.Holder, db: None) -> None:
    """Start from an empty broker with one worker slot."""
    embedded.restart_dead()
    broker.client().flushall()
    workers.beat("one", "host", 1, "filesystem")


def test_outside_its_window_a_run_waits_and_says_until_when(one_slot: None) -> None:
    """No message, no claim."""
    run = begun(hours(2, 4))
    assert (RunState.WAITING, "OUTSIDE_WINDOW") == (run.state, run.code)
    assert f"outside its window {run.window}, goes on " in run.reason
    assert timedelta(hours=1, minutes=58).total_seconds() < run.not_before - now() <= timedelta(hours=2).total_seconds()

    assert (0, None) == (enqueue.pump(), claims.claim(only_batch(run).pk, "one"))


def test_a_run_goes_on_when_its_window_opens(one_slot: None) -> None:
    """The sweep lifts it, whoever comes first takes it; nobody needs to be told."""
    run = begun(hours(2, 4))
    Run.objects.filter(pk=run.pk).update(window=hours(-1, 1))
    sweep.sweep()
    run.refresh_from_db()

    assert (RunState.QUEUED, "", "", 0) == (run.state, run.code, run.reason, run.not_before)
    assert {only_batch(run).pk: 1} == messages()
    assert claims.claim(only_batch(run).pk, "one") is not None


def test_what_is_in_hand_ends_when_the_window_closes(one_slot: None) -> None:
    """The batch is recorded; what it leaves behind waits."""
    run = begun(hours(-1, 1))
    held = claims.claim(only_batch(run).pk, "one")
    assert held is not None
    Run.objects.filter(pk=run.pk).update(window=hours(2, 4))
    sweep.sweep()
    claims.finish(held, Ending(batches=[NewBatch(kind=BATCH, payload=b"b")], counts={"bytes": 3}))
    run.refresh_from_db()

    assert (RunState.WAITING, 3) == (run.state, tallies.totals(run.pk)["bytes"])
    assert "outside its window" in run.reason
    assert claims.claim(Batch.objects.filter(run=run).latest("pk").pk, "one") is None


def test_the_window_of_a_run_can_be_changed_while_it_waits(one_slot: None) -> None:
    """At once, not with the next sweep."""
    run = begun(hours(2, 4))
    gates.set_window(run.pk, "")
    run.refresh_from_db()
    assert (RunState.QUEUED, "", "") == (run.state, run.reason, run.window)

    gates.set_window(run.pk, hours(3, 4))
    assert RunState.WAITING == Run.objects.get(pk=run.pk).state


def test_a_window_that_cannot_be_read_changes_nothing(one_slot: None) -> None:
    """Nor does anything said of a run that has ended, or of none."""
    run = begun("")
    with pytest.raises(UsageError, match="no time window"):
        gates.set_window(run.pk, "nights")
    control.stop(run.pk)
    with pytest.raises(UsageError, match="is stopped already"):
        gates.set_window(run.pk, "22:00-06:00 UTC")
    with pytest.raises(UsageError, match="no run 999"):
        gates.set_priority(999, 2)
    assert "" == Run.objects.get(pk=run.pk).window


def test_a_run_that_is_resumed_outside_its_window_waits(one_slot: None) -> None:
    """Whoever wants it now takes the window away."""
    run = begun(hours(2, 4))
    control.pause(run.pk)
    control.resume(run.pk)

    assert RunState.WAITING == Run.objects.get(pk=run.pk).state


def test_a_share_changes_while_runs_are_under_way(start: Start, one_slot: None) -> None:
    """Two runs share the window evenly; then one gets three places of four."""
    first, second = start(*map(str, range(20))), start(*map(str, range(20)))
    enqueue.pump()
    assert {first.pk: 2, second.pk: 2} == _shares()

    Batch.objects.update(window=Window.OUTSIDE)
    broker.client().flushall()
    gates.set_priority(second.pk, 3)
    enqueue.pump()
    assert {first.pk: 1, second.pk: 3} == _shares()


def _shares() -> Counter[int]:
    return Counter(Batch.objects.filter(pk__in=messages()).values_list("run_id", flat=True))
