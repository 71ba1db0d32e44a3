"""Cases 7 to 12: Redis dies, forgets, freezes, is full, or is another one than before."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import redis

from lading import services
from tests.acceptance.conftest import Place, ended, fill, wait_for
from tests.chaos.proxy import Proxy

pytestmark = pytest.mark.acceptance

FILES = 2_000
#: seconds without an answer: Lading's own clients give up after five
FROZEN = 8

SMALL_BATCHES = {"LADING_TRANSFER__BATCH_FILES": "50"}

#: number of the request that stores a small file
PUT = 606


def begun(place: Place) -> bool:
    """Say whether some files have arrived, but not all."""
    return bool(place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer' AND state = 'done'"))


def redis_of(place: Place) -> int:
    """Return the process id of the embedded Redis."""
    (process,) = place.processes("redis-server")
    return int(process.pid)


def ends_right(place: Place, sync: subprocess.Popen[str], limit: float = 60) -> None:
    """See a command through: each file is there, sent once, and told once."""
    done = ended(sync, limit)
    assert done.code == 0, done.err
    assert place.broken_promises() == []
    assert done.json["counts"]["created"] == FILES
    assert place.zone.counters()[PUT] == FILES


def syncing(place: Place) -> subprocess.Popen[str]:
    """Begin a sync; return it when a part has arrived."""
    fill(place.source, FILES)
    sync = place.having(**SMALL_BATCHES).begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    return sync


def test_case_07_redis_killed_comes_back_with_its_queue(place: Place) -> None:
    """Kill -9 with the log of changes on: nothing is sent a second time, the run goes on within seconds."""
    sync = syncing(place)
    signal_to(redis_of(place), signal.SIGKILL)
    began = time.monotonic()

    ends_right(place, sync)
    assert time.monotonic() - began < 30


def test_case_08_b24_redis_killed_and_emptied_on_the_way_costs_nothing(place: Place) -> None:
    """
    All messages are gone; the ledger has every row, and the window is sent again.

    Known defect: what was queued vanished, waiting commands reported success, and the next run sent everything again.
    """
    sync = syncing(place)
    process = redis_of(place)
    for file in (place.home / "redis").rglob("*"):
        if file.is_file():
            file.unlink()
    signal_to(process, signal.SIGKILL)

    ends_right(place, sync)
    again = place.sync()
    assert (again.code, again.json["counts"]["unchanged"], again.json["bytes"]) == (0, FILES, 0), again.err


def test_case_09_redis_emptied_again_and_again_costs_nothing(place: Place) -> None:
    """FLUSHALL while it runs: whatever was queued is sent again from the ledger."""
    sync = syncing(place)
    with place.broker() as broker:
        for _ in range(8):
            broker.flushall()
            time.sleep(0.2)

    ends_right(place, sync)


def test_case_10_a_frozen_redis_is_waited_for(place: Place) -> None:
    """SIGSTOP for longer than any client waits: what workers have in hand is done meanwhile, and the rest afterwards."""
    sync = syncing(place)
    process = redis_of(place)
    signal_to(process, signal.SIGSTOP)
    try:
        time.sleep(FROZEN)
    finally:
        signal_to(process, signal.SIGCONT)

    ends_right(place, sync)


def test_case_11_a_full_redis_makes_senders_wait(place: Place) -> None:
    """Nothing more fits in: nothing is sent, nothing is lost; with room again the run goes on."""
    sync = syncing(place)
    with place.broker() as broker:
        broker.config_set("maxmemory", 1)
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            broker.set("anything", 1)
        time.sleep(4)
        assert sync.poll() is None or place.state() == "done"
        broker.config_set("maxmemory", 0)

    ends_right(place, sync)


def test_case_12_a_failover_to_a_replica_that_lags_behind_loses_nothing(place: Place, tmp_path: Path) -> None:
    """The new one has messages of what is done, and none of those sent since; its generation is that of the old one."""
    fill(place.source, FILES)
    with server(tmp_path / "first") as first, server(tmp_path / "second") as second, Proxy(port_of(first)) as network:
        near = place.through(broker=network).having(**SMALL_BATCHES)
        sync = near.begin("sync", str(place.source), place.collection, "--json", "--workers", "2")
        with redis.Redis(port=port_of(second)) as replica:
            replica.replicaof("127.0.0.1", port_of(first))
            wait_for(lambda: replica.get("lading:generation"))
            wait_for(lambda: begun(place))
            replica.replicaof("NO", "ONE")
            assert replica.get("lading:generation")
        done = arrived(place)
        wait_for(lambda: arrived(place) > done)
        network.target = port_of(second)
        first.kill()
        network.reset()

        ends_right(place, sync)


def arrived(place: Place) -> int:
    """Return how many batches have been done."""
    return len(place.rows("SELECT 1 FROM orchestration_batch WHERE state = 'done'"))


@contextmanager
def server(folder: Path) -> Iterator[psutil.Popen]:
    """Run a Redis of the test's own, on a port of loopback."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--repl-diskless-sync-delay", "0")
    program = services.find_server().path
    process = psutil.Popen([str(program), *options, "--dir", str(folder)], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: [one for one in process.net_connections() if one.status == psutil.CONN_LISTEN])
        yield process
    finally:
        process.kill()
        process.wait()


def port_of(process: psutil.Popen) -> int:
    """Return where a Redis listens."""
    (port,) = {one.laddr.port for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
    return int(port)


def signal_to(process: int, number: signal.Signals) -> None:
    os.kill(process, number)
