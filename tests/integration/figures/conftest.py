"""Runs of a hundredth to a tenth of the size of `make bench`, of which everything that can be counted is counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from lading.base.config import Settings
from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.orchestration import results
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import ENDED, Batch, Run, RunState
from lading.zone.control import ZoneControl
from tests.conftest import StartWorker

FOLDERS, PER_FOLDER, SIZE = 20, 50, 4096
FILES = FOLDERS * PER_FOLDER

#: seconds that a run may take on a machine that has other things to do
_PATIENCE = 100.0


@dataclass(frozen=True)
class Counted:
    """One run, and what it cost."""

    totals: dict[str, int]
    batches: int
    #: requests that the zone had after logins, over all connections
    requests: int
    #: calls of each Redis command
    redis: dict[str, int]


#: takes options of the definition that are not the usual ones
Sync = Callable[..., Counted]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a tree of 1,000 files of 4 KiB in 20 folders."""
    root = tmp_path / "source"
    for number in range(FILES):
        path = root / f"folder-{number // PER_FOLDER:02d}" / f"file-{number:04d}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"{number:08d}".encode() * (SIZE // 8))
    return root


@pytest.fixture
def sync(source: Path, tmp_path: Path, shared_ledger: Settings, start_worker: StartWorker) -> Sync:
    """Return a function that syncs the tree by a worker of two processes, always into the same collection."""
    start_worker(slots=2)
    zone = ZoneControl(shared_ledger.zone_home)

    def run(**options: Any) -> Counted:
        definition = Definition(source=str(source), destination=f"/tempZone/home/rods/{tmp_path.name}", **options)
        requests, commands = sum(zone.counters().values()), redis_calls(shared_ledger)
        begun = jobs.start(jobs.store(definition))
        wait_for_the_end(begun)
        after = redis_calls(shared_ledger)
        return Counted(
            totals=totals(begun.pk),
            batches=Batch.objects.filter(run=begun).count(),
            requests=sum(zone.counters().values()) - requests,
            redis={name: count - commands.get(name, 0) for name, count in after.items()},
        )

    return run


def wait_for_the_end(run: Run) -> None:
    """Return once the run is done and its summary was left, which is the last message."""
    ends = time.monotonic() + _PATIENCE
    while run.state not in ENDED:
        assert time.monotonic() < ends, f"the run is {run.state} {run.reason}"
        time.sleep(0.05)
        run.refresh_from_db()
    assert run.state == RunState.DONE
    while results.fetch(run.pk) is None:
        assert time.monotonic() < ends, "no summary was left"
        time.sleep(0.05)


def redis_calls(settings: Settings) -> dict[str, int]:
    """Return how often each command was called, also by scripts, since Redis began."""
    with redis.Redis.from_url(settings.redis_client_url) as client:
        stats: Any = client.info("commandstats")
    return {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
