"""A service that does not answer: its runs wait with a reason, one batch at a time tries, the first answer lets all go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lading import services
from lading.base import config
from lading.base.errors import ZoneUnreachable
from lading.orchestration import broker, enqueue, keeper, work
from lading.orchestration.kinds import Ending, NewBatch, NewRun
from lading.orchestration.ledger import circuits, claims, control, runs
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.limits.circuit import THRESHOLD
from lading.orchestration.models import Batch, BatchState, Circuit, Run, RunState, Window
from lading.orchestration.progress import Meter
from tests.integration.orchestration.conftest import BATCH, KIND, Start
from tests.integration.orchestration.test_window import messages

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = Ending(counts={"requests": 1})


@pytest.fixture(autouse=True)
def worker(embedded: services.Holder, transactional_db: None) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    embedded.restart_dead()
    broker.client().flushall()
    keeper.keeper("filesystem")
    yield
    keeper.leave()


def begun(batches: int, circuit: str = "zone z") -> Run:
    """Start a run that depends on a service."""
    new = [NewBatch(kind=BATCH, payload=b"a")] * batches
    return runs.start(NewRun(kind=KIND, title="toy", stage="moving", batches=new, options={}, circuit=circuit))


def carried(run: Run, ends: Ending | Exception) -> int:
    """Deliver the message of every batch of the run once; return how many were worked on."""
    worked: list[int] = []

    def handler(held: Claim, _meter: Meter) -> Ending:
        worked.append(held.batch_id)
        if isinstance(ends, Exception):
            raise ends
        return ends

    for batch_id in list(Batch.objects.filter(run=run, state=BatchState.QUEUED).values_list("pk", flat=True)):
        work.carry(batch_id, 1, handler)
    return len(worked)


def away(name: str = "zone z") -> Run:
    """Return a run whose service is known to be away."""
    run = begun(20, name)
    carried(run, ZoneUnreachable("no route"))
    probe_is_far()
    return run


def probe_is_far() -> None:
    """Let the next probe not come by itself while a test looks."""
    Circuit.objects.update(probe_at=now() + 1_000)


def probe_is_due() -> None:
    """Let the time of the next probe have come."""
    Circuit.objects.update(probe_at=1)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no pause end while a test looks, however slow the machine is."""
    monkeypatch.setenv("LADING_TIME_SCALE", "20")
    config.current.cache_clear()
    yield
    monkeypatch.undo()
    config.current.cache_clear()


def test_after_three_batches_nobody_asks_any_more(unhurried: None) -> None:
    """Of twenty batches three meet the closed door; the run waits and says since when, until when, and why."""
    run = begun(20)

    assert THRESHOLD == carried(run, ZoneUnreachable("no route"))
    run.refresh_from_db()
    assert RunState.WAITING == run.state
    assert "CIRCUIT_OPEN" == run.code
    assert "zone z does not answer since " in run.reason
    assert ", next try " in run.reason
    assert run.reason.endswith(": no route")
    probe_is_far()
    assert (0, 0) == (carried(run, ASKED), Batch.objects.exclude(faults=0, crashes=0).count())


def test_every_run_of_the_service_waits_and_no_other_one() -> None:
    """Also one that begins later; a run that depends on something else goes on."""
    away()
    later, other = begun(1), begun(1, "zone y")

    later.refresh_from_db()
    assert (RunState.WAITING, True) == (later.state, "no route" in later.reason)
    assert (0, 1) == (carried(later, ASKED), carried(other, ASKED))


def test_no_message_is_sent_but_for_one_probe() -> None:
    """Not even where the window has room for more; and the second pump knows of the first one's message."""
    run = away()
    later = begun(20)
    Batch.objects.update(window=Window.OUTSIDE)
    broker.client().flushall()
    assert (0, 0) == (enqueue.pump(), sum(messages().values()))

    probe_is_due()
    enqueue.pump()
    enqueue.pump()
    assert 1 == sum(messages().values())
    assert {run.pk} == set(Batch.objects.filter(pk__in=messages()).values_list("run", flat=True))
    assert 20 == Batch.objects.filter(run=later, window=Window.OUTSIDE).count()


