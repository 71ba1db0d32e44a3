"""The embedded Redis and zone: started for the first who needs them, shared, started again, stopped by the last."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lading import services
from lading.base.config import Settings
from lading.services import State
from tests.integration.services.conftest import WORKER, MakeSettings, client, leftovers, pids

#: says that it is set, holds a home after a line of standard input, until its end
HOLDER = """
import os, sys
from pathlib import Path
from lading import services
from lading.base.config import load
print("set", flush=True)
sys.stdin.readline()
with services.hold(load(os.environ, Path.cwd()), workers=1, program=("/bin/sh", "-c", "exec sleep 600")) as held:
    print(held.status().redis.pid, held.status().zone.pid, flush=True)
    sys.stdin.read()
"""


def holders(settings: Settings, number: int = 1) -> list[subprocess.Popen[str]]:
    """Start processes that hold this home, all at the same moment."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER],
            env=os.environ | settings.as_environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(number)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "set\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return started


def said(process: subprocess.Popen[str]) -> tuple[int | None, int | None]:
    """Return the processes that a holder works with; waits until it has them."""
    assert process.stdout is not None
    first, second = process.stdout.readline().split()
    return int(first), int(second)


def test_everything_answers_within_two_seconds_and_ends_with_its_holder(settings: Settings) -> None:
    """Entering means ready; leaving means gone."""
    begun = time.monotonic()
    with services.hold(settings, workers=2, program=WORKER) as held:
        took = time.monotonic() - begun
        answers = client(settings).ping()
        host, port = held.status().zone.address.split(":")
        socket.create_connection((host, int(port)), timeout=1).close()
        states = [part.state for part in held.status().parts]
    after = services.status(settings)

    assert took < 2
    assert answers
    assert states == [State.RUNNING] * 3
    assert [part.state for part in after.parts] == [State.STOPPED] * 2
    assert (after.holders, leftovers(settings)) == (0, [])


def test_redis_listens_on_no_port_and_forgets_nothing(settings: Settings) -> None:
    """The rules that the queues stand on hold in the running server."""
    with services.hold(settings):
        config = client(settings).config_get("*")
        mode = settings.redis_socket.stat().st_mode & 0o777

    told = {name: config[name] for name in ("port", "appendonly", "appendfsync", "maxmemory-policy", "save")}
    assert told == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    assert mode == 0o700


def test_any_irods_client_finds_the_zone_by_its_files(settings: Settings) -> None:
    """The environment file of the home leads to the running zone."""
    with services.hold(settings) as held:
        environment, authentication = settings.zone_files
        described = json.loads(environment.read_text())
        address = held.status().zone.address

    assert f"{described['irods_host']}:{described['irods_port']}" == address
    assert authentication is not None
    assert authentication.stat().st_mode & 0o077 == 0


def test_holders_share_the_parts_and_the_last_one_stops_them(settings: Settings) -> None:
    """A second command starts no second Redis, and the end of the first does not take it away."""
    with services.hold(settings):
        first = pids(settings)
        [other] = holders(settings)
        second = said(other)
    between = pids(settings)
    other.communicate(timeout=20)

    assert first == second == between
    assert pids(settings) == (None, None)
    assert leftovers(settings) == []


def test_a_race_of_starters_starts_each_part_once(settings: Settings) -> None:
    """Four commands typed at a time meet at one gate."""
    racers = holders(settings, 4)
    seen = {said(racer) for racer in racers}
    count = services.status(settings).holders
    for racer in racers:
        racer.communicate(timeout=30)

    assert len(seen) == 1
    assert count == 4
    assert pids(settings) == (None, None)
    assert leftovers(settings) == []


def test_a_killed_holder_does_not_count(settings: Settings) -> None:
    """What it left runs on for the next one, its workers are ended, and the last one still stops everything."""
    [killed] = holders(settings)
    before = said(killed)
    killed.kill()
    killed.communicate()
    orphans = services.status(settings)
    with services.hold(settings):
        after = pids(settings)
        lives = is_running(orphans.workers[0].pid)

    assert (orphans.holders, len(orphans.workers)) == (0, 1)
    assert before == after
    assert not lives
    assert pids(settings) == (None, None)
    assert leftovers(settings) == []


def is_running(pid: int | None) -> bool:
    """Say whether a process does anything; one that ended and that nobody asked about does not."""
    assert pid is not None
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("part", ["redis", "zone"])
def test_a_crashed_part_is_started_again_with_what_it_knew(settings: Settings, part: str) -> None:
    """Redis has its keys, the zone its port; nothing else is touched."""
    with services.hold(settings) as held:
        client(settings).set("key", "value")
        time.sleep(1.2)  # "everysec": what is older than a second is on disk
        before = held.status()
        pid = {"redis": before.redis, "zone": before.zone}[part].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        again = wait_for_restart(held)
        after = held.status()
        value = client(settings).get("key")

    assert again == (part,)
    assert value == "value"
    assert after.zone.address == before.zone.address
    assert (after.redis.pid == before.redis.pid, after.zone.pid == before.zone.pid) == (part == "zone", part == "redis")


def wait_for_restart(held: services.Holder) -> tuple[str, ...]:
    """Return what was started again, as soon as something was."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if again := held.restart_dead():
            return again
        time.sleep(0.01)
    return ()


def test_a_frozen_redis_is_waited_for_not_replaced(settings: Settings) -> None:
    """Two servers on one append-only file would ruin it."""
    with services.hold(settings) as held:
        pid = held.status().redis.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        again = held.restart_dead()
        os.kill(pid, signal.SIGCONT)
        same = held.status().redis.pid

    assert again == ()
    assert same == pid


def test_dead_workers_are_started_again_until_they_are_stopped(settings: Settings) -> None:
    """After `stop_workers` none is started again; the rest keeps running."""
    with services.hold(settings, workers=1, program=WORKER) as held:
        pid = held.status().workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        again = wait_for_restart(held)
        running = len(held.status().workers)
        held.stop_workers()
        after = (held.restart_dead(), held.status().workers, held.status().redis.state)

    assert len(again) == running == 1
    assert again[0].startswith("worker-")
    assert after == ((), (), State.RUNNING)


def test_a_part_that_dies_again_and_again_is_told_with_its_last_words(settings: Settings) -> None:
    """A broken worker does not restart for ever, unseen."""
    broken = ("/bin/sh", "-c", "echo no such queue; exit 1")
    with services.hold(settings) as keeper:
        with services.hold(settings, workers=1, program=broken) as held:
            failed = wait_for_failure(held)
        others = keeper.status()

    assert re.search("worker.* ended 3 times .*no such queue", failed.message)
    assert "log/worker.log" in failed.hint
    assert others.redis.state is State.RUNNING


def wait_for_failure(held: services.Holder) -> services.ServiceFailed:
    """Return what `restart_dead` raises in the end."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            held.restart_dead()
        except services.ServiceFailed as failed:
            return failed
        time.sleep(0.02)
    raise AssertionError("restarted for ever")


def test_a_redis_that_cannot_start_is_told_and_nothing_is_left(make_settings: MakeSettings, tmp_path: Path) -> None:
    """The message carries what the server said."""
    fake = tmp_path / "redis-server"
    fake.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.0.15 sha=0" && exit\necho no memory\nexit 1\n'
    )
    fake.chmod(0o755)
    settings = make_settings(LADING_REDIS_SERVER=str(fake))

    with pytest.raises(services.ServiceFailed, match="embedded redis ended at once: no memory"):
        services.hold(settings).__enter__()
    assert pids(settings) == (None, None)
    assert leftovers(settings) == []
