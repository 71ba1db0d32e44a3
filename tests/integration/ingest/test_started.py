"""Names, schedules and counters of jobs that `irods-sync` started."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.cli import irods_sync_arguments, irods_sync_jobs
from lading.ingest.app import started
from lading.ingest.app.models import StartedJob
from lading.orchestration.ledger import control, sweep
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run, RunState, Schedule
from lading.orchestration.schedules import keeping, ticking
from tests.carrying import carry, write
from tests.integration.ingest.automated import Site, site_of


@pytest.fixture
def site(shared_ledger: Settings, tmp_path: Path) -> Site:
    found = site_of(shared_ledger, tmp_path)
    write(found.source, "a", "d/b")
    return found


def schedule(site: Site, name: str) -> Schedule:
    """Return the schedule of a periodic job."""
    return Schedule.objects.get(kind=started.KIND, owner_id=site.started(name).pk)


def due(site: Site, name: str, at: float | None = None) -> None:
    """Let the next run of a periodic job be due, now or at a time that has passed."""
    found, at = schedule(site, name), at or now() - 0.001
    Schedule.objects.filter(pk=found.pk).update(last=at - (found.every or 0), due_at=at)


def test_a_job_is_listed_until_it_has_ended(site: Site) -> None:
    """With the fields that scripts read; the history of runs has it afterwards."""
    run = site.start("--job_name", "nightly")
    (entry,) = started.listed()["singlepass"]

    assert [
        "job_name",
        "total_tasks",
        "remaining_tasks",
        "failed_tasks",
        "retried_tasks",
        "elapsed_time",
        "start_time",
    ] == list(entry)
    assert ("nightly", 1, 1, 0, 0, "0:00:00", "1970-01-01T00:00:00.000+00:00") == tuple(entry.values())
    carry(run)
    assert {"periodic": [], "singlepass": [], "stopped": []} == started.listed()
    assert Run.objects.filter(pk=run.pk, state=RunState.DONE).exists()


def test_a_name_is_taken_while_its_job_goes_on(site: Site) -> None:
    """So is its source and destination, under whatever name."""
    site.start("--job_name", "mine")
    with pytest.raises(UsageError, match="job mine already exists"):
        site.start("--job_name", "mine")
    with pytest.raises(UsageError, match="The job mine brings the same source"):
        site.start("--job_name", "other")

    assert ["mine"] == site.names()["singlepass"]


def test_b28_a_name_can_be_used_again_and_knows_nothing_of_earlier_stops(site: Site) -> None:
    """Also for another source; stopped jobs stay listed as such."""
    site.start("--job_name", "mine")
    site.stop("mine")
    again = site.sync("--job_name", "mine")

    assert RunState.DONE == again.state
    assert {"periodic": [], "singlepass": [], "stopped": ["mine"]} == site.names()


def test_b20_a_stopped_periodic_job_runs_again_under_its_name(site: Site) -> None:
    """Nothing remembers that it was revoked."""
    site.start("--job_name", "mine", "-i", "60")
    site.stop("mine")
    run = site.start("--job_name", "mine", "-i", "60")

    assert RunState.DONE == carry(run).state
    assert {"periodic": ["mine"], "singlepass": [], "stopped": ["mine"]} == site.names()


def test_b21_a_stopped_job_ends_its_run(site: Site) -> None:
    """By the ledger, not by messages to workers; nothing of it is done any more."""
    run = site.start("--job_name", "mine")
    site.stop("mine")
    run.refresh_from_db()

    assert RunState.STOPPED == run.state
    assert set() == site.there()
    with pytest.raises(UsageError, match=r"job \[mine\] does not exist"):
        site.stop("mine")
    assert ("mine", 0) == tuple(started.listed()["stopped"][0][key] for key in ("job_name", "failed_tasks"))


def test_a_periodic_job_runs_when_it_is_due(site: Site) -> None:
    """The sweep begins its runs; the time between them does not drift."""
    first = site.sync("--job_name", "mine", "--interval", "3600")
    before = schedule(site, "mine").due_at
    ticking.tick()
    assert first.pk == site.started("mine").run_id
    due(site, "mine")
    set_to = schedule(site, "mine").due_at
    sweep.sweep()
    job = site.started("mine")

    assert before > now() + 3000
    assert job.run_id == Run.objects.latest("pk").pk > first.pk
    assert pytest.approx(set_to + 3600, abs=0.01) == schedule(site, "mine").due_at


def test_a_run_that_would_overlap_is_left_out(site: Site) -> None:
    """The one under way goes on; the next interval counts from the schedule."""
    run = site.start("--job_name", "mine", "-i", "60")
    due(site, "mine")
    ticking.tick()

    assert run.pk == site.started("mine").run_id == Run.objects.latest("pk").pk
    assert schedule(site, "mine").due_at > now()


def test_b19_of_many_ticks_at_a_time_one_begins_the_run(site: Site) -> None:
    """However long the interval is, and however many processes sweep."""
    site.sync("--job_name", "mine", "-i", "7200")
    due(site, "mine")

    def tick() -> None:
        ticking.tick()
        connection.close()

    before = Run.objects.count()
    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert before + 1 == Run.objects.count()


def test_a_schedule_missed_while_nobody_worked_is_made_up_for_once(site: Site) -> None:
    """Ten intervals are one run, and the times stay where they were."""
    site.sync("--job_name", "mine", "-i", "60")
    at = now() - 601
    due(site, "mine", at)
    before = Run.objects.count()
    ticking.tick()
    ticking.tick()

    assert before + 1 == Run.objects.count()
    assert pytest.approx(at + 660, abs=0.01) == schedule(site, "mine").due_at


def test_a_file_that_fails_is_counted_as_one(site: Site) -> None:
    """B1: neither its task nor its neighbours; `failed_tasks` counts paths."""
    handler = site.handler(
        """
        class event_handler(Core):
            @staticmethod
            def operation(session, meta, **options):
                return Operation.PUT

            @staticmethod
            def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
                if meta["path"].endswith("b"):
                    raise RuntimeError("no")
        """
    )
    run = site.sync("--job_name", "mine", "-i", "60", "--event_handler", handler)
    (entry,) = started.listed()["periodic"]

    assert RunState.DONE_WITH_FAILURES == run.state
    assert (1, 0) == (entry["failed_tasks"], entry["remaining_tasks"])
    assert {"a"} == site.there()


def test_b18_a_handler_that_raises_at_the_start_leaves_nothing_behind(site: Site) -> None:
    """Neither name nor run nor counter."""
    handler = site.handler(
        """
        class event_handler(Core):
            @staticmethod
            def operation(session, meta, **options):
                raise ValueError("no idea")
        """
    )
    from lading.base.errors import HandlerRefused

    with pytest.raises(HandlerRefused, match="no idea"):
        site.start("--job_name", "mine", "--event_handler", handler)

    assert not StartedJob.objects.exists()
    assert not Run.objects.exists()


def test_another_job_of_the_ledger_is_none_of_these(site: Site) -> None:
    """`list` shows what was started here."""
    from lading.ingest.app import jobs
    from lading.ingest.app.definition import Definition

    jobs.start(jobs.store(Definition(source=str(site.source), destination=site.collection)))

    assert {"periodic": [], "singlepass": [], "stopped": []} == started.listed()
    with pytest.raises(UsageError, match="is being run already"):
        site.start("--job_name", "mine")
    assert not StartedJob.objects.exists()


def test_watching_what_does_not_exist_is_refused(site: Site) -> None:
    """As it always was."""
    with pytest.raises(UsageError, match=r"job \[never\] does not exist"):
        irods_sync_jobs.watch(irods_sync_arguments.parsed(["watch", "never"]))


def test_a_job_that_is_removed_has_no_schedule_any_more(site: Site) -> None:
    """`lading jobs rm`."""
    from lading.ingest.app import jobs

    run = site.sync("--job_name", "mine", "-i", "60")
    assert run.job_id is not None
    jobs.remove(site.started("mine").job)

    assert {"periodic": [], "singlepass": [], "stopped": []} == site.names()
    assert not Schedule.objects.exists()
    with pytest.raises(UsageError):
        control.stop(run.pk)


def test_a_periodic_job_that_has_no_run_any_more_is_late(site: Site) -> None:
    """Not while a run is under way; after it from the moment it should have begun again, whatever keeps it from that."""
    run = site.start("--job_name", "mine", "-i", "60")
    assert [("mine", 0.0)] == [(job.name, job.overdue) for job in keeping.lateness(now() + 1_000)]

    carry(run)
    Run.objects.filter(pk=run.pk).update(ended_at=now() - 400)
    (late,) = keeping.lateness(now())
    assert 340 == pytest.approx(late.overdue, abs=5)

    Schedule.objects.filter(name="mine").update(run_id=None, since=now() - 1_060)
    (never,) = keeping.lateness(now())
    assert 1_000 == pytest.approx(never.overdue, abs=5)

    site.stop("mine")
    assert [] == list(keeping.lateness(now()))
