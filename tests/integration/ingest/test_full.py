"""A zone without room: the run is paused with its reason, nothing half-written looks good, and it ends right once there is."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from irods.session import iRODSSession

from lading.base.config import Settings
from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.orchestration import keeper, work
from lading.orchestration.ledger import control
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
from lading.zone.testing import RunningZone, zone_process
from tests.carrying import HANDLERS, counts, write

HERE = "/tempZone/home/rods/there"
MIB = 1024 * 1024


@pytest.fixture
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def worker(shared_ledger: Settings) -> Iterator[None]:
    """Be a worker process for the time of a test."""
    keeper.keeper("filesystem")
    yield
    keeper.leave()


def worked(run: Run) -> Run:
    """Carry out what may be carried out of a run, as a worker does; return it as it is then."""
    while batch := Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first():
        run.refresh_from_db()
        if run.state not in (RunState.QUEUED, RunState.RUNNING):
            break
        work.carry(batch.pk, 1, HANDLERS[batch.kind])
    run.refresh_from_db()
    return run


def good(zone: RunningZone) -> dict[str, int]:
    """Return the objects that the catalogue calls good, with their sizes in the vault, seen from outside."""
    with sqlite3.connect(zone.home / "catalog.sqlite3") as catalogue:
        rows = catalogue.execute("SELECT data_name, data_path FROM R_DATA_MAIN WHERE data_is_dirty = 1").fetchall()
    return {name: Path(path).stat().st_size for name, path in rows}


def quota(zone: RunningZone, limit: int) -> None:
    """Limit what the members of a group that holds the user may own in all; 0 for no limit."""
    with iRODSSession(host=zone.host, port=zone.port, user=zone.user, zone=zone.zone, password=zone.password) as admin:
        if not limit:
            admin.groups.set_quota("heavy", 0)
            return
        admin.groups.create("heavy")
        admin.groups.addmember("heavy", zone.user)
        admin.groups.set_quota("heavy", limit)
        admin.groups.calculate_usage()


def definition(source: Path, zone: RunningZone) -> Definition:
    """Return a definition that goes to that zone."""
    return Definition(source=str(source), destination=HERE, zone=str(zone.environment_file), batch_files=1)


def test_a_quota_that_is_used_up_pauses_the_run_until_there_is_room(
    worker: None, zone: RunningZone, tmp_path: Path
) -> None:
    """Two files fit; the third does not, and is no failure: after the quota was raised `resume` brings it."""
    source = tmp_path / "source"
    write(source, "a", "b", data=b"x" * 1000)
    quota(zone, 3_000)
    run = worked(jobs.start(jobs.store(definition(source, zone))))
    assert RunState.DONE == run.state
    write(source, "c", data=b"x" * 10_000)

    paused = worked(jobs.start(jobs.store(definition(source, zone))))
    assert RunState.PAUSED == paused.state
    assert "SYS_RESC_QUOTA_EXCEEDED" in paused.reason
    assert 0 == Outcome.objects.filter(run=paused, outcome="failed").count()
    assert {"a": 1001, "b": 1001} == good(zone)

    quota(zone, 0)
    control.resume(paused.pk)
    assert RunState.DONE == worked(paused).state
    assert {"created": 1, "unchanged": 2} == counts(paused)
    assert {"a": 1001, "b": 1001, "c": 10_001} == good(zone)


def test_a_disk_that_is_full_in_the_middle_of_a_file_pauses_the_run(
    worker: None, zone: RunningZone, tmp_path: Path
) -> None:
    """The server wrote 8 MiB of 12 and no more: that object is nowhere taken for good, and is whole after `resume`."""
    source = tmp_path / "source"
    write(source, "small")
    (source / "zlarge").write_bytes(bytes(range(256)) * 4096 * 12)
    assert zone.process is not None
    unlimited = resource.prlimit(zone.process.pid, resource.RLIMIT_FSIZE, (8 * MIB, resource.RLIM_INFINITY))
    paused = worked(jobs.start(jobs.store(definition(source, zone))))

    assert RunState.PAUSED == paused.state, paused.reason
    assert "zlarge" in paused.reason
    assert {"small"} == set(good(zone))
    assert 0 == Outcome.objects.filter(run=paused, outcome="failed").count()

    resource.prlimit(zone.process.pid, resource.RLIMIT_FSIZE, unlimited)
    control.resume(paused.pk)
    assert RunState.DONE == worked(paused).state
    assert 12 * MIB == good(zone)["zlarge"]
    assert 2 == counts(paused)["created"]
