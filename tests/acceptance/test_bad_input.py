"""Bad input gives a clear sentence that says what to do, and nothing is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Done, Place, ended, fill, wait_for
from tests.not_run import not_run

pytestmark = pytest.mark.acceptance


def refused(done: Done, code: int, *words: str) -> None:
    """Assert an exit code, and one sentence on stderr that has these words and no traceback."""
    assert code == done.code, done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in " ".join(done.err.split()), done.err


def test_a_source_that_cannot_be_used(place: Place) -> None:
    """Missing, or no folder that may be read."""
    missing = place.source / "not-there"
    refused(place.run("sync", str(missing), place.collection), 2, "not-there")
    refused(place.run("sync", "", place.collection), 2)
    refused(place.run("sync"), 2, "source is missing")


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ("relative/path", "relative/path"),
        ("/", "/"),
        ("/otherZone/home/rods", "otherZone"),
        ("/tempZone/home/nobody/x/../../..", "/tempZone"),
    ],
)
def test_a_destination_that_cannot_be_used(place: Place, destination: str, words: str) -> None:
    """Not absolute, the root, another zone, a way out."""
    (place.source / "a").write_bytes(b"a")
    refused(place.run("sync", str(place.source), destination), 2, words)


def test_a_destination_that_is_a_data_object(place: Place) -> None:
    """A collection cannot have the place of an object."""
    (place.source / "a").write_bytes(b"a")
    place.sync()
    refused(place.run("sync", str(place.source), f"{place.collection}/a"), 2, f"{place.collection}/a")


def test_no_permission_to_write_there(place: Place) -> None:
    """An ordinary user may not write into another one's home."""
    (place.source / "a").write_bytes(b"a")
    with oracle.session(place.home) as irods:
        irods.users.create("carol", "rodsuser")
        irods.users.modify("carol", "password", "carols-secret")
    profile = profile_of(place, irods_user_name="carol")
    done = with_settings(place, LADING_ZONE=profile, LADING_ZONE_PASSWORD="carols-secret").sync()
    refused(done, 2, place.collection)
    assert "carols-secret" not in done.err + done.out


def test_a_wrong_password_an_unknown_user_and_a_zone_that_is_not_there(place: Place) -> None:
    """Each is named with the address, none with the password."""
    (place.source / "a").write_bytes(b"a")
    wrong = with_settings(place, LADING_ZONE=profile_of(place), LADING_ZONE_PASSWORD="wrong-secret").sync()
    refused(wrong, 2, "rods")
    assert "wrong-secret" not in wrong.err
    unknown = profile_of(place, irods_user_name="nobody-here")
    refused(with_settings(place, LADING_ZONE=unknown, LADING_ZONE_PASSWORD="x").sync(), 2, "nobody-here")
    closed = profile_of(place, irods_port=1)
    refused(with_settings(place, LADING_ZONE=closed, LADING_ZONE_PASSWORD="x").sync(), 4, "127.0.0.1:1")
    lost = str(place.home / "no-such-profile.json")
    refused(with_settings(place, LADING_ZONE=lost).sync(), 2, "no-such-profile.json")


def test_no_worker_on_the_queue(place: Place) -> None:
    """The run is kept, the sentence says how to start one; a worker that comes later carries it."""
    (place.source / "a").write_bytes(b"a")
    done = place.sync("--workers", "0")
    refused(done, 4, "no worker takes the queue filesystem", "lading worker")

    later = place.run("follow", "1", "--json")
    assert 1 == later.json["counts"]["created"], later.err


def test_no_redis(place: Place) -> None:
    """It is Redis that is named, not the workers, who hear of nothing without it."""
    (place.source / "a").write_bytes(b"a")
    refused(with_settings(place, LADING_REDIS_URL="redis://127.0.0.1:1/0").sync(), 4, "Redis did not answer")


def test_two_runs_of_one_job_at_a_time(place: Place) -> None:
    """The second one is refused and names the first."""
    (place.source / "a").write_bytes(b"a")
    assert 0 == place.sync("--detach").code
    refused(place.sync("--detach"), 2, "run 1", "lading follow 1")


