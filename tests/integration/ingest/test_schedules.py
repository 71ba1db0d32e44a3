"""Jobs whose runs begin by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.cli.main import main
from lading.ingest.app import jobs, run_options, scheduling
from lading.ingest.app.models import Job, Watch
from lading.ingest.app.run_options import Began
from lading.ingest.app.scheduling import Standing
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Run, Schedule
from lading.orchestration.schedules import keeping, ticking
from tests.carrying import carry, definition_for, write

#: ticks as often as it can, as many processes of workers do
_PROCESS = """
import sys, django
django.setup()
from lading.orchestration.schedules import ticking
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    ticking.tick()
"""

Store = Callable[..., Job]


@pytest.fixture
def store(shared_ledger: Settings, tmp_path: Path) -> Store:
    """Return a function that stores a job for a folder with one file."""
    write(tmp_path / "source", "a")

    def stored(standing: Standing = Standing.REPLACED, **options: Any) -> Job:
        return jobs.store(definition_for(tmp_path / "source", name="nightly", **options), standing=standing)

    return stored


def let_pass(seconds: float) -> None:
    """Let the schedule be as if it had been dealt with so much earlier."""
    found = Schedule.objects.get()
    last = found.last - seconds
    Schedule.objects.update(last=last, due_at=found.timetable.following(last), since=last)


def test_a_run_begins_when_it_is_due_and_says_so(store: Store) -> None:
    """Not before; it is a whole run, and knows what began it."""
    store(schedule={"every": "1h"})
    ticking.tick()
    assert not Run.objects.exists()

    let_pass(3600)
    ticking.tick()
    ticking.tick()
    run = Run.objects.get()
    assert Began.SCHEDULE == run_options.of_run(run.options).began
    assert {"done": 1} == {carry(run).state: 1}
    assert (run.pk, "") == (Schedule.objects.get().run_id, Schedule.objects.get().told)


def test_two_processes_never_begin_a_run_twice(store: Store, shared_ledger: Settings) -> None:
    """Two schedulers that tick at the same moments; ten intervals were missed, and each is made up for."""
    job = store(schedule={"every": "1h", "catch_up": "once"}, overlap="queue")
    let_pass(36_000)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS],
            env=os.environ | shared_ledger.as_environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    for process in processes:
        process.communicate("go\n", timeout=60)

    assert [0, 0] == [process.returncode for process in processes]
    assert 1 == Run.objects.filter(job_id=job.pk).count()


def test_a_tick_that_dies_half_way_has_begun_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run and the next time are written together; whoever ticks next begins it."""
    store(schedule={"every": "1h"})
    let_pass(3600)

    def dies(_found: Schedule) -> int:
        scheduling.begin(_found)
        raise KeyboardInterrupt

    monkeypatch.setitem(ticking.starters, "job", dies)
    with pytest.raises(KeyboardInterrupt):
        ticking.tick()
    assert not Run.objects.exists()
    monkeypatch.undo()
    ticking.tick()
    assert 1 == Run.objects.count()


def test_missed_runs_are_made_up_for_as_the_job_wants(store: Store) -> None:
    """All: one after the other, whatever the overlap policy; none: the next one is the next."""
    store(schedule={"every": "1h", "catch_up": "all"})
    let_pass(3 * 3600 + 600)
    begun = []
    for _ in range(4):
        ticking.tick()
        ticking.tick()  # while that one is under way nothing begins
        begun.append(Run.objects.count())
        carry(Run.objects.latest("pk"))
    assert [1, 2, 3, 3] == begun

    store(schedule={"every": "1h", "catch_up": "none"})
    let_pass(3 * 3600 + 600)
    ticking.tick()
    assert 3 == Run.objects.count()
    assert "too late" in Schedule.objects.get().told
    assert Schedule.objects.get().due_at > now()


@pytest.mark.parametrize(
    ("overlap", "runs", "first"), [("skip", 1, "queued"), ("queue", 2, "queued"), ("stop-old", 2, "stopped")]
)
def test_a_run_that_would_overlap(store: Store, overlap: str, runs: int, first: str) -> None:
    """As the schedule says, whatever the job says to whoever asks by hand."""
    job = store(schedule={"every": "1h", "overlap": overlap})
    begun = jobs.start(job)
    let_pass(3600)
    ticking.tick()
    begun.refresh_from_db()

    assert (runs, first) == (Run.objects.filter(kind="ingest").count(), begun.state)
    with pytest.raises(UsageError, match="run already"):
        jobs.start(job)


def test_a_run_that_cannot_begin_says_why_and_is_late(store: Store) -> None:
    """Somebody notices: a figure grows; a paused job is nobody's to notice."""
    job = store(schedule={"every": "1h"})
    Job.objects.filter(pk=job.pk).update(paused=True)
    let_pass(7300)
    ticking.tick()

    assert "The job nightly is paused" in Schedule.objects.get().told
    assert [] == list(scheduling.lateness(now()))
    jobs.pause(job, paused=False)
    (late,) = scheduling.lateness(now())
    assert "nightly" == late.name
    assert 3700 == pytest.approx(late.overdue, abs=60)


