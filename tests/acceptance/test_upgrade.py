"""`lading upgrade`: whoever works makes way, the ledger is backed up and migrated, what ran begins anew."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lading.zone.faults import Fault, FaultKind
from tests.acceptance.conftest import Place, ended, fill, wait_for
from tests.acceptance.standing import redis_server, sweep_out, up, zone_apart
from tests.acceptance.versions import SLOW, TABLE, WRONG, Version

pytestmark = pytest.mark.acceptance

#: the iRODS call that brings a small file
PUT = 606

StartWorker = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """Return the version that is installed here, to which tests add what a newer one has."""
    return Version.installed(tmp_path / "installed")


@pytest.fixture
def older(tmp_path: Path) -> Version:
    """Return a version to which nothing is added."""
    return Version.installed(tmp_path / "older")


@pytest.fixture
def house(tmp_path: Path, version: Version) -> Iterator[Place]:
    """Return a home where `lading up` of the installed version runs, with 1 worker and the console."""
    source = tmp_path / "source"
    source.mkdir()
    house = Place(tmp_path / "home", source, settings=version.variables | {"LADING_TRANSFER__BATCH_FILES": "20"})
    with up(house, "--workers", "1"):
        yield house


@pytest.fixture
def apart(tmp_path: Path, version: Version) -> Iterator[Place]:
    """Return a home whose Redis and zone stand apart; nothing else runs."""
    source, home = tmp_path / "source", tmp_path / "home"
    source.mkdir()
    home.mkdir(mode=0o700)
    # tests look there for the zone; by another name of its profile it is not the embedded one
    with redis_server(tmp_path) as port, zone_apart(home / "zone") as found:
        profile = shutil.copy(found, tmp_path / "profile.json")
        settings = {"LADING_REDIS_URL": f"redis://127.0.0.1:{port}/0", "LADING_ZONE": str(profile)}
        settings |= {"LADING_ZONE_AUTHENTICATION": str(found.with_name(".irodsA"))}
        settings["LADING_TRANSFER__BATCH_FILES"] = "20"
        place = Place(home, source, settings=settings | version.variables)
        yield place
        sweep_out(place)


@pytest.fixture
def quiet(tmp_path: Path, version: Version) -> Iterator[Place]:
    """Return a home with a ledger, in which nothing runs."""
    place = Place(tmp_path / "home", tmp_path, settings=version.variables)
    done = place.run("runs")
    assert 0 == done.code, done.err
    yield place
    sweep_out(place)


def migrations(place: Place) -> set[str]:
    """Return what was applied to the ledger."""
    return {name for (name,) in place.rows("SELECT name FROM django_migrations WHERE app = 'orchestration'")}


def worker_pids(place: Place) -> set[int]:
    """Return the numbers of the pool processes that said they live."""
    return {pid for (pid,) in place.rows("SELECT pid FROM orchestration_worker")}


def slowed(place: Place, files: int, seconds: float = 0.25) -> int:
    """Begin a run whose batches of 20 files take 5 times that many seconds each; return its number."""
    fill(place.source, files)
    place.zone.inject(Fault(kind=FaultKind.DELAY, api=PUT, times=None, seconds=seconds))
    return place.detach()


def moving(place: Place) -> list[int]:
    """Return the batches of files that somebody has in hand."""
    query = "SELECT id FROM orchestration_batch WHERE state = 'leased' AND kind = 'filesystem.transfer'"
    return [number for (number,) in place.rows(query)]


def test_what_ran_runs_again_as_the_new_version(house: Place, version: Version) -> None:
    """`lading up` with its console and its workers; nobody has to start anything."""
    fill(house.source, 40)
    assert 40 == house.sync("--workers", "0").json["counts"]["created"]
    before = worker_pids(house)
    added = version.add("colours")
    told = house.run("upgrade", "--check", "--json").json
    assert ("older", [f"orchestration.{added.stem}"]) == (told["ledger"], told["migrations"])
    assert added.stem not in migrations(house), "it was only looked"

    done = house.run("upgrade")

    assert 0 == done.code, done.err
    assert "Back at work: 1 on" in done.err
    assert {added.stem} <= migrations(house)
    [kept] = (house.home / "backups").glob("ledger-*.sqlite3")
    with closing(sqlite3.connect(kept)) as found:
        assert not found.execute("SELECT 1 FROM django_migrations WHERE name = ?", [added.stem]).fetchall()
    assert not before & worker_pids(house)
    wait_for(lambda: house.processes("lading web"))
    fill(house.source, 60)
    assert {"created": 20, "unchanged": 40}.items() <= house.sync("--workers", "0").json["counts"].items()
    assert (0, True) == ((again := house.run("upgrade")).code, "nothing to do" in again.err)


def test_workers_finish_what_they_have_and_take_nothing_more(house: Place, version: Version) -> None:
    """The upgrade waits for one batch, not for the run; the run goes on after it, and nothing was done twice."""
    run = slowed(house, 200)
    wait_for(lambda: moving(house))
    version.add("colours")

    upgrade = house.begin("upgrade")
    assert upgrade.stderr is not None
    assert any("Nobody works" in line for line in upgrade.stderr)
    assert house.state(run) in {"queued", "running"}
    assert not moving(house)
    done = ended(upgrade)

    assert 0 == done.code, done.err
    house.zone.clear()
    assert "done" == house.end_of(run)
    assert [] == house.broken_promises(run)
    assert [(1, 0)] == house.rows("SELECT DISTINCT fence, crashes FROM orchestration_batch")


def test_workers_that_do_not_end_are_named_and_nothing_is_changed(house: Place, version: Version) -> None:
    """Beside a migration that is no addition nobody may go on; after the command gave up, everybody does."""
    run = slowed(house, 40, seconds=1)
    wait_for(lambda: moving(house))
    added = version.add("columns", additive=False)

    done = house.run("upgrade", "--wait", "0.1")

    assert 4 == done.code, done.err
    assert "More: lading explain WORKERS_BUSY" in done.err
    assert added.stem not in migrations(house)
    house.zone.clear()
    # the workers began anew, as the version that is installed
    version_back = added.rename(added.with_suffix(".txt"))
    assert "done" == house.end_of(run), version_back
    assert [] == house.broken_promises(run)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("additive", [True, False])
def test_a_worker_meets_a_newer_ledger(apart: Place, version: Version, older: Version, *, additive: bool) -> None:
    """It finishes its batch beside an addition, puts it down beside anything else, and ends; the work is done once."""
    before = apart.having(**older.variables)
    work = before.begin("worker", "--slots", "1")
    run = slowed(before, 20, seconds=8)
    wait_for(lambda: moving(apart), 90)
    [batch] = moving(apart)
    version.add("colours", additive=additive)
    # as a newer command does that begins on one host; SQLite is migrated then
    assert 0 == apart.run("runs").code

    assert work.stderr is not None
    assert any("making way" in line for line in work.stderr)
    if additive:
        apart.zone.clear()
    end = ended(work)

    assert 2 == end.code, end.err
    assert "LEDGER_TOO_NEW" in end.err
    state, fence = apart.rows("SELECT state, fence FROM orchestration_batch WHERE id = ?", batch)[0]
    assert (("done", 1) if additive else ("queued", 1)) == (state, fence)
    assert 2 == before.run("worker").code, "it does not begin, either"
    apart.zone.clear()
    newer = apart.begin("worker", "--slots", "1")
    assert "done" == apart.end_of(run, 120)
    assert [] == apart.broken_promises(run)
    newer.terminate()
    ended(newer)


@pytest.mark.parametrize("point", ["upgrade_drained", "upgrade_backed_up", "upgrade_migrated"])
def test_an_upgrade_that_was_killed_is_repeated(house: Place, version: Version, point: str) -> None:
    """Wherever it was: the second one ends well, and workers work."""
    fill(house.source, 20)
    added = version.add("colours")
    killed = house.having(LADING_CRASH=point).run("upgrade")
    assert -signal.SIGKILL == killed.code
    refused = house.run("runs")
    assert (4, True) == (refused.code, "UPGRADE_UNDER_WAY" in refused.err)

    done = house.run("upgrade")

    assert 0 == done.code, done.err
    assert {added.stem} <= migrations(house)
    assert 20 == house.sync("--workers", "0").json["counts"]["created"]


def test_an_upgrade_that_was_killed_in_a_migration_is_repeated(quiet: Place, version: Version) -> None:
    """The migration was undone; whole ones before it stay."""
    first, second = version.add("colours"), version.add("slow", TABLE, SLOW)
    upgrade = quiet.begin("upgrade")
    wait_for(lambda: first.stem in migrations(quiet))
    os.killpg(upgrade.pid, signal.SIGKILL)
    upgrade.communicate()
    assert second.stem not in migrations(quiet)
    second.write_text(second.read_text().replace("time.sleep(20)", "time.sleep(0)"))

    done = quiet.run("upgrade")

    assert 0 == done.code, done.err
    assert {first.stem, second.stem} <= migrations(quiet)
    assert 2 == len(list((quiet.home / "backups").glob("ledger-*"))), "somebody could have worked in between"
    assert 0 == quiet.run("runs").code


def test_a_migration_that_fails_leaves_the_way_back(quiet: Place, version: Version, older: Version) -> None:
    """Nothing begins on half of it; the command that goes back is said, and holds."""
    version.add("colours")
    wrong = version.add("wrong", WRONG)
    failed = quiet.run("upgrade")
    assert 2 == failed.code, failed.err
    assert wrong.stem in failed.err
    [kept] = (quiet.home / "backups").glob("ledger-*")
    said = f"ledger restore {kept} --yes"
    assert said in failed.err.replace("\n", "")
    assert (2, True) == ((refused := quiet.run("runs")).code, "UPGRADE_FAILED" in refused.err)
    assert 2 == quiet.run("upgrade").code
    assert [kept] == list((quiet.home / "backups").glob("ledger-*")), "nobody has worked: the first back-up is the one"

    back = quiet.having(**older.variables)
    assert (2, True) == ((refused := back.run("runs")).code, "UPGRADE_FAILED" in refused.err)
    done = back.run(*said.split())
    assert 0 == done.code, done.err
    assert 0 == back.run("runs").code
    wrong.unlink()
    assert 0 == quiet.run("upgrade").code
    assert 0 == quiet.run("runs").code


def test_the_file_of_sqlite_is_migrated_once_where_that_fails(quiet: Place, version: Version) -> None:
    """What begins by itself, again and again, would fill the disk with back-ups."""
    version.add("wrong", WRONG)
    codes = [quiet.run("runs").code for _ in range(3)]

    assert [2, 2, 2] == codes
    assert 1 == len(list((quiet.home / "backups").glob("ledger-*")))


def test_a_ledger_that_is_not_there_is_made(tmp_path: Path) -> None:
    """By the first command, whichever it is."""
    place = Place(tmp_path / "home", tmp_path)

    assert "none" == place.run("upgrade", "--check", "--json").json["ledger"]
    assert 0 == place.run("upgrade").code
    assert "current" == place.run("upgrade", "--check", "--json").json["ledger"]
