"""The ledger on PostgreSQL: the integration tests that SQLite passes, and a sync from end to end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Done, Place, ended, fill, wait_for
from tests.acceptance.postgresql import Server, running
from tests.certificates import Authority
from tests.not_run import not_run

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
SUITES = ("tests/integration/orchestration", "tests/integration/ingest")
#: pages and calls with statements of their own, and reviews; what asks nothing of the ledger is left out
OF_THE_WEB = (
    "tests/integration/web/console",
    "tests/integration/web/test_api.py",
    "tests/integration/web/test_api_jobs.py",
    "tests/integration/web/test_api_schedules.py",
    "tests/integration/cv_app/test_api.py",
    "tests/integration/cv_app/test_reviews.py",
)
#: what looks at the zone above all, and asks of the ledger nothing that the others do not
OF_THE_ZONE = (
    "bundles",
    "cases_files",
    "cases_listing",
    "deletion_table",
    "names",
    "names_deleted",
    "operations_edge",
    "operations_table",
    "parity_operations",
    "selection",
    "while_read",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server in clear, for this module."""
    with running() as server:
        yield server


@pytest.mark.timeout(740)
def test_what_sqlite_passes_postgresql_passes(server: Server) -> None:
    """Leases, window, sweep, snapshots, rechecks, deletions, debts."""
    left_out = [f"--ignore=tests/integration/ingest/test_{name}.py" for name in OF_THE_ZONE]
    pass_on(server, "lading_test", 720, *left_out, *SUITES)


@pytest.mark.timeout(380)
def test_pages_calls_and_reviews_pass_on_postgresql(server: Server) -> None:
    """What reads the ledger in statements of its own: pages, the API, schedules; and reviews, with their workers."""
    pass_on(server, "lading_web_test", 360, *OF_THE_WEB)


def pass_on(server: Server, database: str, seconds: float, *words: str) -> None:
    """Let tests of the integration pass with a ledger on the server."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=ROOT,
        env={**os.environ, "LADING_TEST_DATABASE_URL": f"{server.address}/{database}"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )

    assert 0 == done.returncode, done.stdout[-4000:]


def test_a_folder_arrives_with_the_ledger_on_postgresql(server: Server, tmp_path: Path) -> None:
    """A setting, not another code path."""
    database = server.make("lading")
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 200)
    place = Place(tmp_path / "home", source, settings={"LADING_DATABASE_URL": database})
    up = place.begin("up", "--workers", "0")
    try:
        assert up.stderr is not None
        assert any("Ready" in line for line in up.stderr)
        assert 200 == place.sync().json["counts"]["created"]
        assert [] == oracle.differences(source, place.home, place.collection)
        assert {"unchanged": 200}.items() <= place.sync().json["counts"].items()
    finally:
        up.terminate()
        up.communicate(timeout=30)


def test_a_ledger_over_tls_is_verified(tmp_path: Path) -> None:
    """With the CA that signed the commands work; with another one nothing is read or written, and the reason is said."""
    authority, other = Authority.make(tmp_path / "ca"), Authority.make(tmp_path / "other")
    with running(authority.sign("database", "IP:127.0.0.1")) as server:

        def listed(trusted: Authority) -> Done:
            url = f"{server.address}/postgres?sslmode=verify-full&sslrootcert={trusted.certificate}"
            return Place(tmp_path / "home", tmp_path, settings={"LADING_DATABASE_URL": url}).run("runs", "--json")

        refused, good = listed(other), listed(authority)
    assert (4, 0) == (refused.code, good.code), refused.err + good.err
    assert "certificate verify failed" in refused.err


def test_case_42_workers_whose_clocks_are_an_hour_off_share_a_run(server: Server, tmp_path: Path) -> None:
    """One ahead, one behind, and a kill among it: leases are the database's, every file arrives once, nothing again."""
    if shutil.which("faketime") is None:
        not_run("faketime is not installed (apt-get install faketime)")
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 600)
    settings = {"LADING_DATABASE_URL": server.make("skewed"), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    settings["LADING_TRANSFER__BATCH_FILES"] = "50"
    place = Place(tmp_path / "home", source, settings=settings)
    up = place.begin("up", "--workers", "0")
    workers: list[subprocess.Popen[bytes]] = []
    try:
        assert up.stderr is not None
        assert any("Ready" in line for line in up.stderr)
        workers = [_skewed_worker(place, offset) for offset in ("+1h", "-1h", "-1h")]
        sync = place.begin("sync", str(source), place.collection, "--json", "--workers", "0")
        wait_for(lambda: len(oracle.zone_tree(place.home, place.collection)) > 100)
        os.killpg(workers[1].pid, signal.SIGKILL)
        done = ended(sync, 60)
        assert (0, 600) == (done.code, done.json["counts"]["created"]), done.err
        assert [] == oracle.differences(source, place.home, place.collection)
        again = place.run("sync", str(source), place.collection, "--json", "--workers", "0")
        assert {"unchanged": 600}.items() <= again.json["counts"].items(), again.err
        assert 0 == again.json["irods_requests"]
    finally:
        for process in workers:
            _kill(process)
        up.terminate()
        up.communicate(timeout=30)


def _skewed_worker(place: Place, offset: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["faketime", "-f", offset, sys.executable, "-P", "-m", "lading", "worker", "--slots", "1"],
        env=place.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
