"""Real workers and a zone that is not there: how often they knock, and that they notice when it is back."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.ingest.app import jobs, kinds
from lading.ingest.app.definition import Definition
from lading.orchestration import broker
from lading.orchestration.ledger.clock import now
from lading.orchestration.limits import flow
from lading.orchestration.models import Circuit, Run, RunState
from lading.zone.faults import Fault, FaultKind
from lading.zone.testing import RunningZone, zone_process
from tests.carrying import counts, write
from tests.conftest import StartWorker

#: batches that wait for the zone
BATCHES = 40


class Door:
    """A port at which connections are taken and closed at once, and counted: a zone that is dead behind its address."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.knocks = 0
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.knocks += 1
            connection.close()

    def close(self) -> None:
        """Let the port go."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    write(folder, *(f"{number:03d}" for number in range(BATCHES)))
    return folder


def waits(run: Run) -> bool:
    """Say whether a run waits for its circuit."""
    run.refresh_from_db()
    return run.state == RunState.WAITING and "does not answer since" in run.reason


def wait_until(what: Callable[[], bool], seconds: float = 40.0) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


@contextmanager
def stopped_zone(home: Path) -> Iterator[RunningZone]:
    """Return a zone that ran once, so that its client files are there."""
    with zone_process(home) as zone:
        pass
    yield zone


def profile_at(home: Path, folder: Path, port: int) -> Path:
    """Write the profile of a zone at another port."""
    environment = json.loads((home / "irods_environment.json").read_text())
    folder.mkdir()
    (folder / ".irodsA").write_bytes((home / ".irodsA").read_bytes())
    (folder / "irods_environment.json").write_text(json.dumps(environment | {"irods_port": port}))
    return folder / "irods_environment.json"


def test_a_dead_zone_is_asked_by_probes_only(
    shared_ledger: Settings, start_worker: StartWorker, door: Door, source: Path, tmp_path: Path
) -> None:
    """
    Forty batches, three workers, and a zone that is dead.

    From the moment its circuit is open, knocks at the door are as many as probes, and these become fewer and fewer.
    """
    with stopped_zone(tmp_path / "zone"):
        profile = profile_at(tmp_path / "zone", tmp_path / "profile", door.port)
        definition = Definition(source=str(source), destination="/tempZone/home/rods/there", zone=str(profile))
        names = [f"{number:03d}" for number in range(BATCHES)]
        run = jobs.begin(jobs.store(definition), jobs.Plan(batches=kinds.scans_of(names, 1)))
        start_worker(slots=3)
        wait_until(lambda: waits(run))
        time.sleep(1)  # what was in hand when it opened has ended
        probes, knocks, at = Circuit.objects.get().probes, door.knocks, time.monotonic()
        wait_until(lambda: Circuit.objects.get().probes >= probes + 3)
        seconds, probed = time.monotonic() - at, Circuit.objects.get().probes - probes

        # PRC tries each address once; one probe may be under way at either end
        assert door.knocks - knocks <= probed + 2, f"{door.knocks - knocks} knocks in {seconds:.1f} s, {probed} probes"
        assert knocks <= BATCHES / 2
        run.refresh_from_db()
        assert (RunState.WAITING, 0) == (run.state, sum(counts(run).values()))


def test_a_run_that_begins_while_its_zone_is_down_goes_on_when_it_is_up(
    shared_ledger: Settings, start_worker: StartWorker, source: Path, tmp_path: Path
) -> None:
    """It waits with the reason; once the zone answers every file arrives, and none of them was ever a failure."""
    with stopped_zone(tmp_path / "zone") as zone:
        profile = zone.environment_file
        definition = Definition(source=str(source), destination="/tempZone/home/rods/there", zone=str(profile))
        run = jobs.start(jobs.store(definition))
        start_worker(slots=2)
        wait_until(lambda: waits(run))
        with zone_process(zone.home, port=zone.port):
            wait_until(lambda: Run.objects.get(pk=run.pk).ended_at is not None)

        run.refresh_from_db()
        assert (RunState.DONE, "", {"created": BATCHES}) == (run.state, run.reason, counts(run))
        assert not Circuit.objects.filter(is_open=True).exists()
        assert run.ended_at is not None
        assert run.ended_at <= now()


def test_a_zone_that_loses_every_request_is_waited_for(
    shared_ledger: Settings, start_worker: StartWorker, source: Path, tmp_path: Path
) -> None:
    """Connections and logins work, requests do not: no file is to blame, and each arrives once requests are answered."""
    with zone_process(tmp_path / "zone") as zone:
        destination, environment = "/tempZone/home/rods/there", str(zone.environment_file)
        definition = Definition(source=str(source), destination=destination, zone=environment, batch_files=5)
        job = jobs.store(definition)
        zone.control.inject(Fault(kind=FaultKind.DROP_BEFORE, times=None))
        run = jobs.start(job)
        start_worker(slots=2)
        wait_until(lambda: waits(run))
        zone.control.clear()
        wait_until(lambda: Run.objects.get(pk=run.pk).ended_at is not None)

    run.refresh_from_db()
    assert (RunState.DONE, {"created": BATCHES}) == (run.state, counts(run))


def test_a_slow_zone_gets_fewer_connections_and_no_circuit_opens(
    shared_ledger: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    """It answered in milliseconds, then takes most of a second for each call: nothing fails, nothing waits for a probe."""
    with zone_process(tmp_path / "zone") as zone:
        source = tmp_path / "source"
        write(source, *(f"quick/{number:03d}" for number in range(200)))
        destination, environment = "/tempZone/home/rods/there", str(zone.environment_file)
        definition = Definition(source=str(source), destination=destination, zone=environment, batch_files=10)
        start_worker(slots=2)
        first = jobs.start(jobs.store(definition))
        wait_until(lambda: Run.objects.get(pk=first.pk).ended_at is not None)
        write(source, *(f"slow/{number:03d}" for number in range(24)))
        zone.control.inject(Fault(kind=FaultKind.DELAY, seconds=0.6, times=None))
        second = jobs.start(jobs.store(definition))
        lowest, circuits = 16, 0
        ends = time.monotonic() + 60
        while Run.objects.get(pk=second.pk).ended_at is None:
            assert time.monotonic() < ends
            lowest, circuits = min(lowest, granted(zone)), circuits + Circuit.objects.filter(is_open=True).count()
            time.sleep(0.1)

    second.refresh_from_db()
    assert (RunState.DONE, {"created": 24, "unchanged": 200}) == (second.state, counts(second))
    assert 0 == circuits
    assert lowest < 16


def granted(zone: RunningZone) -> int:
    """Return how many connections the zone gets now."""
    found = flow.current(broker.client(), f"zone {zone.host}:{zone.port}/{zone.zone}")
    return 16 if found is None else found