def test_one_probe_at_a_time_however_long_it_takes() -> None:
    """Its lease is what keeps the next one back: if its worker dies, another batch may try."""
    run = away()
    probe_is_due()
    first, second = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk")[:2]
    Batch.objects.filter(run=run).update(not_before=0)
    assert claims.claim(first.pk, "one") is not None

    assert claims.claim(second.pk, "two") is None
    Batch.objects.filter(pk=first.pk).update(state=BatchState.QUEUED, lease_until=0)
    assert claims.claim(second.pk, "two") is not None


def test_a_probe_that_fails_puts_off_the_next_one(unhurried: None) -> None:
    """Each time twice as long; the reason says the new time."""
    run = away()
    Batch.objects.filter(run=run).update(not_before=0)
    pauses = []
    for _ in range(3):
        probe_is_due()
        at = now()
        assert 1 == carried(run, ZoneUnreachable("still no route"))
        pauses.append(Circuit.objects.get().probe_at - at)

    run.refresh_from_db()
    assert run.reason.endswith("still no route")
    assert pauses[0] < pauses[1] < pauses[2]
    assert 3 == Circuit.objects.get().probes


def test_the_first_answer_lets_all_runs_go_on_at_once() -> None:
    """Also those whose batches had to wait for their next try; they have their messages when the probe ends."""
    run, later = away(), begun(1)
    probe_is_due()
    Batch.objects.filter(run=run).update(not_before=0)
    first = Batch.objects.filter(run=run, state=BatchState.QUEUED).earliest("pk")
    broker.client().flushall()
    Batch.objects.update(window=Window.OUTSIDE)
    work.carry(first.pk, 1, lambda _held, _meter: ASKED)

    assert {RunState.RUNNING, RunState.QUEUED} >= set(Run.objects.values_list("state", flat=True))
    assert {("", "")} == set(Run.objects.values_list("code", "reason"))
    assert {run.pk, later.pk} == set(Batch.objects.filter(pk__in=messages()).values_list("run", flat=True))
    assert 0 < carried(later, ASKED)


def test_a_batch_that_did_not_ask_says_nothing() -> None:
    """A scan in which nothing changed ends well while the zone is away: the run goes on waiting, and the next one may try."""
    run = away()
    probe_is_due()
    Batch.objects.filter(run=run).update(not_before=0)
    first = Batch.objects.filter(run=run, state=BatchState.QUEUED).earliest("pk")
    work.carry(first.pk, 1, lambda _held, _meter: Ending())

    run.refresh_from_db()
    assert (RunState.WAITING, True) == (run.state, circuits.is_open("zone z"))
    probe_is_due()
    assert 1 == carried(run, ZoneUnreachable("no route"))


def test_failures_between_answers_open_nothing() -> None:
    """One connection in two breaks: that is no reason to wait."""
    run = begun(20)
    for _ in range(6):
        batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("not_before", "pk")[:2]
        Batch.objects.filter(run=run).update(not_before=0)
        one, other = (row.pk for row in batch)
        work.carry(one, 1, lambda _held, _meter: _raise(ZoneUnreachable("reset")))
        work.carry(other, 1, lambda _held, _meter: ASKED)

    assert not circuits.is_open("zone z")


def _raise(error: Exception) -> Ending:
    raise error


def test_a_run_that_waits_can_be_paused_stopped_and_resumed() -> None:
    """Resumed while the service is still away, it waits again and says so."""
    run = away()
    control.pause(run.pk)
    control.resume(run.pk)
    run.refresh_from_db()
    assert (RunState.WAITING, True) == (run.state, "no route" in run.reason)

    control.stop(run.pk)
    run.refresh_from_db()
    assert RunState.STOPPED == run.state


def test_the_circuit_outlives_redis() -> None:
    """It is in the ledger: after FLUSHALL still nobody asks."""
    run = away()
    broker.client().flushall()

    assert (0, 0) == (carried(run, ASKED), enqueue.pump())


def test_a_run_without_service_has_no_circuit(start: Start) -> None:
    """It waits and tries again as before."""
    run = start("a", "b", "c", "d")

    assert 4 == carried(run, ZoneUnreachable("no route"))
    assert (RunState.WAITING, 0) == (Run.objects.get(pk=run.pk).state, Circuit.objects.count())
