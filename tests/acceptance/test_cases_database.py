"""Cases 25 and 54: the ledger is away, or cannot be reached by a worker that still reaches the zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.conftest import Place, fill, wait_for
from tests.acceptance.postgresql import Server, running
from tests.chaos.proxy import Proxy
from tests.chaos.weather import BLACK_HOLE, FAIR

pytestmark = pytest.mark.acceptance

FILES = 600
#: seconds in which a worker that woke up would have done something
_LATE = 3.0
SMALL_BATCHES = {"LADING_TRANSFER__BATCH_FILES": "20"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server for this module."""
    with running() as server:
        yield server


def asked(address: str, query: str) -> list[tuple[Any, ...]]:
    """Ask the ledger from outside."""
    with psycopg.connect(address) as ledger:
        return ledger.execute(query.encode()).fetchall()


def begun(address: str) -> bool:
    """Say whether some files have arrived."""
    return bool(
        asked(address, "SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer' AND state = 'done'")
    )


def has_ended(address: str) -> bool:
    """Say whether the run is over."""
    return asked(address, "SELECT state FROM orchestration_run ORDER BY id LIMIT 1") == [("done",)]


@pytest.fixture
def place(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Place, str]]:
    """Return a home whose ledger is a database of its own, and the database's address."""
    database = server.make(f"lading_{abs(hash(request.node.name))}")
    source = tmp_path / "source"
    source.mkdir()
    fill(source, FILES)
    here = Place(tmp_path / "home", source, settings={"LADING_DATABASE_URL": database, **SMALL_BATCHES})
    up = here.begin("up", "--workers", "0")
    assert up.stderr is not None
    assert any("Ready" in line for line in up.stderr)
    yield here, database
    up.terminate()
    up.communicate(timeout=30)
    for process in here.processes(""):
        process.kill()


def test_case_25_a_database_that_is_restarted_on_the_way_is_waited_for(
    place: tuple[Place, str], server: Server
) -> None:
    """It crashes and comes back: workers wait, what they had done is told, and the run ends right."""
    here, database = place
    here.detach()
    here.work()
    wait_for(lambda: begun(database))
    server.stop()
    server.start()
    wait_for(lambda: has_ended(database), 60)

    assert here.broken_promises() == []
    assert [(FILES,)] == asked(database, "SELECT count(*) FROM orchestration_outcome WHERE outcome = 'created'")


def test_case_54_a_worker_cut_off_from_the_ledger_sends_nothing_more(place: tuple[Place, str], server: Server) -> None:
    """Its lease runs out, it stops by itself, another takes over, and what it may have sent is compared."""
    here, database = place
    here.detach()
    with Proxy(server.port) as proxy:
        cut_off = here.having(LADING_DATABASE_URL=database.replace(f":{server.port}/", f":{proxy.port}/"))
        cut_off.work(slots=1)
        wait_for(lambda: begun(database))
        proxy.weather = BLACK_HOLE
        here.work(slots=1)
        wait_for(lambda: has_ended(database), 60)
        sent = sum(here.zone.counters().values())
        proxy.weather = FAIR
        time.sleep(_LATE)

        # whoever was cut off has nothing to add
        assert sent == sum(here.zone.counters().values())
    assert [(FILES,)] == asked(database, "SELECT count(*) FROM orchestration_outcome WHERE outcome = 'created'")
    assert here.broken_promises() == []
