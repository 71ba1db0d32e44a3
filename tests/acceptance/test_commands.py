"""Jobs, runs and the doctor, as a person uses them; a ledger of an older version is migrated after a back-up."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, fill

pytestmark = pytest.mark.acceptance


def test_a_job_is_stored_run_edited_paused_and_forgotten(place: Place) -> None:
    """What it brought stays in the zone."""
    fill(place.source, 4)
    (place.source / "scratch.tmp").write_bytes(b"x")
    added = place.run("jobs", "add", str(place.source), place.collection, "--name", "buoy", "--exclude", "*.tmp")
    assert "buoy" == added.out.strip()
    assert '"*.tmp"' in place.run("jobs", "show", "buoy").out

    done = place.run("jobs", "run", "buoy", "--json")
    assert {"created": 4}.items() <= done.json["counts"].items(), done.err
    assert "buoy" in place.run("jobs", "list").out

    place.run("jobs", "edit", "buoy", "--operation", "put")
    assert "put" == place.run("jobs", "list", "--json").json["operation"]
    place.run("jobs", "pause", "buoy")
    refused = place.run("jobs", "run", "buoy")
    assert 2 == refused.code
    assert "paused" in refused.err

    assert 0 == place.run("jobs", "rm", "buoy").code
    assert "No jobs" in place.run("jobs", "list").out
    assert 4 == len(oracle.zone_tree(place.home, place.collection))


def test_jobs_of_a_folder_follow_its_files(place: Place, tmp_path: Path) -> None:
    """`apply` stores each file; a file that is gone takes its job with it."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.toml").write_text(
            f'source = "{place.source}"\ndestination = "{place.collection}/{name}"\npriority = 2\n'
        )
    assert 0 == place.run("jobs", "apply", str(folder)).code
    (folder / "two.toml").unlink()
    applied = place.run("jobs", "apply", str(folder))

    assert "two: removed" in applied.out
    assert "one" == place.run("jobs", "list", "--json").json["job"]


def test_runs_are_listed_and_shown(place: Place) -> None:
    """As a table and as JSON."""
    (place.source / "a").write_bytes(b"a")
    place.sync()

    assert "done" in place.run("runs").out
    assert "done" == place.run("runs", "--json").json["state"]
    shown = place.run("show", "1")
    assert "1 created" in shown.out
    assert str(place.source) in shown.out
    assert {"run": 1, "state": "done"}.items() <= place.run("show", "1", "--json").json.items()
    assert 2 == place.run("pause", "1").code
    assert 2 == place.run("resume", "1", "--detach").code
    assert 2 == place.run("retry", "1").code


def test_events_tell_of_every_file(place: Place) -> None:
    """One object for each file that something happened to, then the summary."""
    fill(place.source, 3)
    done = place.sync("--events")
    lines = [json.loads(line) for line in done.out.splitlines()]

    assert ["created"] * 3 == [line["outcome"] for line in lines[:-1]]
    assert all(1 == line["schema"] for line in lines)
    assert "done" == lines[-1]["state"]


def test_failures_may_be_allowed(place: Place) -> None:
    """`--max-failed` decides about the exit code, the outcome stays."""
    fill(place.source, 9)
    taken = place.source / "taken"
    taken.write_bytes(b"file")
    with oracle.session(place.home) as irods:
        irods.collections.create(f"{place.collection}/taken")
    done = place.sync()
    assert (1, 1) == (done.code, done.json["counts"]["failed"])
    assert "TYPE_CHANGED" in place.run("manifest", "1", "--outcome", "failed").out

    assert 0 == place.sync("--max-failed", "1").code
    assert 0 == place.sync("--max-failed", "50%").code


def test_the_doctor_says_what_is_there_and_keeps_secrets(place: Place, tmp_path: Path) -> None:
    """All good in a fresh home; the bundle holds no password."""
    bundle = tmp_path / "bundle.zip"
    done = place.run("doctor", "--json", "--bundle", str(bundle))

    assert 0 == done.code, done.out
    assert {"program", "home", "broker", "ledger", "zone", "workers"} <= {
        check["name"] for check in done.json["checks"]
    }
    with oracle.session(place.home) as irods:
        password = irods.pool.account.password.encode()
    with zipfile.ZipFile(bundle) as found:
        assert {"doctor.json", "settings.json"} <= set(found.namelist())
        assert not any(password in found.read(name) for name in found.namelist())


def test_an_older_ledger_is_migrated_after_a_back_up(place: Place) -> None:
    """The back-up is the old one, whole."""
    place.home.mkdir(exist_ok=True)
    migrate = [sys.executable, "-P", "-m", "django", "migrate", "orchestration", "0001", "--verbosity", "0"]
    environment = place.environment | {"DJANGO_SETTINGS_MODULE": "lading.web.settings"}
    subprocess.run(migrate, env=environment, check=True, timeout=60)
    (place.source / "a").write_bytes(b"a")
    assert {"created": 1}.items() <= place.sync().json["counts"].items()

    (backup,) = (place.home / "backups").glob("ledger-*.sqlite3")
    with sqlite3.connect(backup) as old:
        names = {row[0] for row in old.execute("SELECT name FROM django_migrations WHERE app = 'orchestration'")}
    assert {"0001_initial"} == names


def test_the_zone_runs_by_itself(place: Place, tmp_path: Path) -> None:
    """Any client connects with the files that it names."""
    zone = place.begin("zone", "up", "--home", str(tmp_path / "alone" / "zone"))
    assert zone.stdout is not None
    assert zone.stderr is not None
    assert any("listening on 127.0.0.1" in line for line in zone.stdout)
    with oracle.session(tmp_path / "alone") as irods:
        assert "/tempZone/home/rods" == irods.collections.get("/tempZone/home/rods").path
    zone.terminate()
    assert "IRODS_ENVIRONMENT_FILE" in zone.communicate(timeout=20)[1]
