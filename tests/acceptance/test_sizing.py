"""How many connections to the ledger each process holds: what docs/howto/sizing.md says, counted by the server."""

from __future__ import annotations

import re
import signal
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.conftest import ROOT, Place, fill, wait_for
from tests.acceptance.pooling import pooled
from tests.acceptance.postgresql import Server, running
from tests.acceptance.standing import up

pytestmark = pytest.mark.acceptance

#: slots of the worker that is looked at
SLOTS = 3
#: clients that ask the console at a time
CLIENTS = 20


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a PostgreSQL for this module."""
    with running() as server:
        yield server


class Census(threading.Thread):
    """Counts the connections of each program, again and again, and keeps the most that there were."""

    def __init__(self, database: str) -> None:
        super().__init__(daemon=True)
        self._database = database
        self._ended = threading.Event()
        self.most: Counter[str] = Counter()

    def run(self) -> None:
        query = "SELECT application_name, count(*) FROM pg_stat_activity WHERE application_name LIKE 'of-%%' GROUP BY 1"
        with psycopg.connect(self._database, autocommit=True) as asking:
            while not self._ended.wait(0.02):
                self.most |= Counter(dict(asking.execute(query).fetchall()))

    def stop(self) -> Counter[str]:
        self._ended.set()
        self.join()
        return self.most


@contextmanager
def started(place: Place, *words: str, says: str) -> Iterator[None]:
    """Let a command run under a name by which the server knows it."""
    name = f"of-{words[0]}"
    process = place.having(PGAPPNAME=name).serve(*words, log=f"{name}.log")
    said = place.home.with_name(f"{name}.log")
    try:
        wait_for(lambda: says in said.read_text() or process.poll() is not None)
        assert process.poll() is None, said.read_text()
        yield
    finally:
        process.send_signal(signal.SIGTERM if words[0] == "worker" else signal.SIGINT)
        process.wait(30)


def asked(address: str) -> None:
    """Ask for the page to sign in, which reads the ledger, from many clients at a time."""

    def ask() -> None:
        for _ in range(10):
            with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=30) as answer:  # noqa: S310 - an address of this test
                answer.read()

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def bounds() -> dict[str, int]:
    """Return what the page says a process holds at most: `A x slots + B`, or a number."""
    text = (ROOT / "docs" / "howto" / "sizing.md").read_text(encoding="utf-8")
    found = {}
    for command, factor, more in re.findall(
        r"^\| `lading (\w+)[^`]*` \| (?:(\d+) x slots \+ )?(\d+) \|", text, re.MULTILINE
    ):
        found[f"of-{command}"] = int(factor or 0) * SLOTS + int(more)
    return found


def test_no_process_holds_more_connections_than_the_page_says(server: Server, tmp_path: Path) -> None:
    """While files arrive and the console is asked by 20 clients at a time; and none holds much less."""
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 400)
    database = server.make("counted")
    settings = {"LADING_DATABASE_URL": database, "LADING_TRANSFER__BATCH_FILES": "25"}
    place = Place(tmp_path / "home", source, settings=settings)
    with up(place, "--workers", "0", "--no-web"), ExitStack() as running_ones:
        census = Census(database)
        census.start()
        commands = (
            (("worker", "--slots", str(SLOTS)), "ready."),
            (("web", "--listen", "127.0.0.1:0"), "Console and API"),
            (("metrics", "--listen", "127.0.0.1:0"), "Figures at"),
        )
        for words, says in commands:
            running_ones.enter_context(started(place, *words, says=says))
        address = re.findall(r"http://[\d.:]+", place.home.with_name("of-web.log").read_text())[0]
        run = place.detach()
        asked(address)
        assert "done" == ended(place, database, run)
        most = census.stop()
    said = bounds()
    assert set(said) >= set(most) == {"of-worker", "of-web", "of-metrics"}
    assert {} == {
        name: (number, said[name]) for name, number in most.items() if not said[name] // 2 <= number <= said[name]
    }


def ended(place: Place, database: str, run: int) -> str:
    """Wait for the end of a run, and return how it ended."""

    def state() -> str:
        with psycopg.connect(database) as asking:
            row = asking.execute("SELECT state FROM orchestration_run WHERE id = %s", [run]).fetchone()
        assert row is not None, place
        return str(row[0])

    wait_for(lambda: state() not in {"queued", "running", "waiting"}, 60)
    return state()


def test_a_pool_that_lends_for_a_transaction_is_enough(server: Server, tmp_path: Path) -> None:
    """Six workers' slots, the console and a command over four connections: every file arrives, once."""
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 300)
    direct = server.make("pooled")
    place = Place(
        tmp_path / "home", source, settings={"LADING_DATABASE_URL": direct, "LADING_TRANSFER__BATCH_FILES": "25"}
    )
    assert 0 == place.run("runs").code
    with psycopg.connect(direct, autocommit=True) as owner:
        owner.execute("ALTER ROLE lading SET idle_in_transaction_session_timeout = '20s'")
    with pooled(direct, connections=4) as address:
        behind = place.having(LADING_DATABASE_URL=f"{address}?pool_mode=transaction")
        with up(behind, "--workers", "6"):
            assert 300 == behind.sync("--workers", "0").json["counts"]["created"]
            again = behind.sync("--workers", "0").json
            assert (300, 0) == (again["counts"]["unchanged"], again["irods_requests"])
            with psycopg.connect(direct) as asking:
                held = asking.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pooled'"
                ).fetchone()
        assert held is not None
        assert 1 <= held[0] <= 4
        refused = behind.run("upgrade")
        assert (2, True) == (refused.code, "reached through a pool" in refused.err)