def test_a_schedule_is_what_the_definition_says(store: Store) -> None:
    """Its times stay while the timetable does; another one begins now; none is none."""
    store(schedule={"every": "1h"})
    let_pass(1800)
    before = Schedule.objects.get()
    store(schedule={"every": "1h", "catch_up": "all", "overlap": "queue"})
    after = Schedule.objects.get()
    assert (before.pk, before.last, "all", "queue") == (after.pk, after.last, after.catch_up, after.overlap)

    store(schedule={"cron": "30 2 * * *", "time_zone": "Europe/Amsterdam"})
    changed = Schedule.objects.get()
    assert (None, "30 2 * * *", "Europe/Amsterdam") == (changed.every, changed.cron, changed.zone)
    assert changed.last > after.last
    store()
    assert not Schedule.objects.exists()


def test_whoever_syncs_once_leaves_the_schedule_alone(store: Store) -> None:
    """`lading sync` stores what it is told; what the job does unasked is not meant."""
    store(schedule={"every": "1h"})
    store(Standing.KEPT, min_size="1K")

    assert 3600 == Schedule.objects.get().every
    assert "every" in Job.objects.get().options["schedule"]


def test_what_was_switched_off_by_hand_stays_off(store: Store) -> None:
    """Until somebody switches it on, or changes it where it is defined; what was due meanwhile is not made up for."""
    store(schedule={"every": "1h"})
    keeping.switch("nightly", enabled=False)
    store(schedule={"every": "1h"})
    let_pass(7200)
    ticking.tick()
    assert (False, 0) == (Schedule.objects.get().enabled, Run.objects.count())

    keeping.switch("nightly", enabled=True)
    ticking.tick()
    assert (True, 0) == (Schedule.objects.get().enabled, Run.objects.count())
    store(schedule={"every": "1h", "enabled": False})
    assert not Schedule.objects.get().enabled
    with pytest.raises(UsageError, match="no schedule"):
        keeping.switch("other", enabled=True)


def test_a_job_that_is_removed_has_no_schedule(store: Store) -> None:
    """Nothing is begun for it."""
    jobs.remove(store(schedule={"every": "1h"}))

    assert not Schedule.objects.exists()


def test_one_schedule_that_fails_keeps_no_other_one_back(store: Store) -> None:
    """Whatever is wrong with it."""
    job = store(schedule={"every": "1h"})
    let_pass(3600)
    wrong = {"kind": "nobody's", "owner_id": 1, "job_id": job.pk + 1, "name": "wrong", "every": 1.0}
    Schedule.objects.create(**wrong, catch_up="once", overlap="skip", since=0, last=0, due_at=1)
    ticking.tick()

    assert 1 == Run.objects.count()


def said(*words: str) -> str:
    """Run a command in this process; return what it printed."""
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert 0 == done.exit_code, done.output
    return done.output


def test_commands_show_change_and_switch_schedules(store: Store) -> None:
    """As a person uses them, in order."""
    store()
    assert "No schedules yet" in said("schedules", "list")
    said("jobs", "edit", "nightly", "--cron", "30 2 * * *", "--time-zone", "Europe/Amsterdam")
    assert "nightly  30 2 * * * Europe/Amsterdam" in said("schedules", "list")
    times = said("schedules", "next", "nightly", "--count", "3").splitlines()
    assert [True] * 3 == [" 02:30:00 +0" in line for line in times]

    said("schedules", "disable", "nightly")
    assert " off" in said("schedules", "list")
    said("schedules", "enable", "nightly")
    said("jobs", "edit", "nightly", "--every", "90s", "--catch-up", "all")
    told = json.loads(said("schedules", "list", "--json"))
    assert ("nightly", 90.0, "", "all", True) == tuple(
        told[key] for key in ("job", "every", "cron", "catch_up", "enabled")
    )
    assert 'schedule = {"every" = 90.0' in said("jobs", "show", "nightly")
    said("jobs", "edit", "nightly", "--no-schedule")
    assert "No schedules yet" in said("schedules", "list")


def test_jobs_that_come_from_files_carry_their_schedules(store: Store, tmp_path: Path) -> None:
    """What `jobs show` prints is such a file; a file without one takes it away."""
    store(schedule={"cron": "0 4 * * sun", "time_zone": "UTC"}, watch=True, notify=[{"email": "a@example.org"}])
    folder = tmp_path / "jobs"
    folder.mkdir()
    (folder / "nightly.toml").write_text(said("jobs", "show", "nightly"))
    jobs.remove(Job.objects.get())
    said("jobs", "apply", str(folder))
    job, schedule = Job.objects.get(), Schedule.objects.get()

    assert ("0 4 * * sun", "UTC", job.pk) == (schedule.cron, schedule.zone, schedule.owner_id)
    assert "a@example.org" in job.options["notify"][0]["email"]
    assert Watch.objects.filter(job=job).exists()
    text = (folder / "nightly.toml").read_text().splitlines()
    (folder / "nightly.toml").write_text("\n".join(line for line in text if not line.startswith(("schedule", "watch"))))
    said("jobs", "apply", str(folder))
    assert not Schedule.objects.exists()
    assert not Watch.objects.exists()
