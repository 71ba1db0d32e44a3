"""What docs/howto/least-privilege.md says is enough, is: for PostgreSQL, Redis and the zone; and what it takes away is gone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from lading.zone.home import Home
from tests.acceptance.conftest import ROOT, Place, fill, wait_for
from tests.acceptance.postgresql import running
from tests.acceptance.standing import redis_server, up

pytestmark = pytest.mark.acceptance

PAGE = (ROOT / "docs" / "howto" / "least-privilege.md").read_text(encoding="utf-8")


def block(language: str, holds: str) -> str:
    """Return the block of the page that is in a language and holds a word."""
    [found] = [text for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if holds in text]
    return str(found)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with files."""
    folder = tmp_path / "source"
    folder.mkdir()
    fill(folder, 60)
    return folder


def test_a_role_that_makes_no_tables_runs_everything(tmp_path: Path, source: Path) -> None:
    """The page's grants, word for word; the owner makes the tables and goes on making them."""
    with running() as server:
        server.make("lading_ledger")
        with psycopg.connect(f"{server.address}/lading_ledger", autocommit=True) as administrator:
            administrator.execute(block("sql", "CREATE ROLE").replace("DATABASE lading ", "DATABASE lading_ledger "))
        at = server.address.partition("@")[2]
        owner, runner = (f"postgresql://{role}:PASSWORD@{at}/lading_ledger" for role in ("lading_owner", "lading_run"))
        place = Place(tmp_path / "home", source, settings={"LADING_DATABASE_URL": runner})
        assert 0 == place.having(LADING_DATABASE_URL=owner).run("upgrade").code
        with up(place, "--workers", "2"):
            assert 60 == place.sync("--workers", "0").json["counts"]["created"]
            assert 60 == place.sync("--workers", "0").json["counts"]["unchanged"]
            assert 0 == place.run("accounts", "create", "grace", "--role", "operator").code
        assert 0 == place.run("ledger", "restored", "--yes").code, "it sets sequences"
        with psycopg.connect(runner) as asking, pytest.raises(psycopg.errors.InsufficientPrivilege):
            asking.execute("CREATE TABLE more (id integer)")
        with psycopg.connect(runner) as asking, pytest.raises(psycopg.errors.InsufficientPrivilege):
            asking.execute("DROP TABLE orchestration_run")


def test_a_user_of_redis_with_a_few_commands_carries_a_run(tmp_path: Path, source: Path) -> None:
    """The page's ACL, word for word."""
    rule = block("text", "user lading").strip().splitlines()
    options = [word for line in rule for word in ("--user", *line.removeprefix("user ").split())]
    with redis_server(tmp_path, *options) as port:
        address = f"redis://lading:PASSWORD@127.0.0.1:{port}/0"
        place = Place(tmp_path / "home", source, settings={"LADING_REDIS_URL": address})
        with up(place, "--workers", "2"):
            assert 60 == place.sync("--workers", "0").json["counts"]["created"]
            looked = {check["name"]: check for check in place.run("doctor", "--json").json["checks"]}
            assert "bad" != looked["broker"]["health"], looked["broker"]
            assert 0 == place.run("metrics").code
        said = (place.home / "log" / "worker.log").read_text()
        assert "NOPERM" not in said.upper(), said[-2000:]
        with redis.Redis.from_url(address) as client:
            for refused in (client.flushall, client.shutdown, lambda: client.set("others", 1), client.acl_list):
                with pytest.raises(redis.exceptions.NoPermissionError):
                    refused()


def test_a_rodsuser_brings_deletes_and_restores(tmp_path: Path, source: Path) -> None:
    """In a collection that it owns; what the page says needs a rodsadmin is refused, file by file, with its reason."""
    zone = tmp_path / "apart"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "lading.zone", "--home", str(zone), "--user=ingest"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = Home(zone).client_of("ingest")
        wait_for(client.environment.exists)
        settings = {"LADING_ZONE": str(client.environment), "LADING_ZONE_AUTHENTICATION": str(client.authentication)}
        place = Place(tmp_path / "home", source, "/tempZone/home/ingest/there", settings)
        assert 60 == place.sync().json["counts"]["created"]
        gone = next(source.rglob("*.dat"))
        gone.unlink()
        deleted = place.sync("--delete-mode", "trash").json
        assert 1 == deleted["counts"]["deleted"]
        assert 0 == place.run("restore", str(deleted["run"])).code
        foreign = place.run("sync", str(source), "/tempZone/home/rods/there", "--json")
        assert 0 != foreign.code
    finally:
        process.terminate()
        process.wait(20)
