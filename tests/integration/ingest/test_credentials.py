"""A password or a certificate that is not good any more in the middle of a run: one look, then a person is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from irods.session import iRODSSession

from lading.base import config
from lading.base.config import Settings
from lading.ingest.app import assembly, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.engine.destinations.irods.pool import pool_of
from lading.orchestration import keeper, work
from lading.orchestration.ledger import control
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
from lading.zone.irodsa import scramble
from lading.zone.testing import RunningZone, zone_process
from tests.carrying import HANDLERS, counts, write
from tests.certificates import Authority
from tests.integration.irods.trusted import HERE, Trust

FILES = 20
NEW = "another-password-that-nobody-may-see"
WRONG = "a-wrong-password-that-nobody-may-see"


@pytest.fixture
def worker(shared_ledger: Settings) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    keeper.keeper("filesystem")
    yield
    keeper.leave()


@pytest.fixture
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def vault(tmp_path: Path, worker: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a file of which `cat` says the password; `said` beside it has a line for each time that it did."""
    held = tmp_path / "held"
    script = f"echo >>{tmp_path}/said; cat {held}"
    monkeypatch.setenv("LADING_ZONE_PASSWORD_COMMAND", f"sh -c '{script}'")
    config.current.cache_clear()
    yield held
    monkeypatch.undo()
    config.current.cache_clear()


def definition(source: Path, zone: RunningZone) -> Definition:
    """Return a definition that goes to that zone, with a batch for each file."""
    write(source, *(f"file-{number:02d}" for number in range(FILES)))
    collection = f"/{zone.zone}/home/{zone.user}/there"
    return Definition(source=str(source), destination=collection, zone=str(zone.environment_file), batch_files=1)


def carry(run: Run, *, until_created: int | None = None) -> Run:
    """Carry a run on as a worker does, to its end or until so many files are there; return it as it is then."""
    while batch := Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first():
        run.refresh_from_db()
        if run.state not in (RunState.QUEUED, RunState.RUNNING):
            break
        if until_created is not None and counts(run).get("created", 0) >= until_created:
            break
        work.carry(batch.pk, 1, HANDLERS[batch.kind])
    run.refresh_from_db()
    return run


def change_password(zone: RunningZone, wanted: Definition) -> None:
    """Change the password at the zone, and let all connections go, as servers do with old ones."""
    with iRODSSession(host=zone.host, port=zone.port, user=zone.user, zone=zone.zone, password=zone.password) as admin:
        admin.users.modify(zone.user, "password", NEW)
    pool_of(assembly.profile_of(wanted)).close()
    zone.control.reset_counters()


def store_password(zone: RunningZone, password: str) -> None:
    """Write the file of the profile as `iinit` does."""
    file = zone.environment_file.parent / ".irodsA"
    seconds = int(file.stat().st_mtime) + 1
    file.write_text(scramble(password, uid=os.getuid(), mtime=seconds))
    os.utime(file, (seconds, seconds))


def test_case_47_a_password_changed_on_the_way_is_read_once_more(
    vault: Path, zone: RunningZone, tmp_path: Path
) -> None:
    """The command is asked again after one refused login, once for all threads; nobody notices."""
    vault.write_text(f"{zone.password}\n")
    wanted = definition(tmp_path / "source", zone)
    run = carry(jobs.start(jobs.store(wanted)), until_created=3)
    change_password(zone, wanted)
    vault.write_text(f"{NEW}\n")

    done = carry(run)
    assert (RunState.DONE, "") == (done.state, done.reason)
    assert FILES == counts(done)["created"]
    assert 1 == zone.control.arrivals().refused
    assert 2 == len((tmp_path / "said").read_text().splitlines())


def test_case_47_a_password_that_is_not_good_any_more_pauses_the_run(
    worker: None, zone: RunningZone, tmp_path: Path
) -> None:
    """The zone sees one refused login, not one for each file that is left; with the new password the rest is brought."""
    wanted = definition(tmp_path / "source", zone)
    run = carry(jobs.start(jobs.store(wanted)), until_created=3)
    change_password(zone, wanted)

    paused = carry(run)
    assert RunState.PAUSED == paused.state
    assert f"{zone.user}#{zone.zone} at 127.0.0.1:{zone.port}: CAT_INVALID_AUTHENTICATION" in paused.reason
    assert zone.password not in paused.reason
    assert 0 == Outcome.objects.filter(run=paused, outcome="failed").count()
    assert 1 == zone.control.arrivals().refused

    store_password(zone, NEW)
    control.resume(paused.pk)
    done = carry(paused)
    assert RunState.DONE == done.state, done.reason
    assert FILES == counts(done)["created"]
    assert 1 == zone.control.arrivals().refused


def test_case_47_a_command_that_says_another_wrong_password_is_not_asked_for_ever(
    vault: Path, zone: RunningZone, tmp_path: Path
) -> None:
    """Two logins are refused, then the run is paused; neither password is in its reason."""
    vault.write_text(f"{zone.password}\n")
    wanted = definition(tmp_path / "source", zone)
    run = carry(jobs.start(jobs.store(wanted)), until_created=3)
    change_password(zone, wanted)
    vault.write_text(f"{WRONG}\n")

    paused = carry(run)
    assert RunState.PAUSED == paused.state
    assert not {zone.password, NEW, WRONG} & set(paused.reason.split())
    assert WRONG not in paused.reason
    assert 2 == zone.control.arrivals().refused


def test_case_47_a_command_that_fails_pauses_the_run(vault: Path, zone: RunningZone, tmp_path: Path) -> None:
    """The reason names the program and how it ended; no login is tried with nothing."""
    vault.write_text(f"{zone.password}\n")
    wanted = definition(tmp_path / "source", zone)
    run = carry(jobs.start(jobs.store(wanted)), until_created=3)
    change_password(zone, wanted)
    vault.unlink()

    paused = carry(run)
    assert RunState.PAUSED == paused.state
    assert "zone_password_command: sh ended with 1" in paused.reason
    assert 1 == zone.control.arrivals().refused


def test_case_48_a_certificate_that_expired_on_the_way_pauses_the_run(worker: None, tmp_path: Path) -> None:
    """The reason says what is wrong; no password was sent, no file failed, and a new certificate lets the run go on."""
    trust = Trust(Authority.make(tmp_path / "ca"))
    home, source = tmp_path / "zone", tmp_path / "source"
    good, expired = trust.authority.sign("good", *HERE), trust.authority.sign("expired", *HERE, days=-1)
    with zone_process(home, settings=trust.settings(good)) as zone:
        port = zone.port
        wanted = definition(source, zone)
        run = carry(jobs.start(jobs.store(wanted)), until_created=3)
    pool_of(assembly.profile_of(wanted)).close()

    with zone_process(home, port=port, settings=trust.settings(expired)) as zone:
        paused = carry(run)
        assert RunState.PAUSED == paused.state, paused.reason
        assert "certificate has expired" in paused.reason
        assert 0 == Outcome.objects.filter(run=paused, outcome="failed").count()
        arrived = zone.control.arrivals()
        assert (0, 0) == (arrived.accepted, arrived.refused)
        assert arrived.connections <= 2

    with zone_process(home, port=port, settings=trust.settings(good)):
        control.resume(paused.pk)
        done = carry(paused)
    assert RunState.DONE == done.state, done.reason
    assert FILES == counts(done)["created"]
