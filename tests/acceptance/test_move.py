"""From what is embedded to services of one's own: ledger, Redis and zone move, and everything goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from tests import oracle
from tests.acceptance.conftest import Place, fill
from tests.acceptance.postgresql import Server, running
from tests.acceptance.standing import redis_server, up, zone_apart
from tests.acceptance.versions import WRONG, Version

pytestmark = pytest.mark.acceptance


#: a worker of another host that lives
ELSEWHERE = """
    INSERT INTO orchestration_worker (token, host, pid, queues, place, heartbeat)
    VALUES ('elsewhere-1', 'elsewhere', 1, 'filesystem', '', extract(epoch FROM now()) + 60)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a PostgreSQL for this module."""
    with running() as server:
        yield server


@pytest.mark.timeout(400)
def test_everything_embedded_moves_to_services(server: Server, tmp_path: Path) -> None:
    """The next sync has nothing to do; jobs, history, snapshots and accounts are there; what is new arrives."""
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 60)
    before = Place(tmp_path / "home", source)
    with up(before, "--workers", "0", "--no-web"):
        assert 60 == before.sync("--name", "scope").json["counts"]["created"]
        assert 60 == before.sync("--name", "scope").json["counts"]["unchanged"]
        assert 0 == before.run("accounts", "create", "grace", "--role", "operator").code
    untouched = (before.home / "ledger.sqlite3").read_bytes()
    database = server.make("moved")

    moved = before.run("ledger", "move", "--to", database)

    assert 0 == moved.code, moved.err
    assert untouched == (before.home / "ledger.sqlite3").read_bytes()
    assert (2, True) == ((again := before.run("ledger", "move", "--to", database)).code, "not empty" in again.err)
    # by another name of its profile it is not the embedded one
    profile = tmp_path / "profile.json"
    (before.home / "ledger.sqlite3").rename(tmp_path / "ledger.before")
    with ExitStack() as services_of_ours:
        port = services_of_ours.enter_context(redis_server(tmp_path))
        zone = services_of_ours.enter_context(zone_apart(before.home / "zone"))
        shutil.copy(zone, profile)
        after = before.having(
            LADING_DATABASE_URL=database,
            LADING_REDIS_URL=f"redis://127.0.0.1:{port}/0",
            LADING_ZONE=str(profile),
            LADING_ZONE_AUTHENTICATION=str(zone.with_name(".irodsA")),
        )
        goes_on(after)


def goes_on(after: Place) -> None:
    """See that nothing is missing, and that numbers go on."""
    known = after.run("jobs", "zone-moved", "somewhere:1247/tempZone")
    assert (2, True) == (known.code, "Jobs are of embedded" in known.err), known.err
    assert 0 == (moved := after.run("jobs", "zone-moved", "embedded")).code, moved.err
    done = after.sync("--name", "scope", "--workers", "1")
    assert 0 == done.code, done.err
    assert {"unchanged": 60} == {name: number for name, number in done.json["counts"].items() if number}
    assert (3, 0) == (done.json["run"], done.json["irods_requests"])
    assert "scope" in after.run("jobs", "list").out
    assert "grace" in after.run("accounts", "list").out
    assert [1, 2, 3] == sorted(json.loads(line)["run"] for line in after.run("runs", "--json").out.splitlines())
    assert 60 == len(after.run("manifest", "1", "--outcome", "created").out.splitlines()) - 1
    fill(after.source, 80)
    assert 20 == after.sync("--name", "scope", "--workers", "1").json["counts"]["created"]
    assert [] == oracle.differences(after.source, after.home, after.collection)


def test_a_move_is_whole_or_not_at_all(server: Server, tmp_path: Path) -> None:
    """A target that refuses in the midst keeps nothing; the same one takes everything afterwards."""
    place = Place(tmp_path / "home", tmp_path)
    assert 0 == place.run("jobs", "add", str(tmp_path), "/tempZone/home/rods/there").code
    database = server.make("refusing")
    assert 0 == place.having(LADING_DATABASE_URL=database).run("runs").code
    with psycopg.connect(database, autocommit=True) as target:
        target.execute("ALTER TABLE ingest_job ADD CONSTRAINT refuses CHECK (id < 0)")
        failed = place.run("ledger", "move", "--to", database)
        assert 4 == failed.code, failed.err
        assert (0,) == target.execute("SELECT count(*) FROM auth_user").fetchone()
        target.execute("ALTER TABLE ingest_job DROP CONSTRAINT refuses")
    assert 0 == place.run("ledger", "move", "--to", database).code
    assert 1 == len(place.having(LADING_DATABASE_URL=database).run("jobs", "list", "--json").out.splitlines())


def test_a_ledger_on_postgresql_is_upgraded(server: Server, tmp_path: Path) -> None:
    """After pg_dump: by the command, or by whoever begins while nobody works. What failed is undone by the commands that it says."""
    version, older = Version.installed(tmp_path / "installed"), Version.installed(tmp_path / "older")
    database = server.make("upgraded")
    place = Place(tmp_path / "home", tmp_path, settings=version.variables | {"LADING_DATABASE_URL": database})
    assert 0 == place.run("jobs", "add", str(tmp_path), "/tempZone/home/rods/there").code
    version.add("colours")
    tools_away = place.having(PATH=str(Path(sys.executable).parent))
    assert (2, True) == ((old := tools_away.run("runs")).code, "no pg_dump" in old.err), old.err
    without = tools_away.run("upgrade")
    assert (2, True) == (without.code, "--backed-up" in without.err), without.err
    done = place.run("upgrade")
    assert 0 == done.code, done.err
    assert 0 == place.run("runs").code
    version.add("shapes")
    with psycopg.connect(database, autocommit=True) as ledger:
        ledger.execute(ELSEWHERE)
        busy = place.run("runs")
        assert (2, True) == (busy.code, "1 on elsewhere" in busy.err), busy.err
        ledger.execute("DELETE FROM orchestration_worker")
    assert (0, 2) == (place.run("runs").code, len(list((place.home / "backups").glob("*.dump"))))
    wrong = version.add("wrong", WRONG)

    failed = place.run("upgrade")

    assert 2 == failed.code, failed.err
    command = failed.err.partition("was there before, then ")[2].partition("\n")[0]
    assert command.startswith("dropdb "), failed.err
    back = place.having(LADING_HOME=str(place.home), **version.variables)
    wrong.rename(wrong.with_suffix(".txt"))
    restored = subprocess.run(
        ["bash", "-euc", command.replace("lading ledger", f"{sys.executable} -P -m lading ledger")],
        env=back.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == restored.returncode, restored.stderr
    assert 1 == len(back.run("jobs", "list", "--json").out.splitlines())
    assert older.folder.exists()


def test_redis_forgets_nothing_that_matters(tmp_path: Path) -> None:
    """Its queues need not be moved: a run that waits there is sent again from the ledger."""
    source = tmp_path / "source"
    source.mkdir()
    fill(source, 20)
    place = Place(tmp_path / "home", source)
    with up(place, "--workers", "0", "--no-web"), redis_server(tmp_path) as port:
        run = place.detach()
        moved = place.having(LADING_REDIS_URL=f"redis://127.0.0.1:{port}/0")
        with redis.Redis(port=port) as fresh:
            assert 0 == fresh.dbsize()
        moved.work(slots=1)
        assert "done" == place.end_of(run)
        assert [] == place.broken_promises(run)
