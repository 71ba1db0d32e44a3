"""Watched jobs: one process each, a run for each burst, nothing missed; over a real folder, ledger and zone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lading.base.config import Settings
from lading.ingest.app import jobs, kinds, payloads, run_options, scheduling, watching
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.run_options import Began
from lading.ingest.app.watcher import Watcher
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, Run, Schedule
from lading.orchestration.schedules import ticking
from tests import oracle
from tests.carrying import carry, collection_for, counts, definition_for, outcomes, write

#: seconds that an event may take on a busy machine
PATIENCE = 30.0


class Site:
    """A watched folder, and a process that watches."""

    def __init__(self, settings: Settings, source: Path) -> None:
        self.settings = settings
        self.source = source
        self.told: list[tuple[int, str]] = []
        self.watchers: list[Watcher] = []

    def store(self, **options: Any) -> Job:
        wanted = {"name": "landing", "watch": True, "quiet": 0.1} | options
        return jobs.store(definition_for(self.source, **wanted))

    def watcher(self, holder: str = "one") -> Watcher:
        made = Watcher(holder, tell=lambda run: self.told.append((run.pk, run.state)))
        self.watchers.append(made)
        return made

    def there(self) -> set[str]:
        return set(oracle.zone_tree(self.settings.home, collection_for(self.source)))


@pytest.fixture
def site(shared_ledger: Settings, tmp_path: Path) -> Iterator[Site]:
    write(tmp_path / "source", "old", "d/old")
    found = Site(shared_ledger, tmp_path / "source")
    yield found
    for watcher in found.watchers:
        for watch in watcher._held():
            watcher._drop(watch)


def until(watcher: Watcher, came_true: Callable[[], object]) -> None:
    """Let a watcher go on, and keep its leases, until something is true."""
    ends = time.monotonic() + PATIENCE
    while not came_true():
        assert time.monotonic() < ends
        go_on(watcher)


def go_on(watcher: Watcher) -> None:
    watcher.step(time.monotonic())
    for watch in watcher._held():
        watching.keep(watch.job_id, watcher._holder, watch.standing)
    time.sleep(0.02)


def next_run(watcher: Watcher) -> Run:
    """Let a watcher go on until it has begun another run."""
    before = Run.objects.filter(kind=kinds.RUN_KIND).count()
    until(watcher, lambda: Run.objects.filter(kind=kinds.RUN_KIND).count() > before)
    return Run.objects.filter(kind=kinds.RUN_KIND).latest("pk")


def looks_at(run: Run) -> list[str]:
    """Return what a run begins with."""
    found = []
    for batch in Batch.objects.filter(run=run).order_by("pk"):
        payload = payloads.unpack(bytes(batch.payload))
        found += [*payload.paths, *(f"all below {part.folder!r}" for part in payload.ranges)]
    return found


def test_the_first_run_looks_at_everything_and_later_ones_at_what_changed(site: Site) -> None:
    """A file, a new folder with what is in it; and nothing else is read."""
    site.store()
    watcher = site.watcher()
    first = next_run(watcher)
    assert ["all below ''"] == looks_at(first)
    carry(first)

    write(site.source, "d/new", "e/f/new", data=b"new ")
    second = next_run(watcher)
    assert ["d/new", "e"] == looks_at(second)
    assert Began.WATCH == run_options.of_run(second.options).began
    carry(second)
    assert {"created": 2} == counts(second)
    assert {"old", "d/old", "d/new", "e/f/new"} == site.there()
    watch = Watch.objects.get()
    assert (second.pk, "one") == (watch.run_id, watch.holder)


def test_what_happens_during_a_run_is_one_run_after_it(site: Site) -> None:
    """However much it is."""
    site.store()
    watcher = site.watcher()
    first = next_run(watcher)
    write(site.source, "a")
    (watch,) = watcher._held()

    def ready() -> tuple[str, ...]:
        work = watch._burst.ready(time.monotonic())
        return work.paths if work else ()

    until(watcher, lambda: ready() == ("a",))
    write(site.source, "b")
    until(watcher, lambda: ready() == ("a", "b"))
    assert 1 == Run.objects.count(), "the first one is under way"

    carry(first)
    second = next_run(watcher)
    assert ["a", "b"] == looks_at(second)
    carry(second)
    until(watcher, lambda: (second.pk, "done") in site.told)
    assert 2 == Run.objects.count()


def test_one_process_watches_a_job_and_a_dead_one_is_followed(site: Site) -> None:
    """Once its lease has run out; whoever follows begins with everything, so nothing that the dead one saw is lost."""
    job = site.store()
    first, second = site.watcher("one"), site.watcher("two")
    carry(next_run(first))
    go_on(first)
    second.step(time.monotonic())
    assert (["landing"], []) == (first.watched, second.watched)

    write(site.source, "while-dead")
    Watch.objects.update(lease_until=now() - 1)  # the first one is dead, or frozen
    run = next_run(second)
    assert ["all below ''"] == looks_at(run)
    assert "two" == Watch.objects.get().holder
    carry(run)
    assert "while-dead" in site.there()

    # the first one wakes up: it is not the one any more
    write(site.source, "x")
    (mine,) = first._held()
    work = mine._burst
    until(second, lambda: Run.objects.count() > 2)
    assert not watching.keep(job.pk, "one", mine.standing)
    for change in mine._events.changes() if mine._events else ():
        work.add(change, 0.0)
    ready = work.ready(1e9)
    assert ready is not None
    carry(Run.objects.latest("pk"))
    assert None is watching.begin(job.pk, "one", ready)


def test_what_vanished_goes_with_the_next_whole_run(site: Site) -> None:
    """A burst concludes nothing from what is missing; the schedule of a watched job looks at everything."""
    site.store(delete_mode="trash", delete_limit="100%")
    write(site.source, *(f"more/{number}" for number in range(20)))
    watcher = site.watcher()
    carry(next_run(watcher))
    (site.source / "old").unlink()
    write(site.source, "new")
    burst = next_run(watcher)
    assert ["new"] == looks_at(burst)
    carry(burst)
    assert {"old", "new"} <= site.there()

    schedule = Schedule.objects.get()
    assert (3600, "queue") == (schedule.every, schedule.overlap)
    Schedule.objects.update(last=now() - 3601, due_at=now() - 1)
    ticking.tick()
    carry(Run.objects.filter(kind=kinds.RUN_KIND).latest("pk"))
    assert "old" not in site.there()


def test_a_file_that_was_too_fresh_is_looked_at_again(site: Site) -> None:
    """Although nothing happens to it any more."""
    site.store(min_age=1.5, quiet=0.1)
    watcher = site.watcher()
    first = next_run(watcher)
    write(site.source, "fresh")
    carry(first)
    assert ("skipped", "TOO_YOUNG") == outcomes(first)["fresh"]
    # as if no event had told of it
    (watch,) = watcher._held()
    assert watch._events is not None
    watch._events.changes()

    run = next_run(watcher)
    assert "fresh" in looks_at(run)
    carry(run)
    assert "fresh" in site.there()


def test_a_job_that_cannot_run_says_why_and_goes_on_later(site: Site) -> None:
    """Nothing of what was seen is lost meanwhile."""
    job = site.store()
    jobs.pause(job, paused=True)
    watcher = site.watcher()
    until(watcher, lambda: any(watch.standing.told for watch in watcher._held()))
    (watch,) = watcher._held()

    assert "The job landing is paused" in watch.standing.told
    assert (1, "events") == (watch.standing.waiting, watch.standing.how)
    jobs.pause(job, paused=False)
    assert ["all below ''"] == looks_at(next_run(watcher))


def test_a_folder_that_goes_away_and_comes_back_is_watched_again(site: Site) -> None:
    """With a look at everything."""
    site.store()
    watcher = site.watcher()
    carry(next_run(watcher))
    site.source.rename(site.source.with_name("aside"))
    until(watcher, lambda: any(watch.standing.how == "" for watch in watcher._held()))
    site.source.with_name("aside").rename(site.source)

    assert ["all below ''"] == looks_at(next_run(watcher))


def test_a_job_that_is_not_watched_any_more_is_let_go(site: Site) -> None:
    """And one whose terms change is watched by the new ones."""
    job = site.store()
    watcher = site.watcher()
    carry(next_run(watcher))
    site.store(quiet=0.2)
    (before,) = watcher._held()
    assert not watching.keep(job.pk, "one", before.standing)
    before.is_lost = True
    carry(next_run(watcher))
    (after,) = watcher._held()
    assert (after is not before, 0.2) == (True, after._definition.quiet)

    site.store(watch=None)
    assert not watching.keep(job.pk, "one", after.standing)
    assert not Watch.objects.exists()
    assert [] == watching.free(None)


def test_a_watch_that_nobody_keeps_is_late(site: Site) -> None:
    """The figure that wakes somebody grows."""
    site.store()
    Watch.objects.update(since=now() - 500)
    late = {watcher.name: watcher.overdue for watcher in scheduling.lateness(now())}
    assert 500 == pytest.approx(late["watch landing"], abs=30)

    assert watching.take(Watch.objects.get().pk, "one")
    late = {watcher.name: watcher.overdue for watcher in scheduling.lateness(now())}
    assert 0 == late["watch landing"]
    assert [] == watching.free(None)
    Watch.objects.update(lease_until=now() + 86_400)  # the clock was set back by a day
    assert ["landing"] == [job.name for job in watching.free(None)]