def test_unknown_settings(place: Place) -> None:
    """A misspelt variable names the one that was meant; so does a job file."""
    refused(with_settings(place, LADING_REDISURL="redis://127.0.0.1").run("runs"), 2, "LADING_REDIS_URL")
    job = place.source / "job.toml"
    job.write_text('source = "/tmp"\ndestination = "/tempZone/home/rods/x"\noperatoin = "put"\n')
    refused(place.run("sync", "--job-file", str(job)), 2, "operatoin")


def test_a_ledger_of_a_newer_version(place: Place) -> None:
    """It is left alone."""
    place.run("runs")
    with sqlite3.connect(place.home / "ledger.sqlite3") as ledger:
        ledger.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orchestration', '9999_future', '2030-01-01')"
        )
    refused(place.run("runs"), 2, "newer version", "9999_future")


def test_a_source_that_goes_away_on_the_way(place: Place) -> None:
    """A root that vanishes ends the run with its reason; nothing is taken for deleted."""
    fill(place.source, 50)
    place.sync()
    moved = place.source.with_name("moved")
    place.source.rename(moved)
    refused(place.sync(), 2, str(place.source))
    moved.rename(place.source)
    assert 50 == place.sync().json["counts"]["unchanged"]


def test_a_redis_that_does_not_answer(place: Place) -> None:
    """An external broker that is away: exit 4, and the address without its password."""
    (place.source / "a").write_bytes(b"a")
    done = with_settings(place, LADING_REDIS_URL="redis://:hush@127.0.0.1:1/0").sync()
    refused(done, 4, "127.0.0.1:1")
    assert "hush" not in done.err


def test_the_zones_disk_is_full(place: Place) -> None:
    """The run rests with the reason; once there is room it goes on, and nothing half-written looks good."""
    for number in range(30):
        (place.source / f"{number}.bin").write_bytes(os.urandom(1_000_000))
    vault = place.home / "zone" / "vault"
    with small_disk(vault, 14) as grow:
        full = place.run("sync", str(place.source), place.collection)
        assert 5 == full.code
        assert "lading resume 1" in full.err

        grow(90)
        done = place.run("resume", "1", "--json")
        assert 30 == done.json["counts"]["created"], done.err
        assert [] == oracle.differences(place.source, place.home, place.collection)


def test_the_ledgers_disk_is_full(place: Place) -> None:
    """Workers wait, nothing counts as done that is not written; once there is room the run ends right by itself."""
    fill(place.source, 2_000)
    disk = place.home.with_name("disk")
    disk.mkdir()
    with small_disk(disk, 4) as grow:
        settings = {"LADING_DATABASE_URL": f"sqlite://{disk}/ledger.sqlite3"}
        sync = Place(place.home, place.source, place.collection, settings).begin(
            "sync", str(place.source), place.collection, "--json"
        )
        log = place.home / "log" / "worker.log"
        wait_for(lambda: log.exists() and "disk is full" in log.read_text(errors="replace"), 60)
        grow(60)
        done = ended(sync)

    assert 0 == done.code, done.err
    assert 2_000 == done.json["counts"]["created"]
    assert [] == oracle.differences(place.source, place.home, place.collection)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[int], object]]:
    """Let a folder be a disk of its own; yield what makes it larger."""
    if os.getuid():
        not_run("a disk of its own needs root to mount it")

    def mount(size: int, how: str = "") -> object:
        options = f"size={size}m,mode=700{how}"
        return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)

    mount(megabytes)
    try:
        yield lambda size: mount(size, ",remount")
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def with_settings(place: Place, **settings: str) -> Place:
    """Return the same place with settings."""
    return Place(place.home, place.source, place.collection, settings)


def profile_of(place: Place, **changes: object) -> str:
    """Write a copy of the zone's client file with changes, without the password beside it; return its path."""
    wait_for((place.home / "zone" / "irods_environment.json").exists)
    value = json.loads((place.home / "zone" / "irods_environment.json").read_text())
    value.pop("irods_authentication_file", None)
    path = Path(place.home / f"profile-{len(list(place.home.iterdir()))}.json")
    path.write_text(json.dumps(value | changes))
    return str(path)
