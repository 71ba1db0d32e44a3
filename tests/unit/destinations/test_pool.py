"""Connections are reused while they are good, and never shared over a fork."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest

from lading.base.cancellation import Switch, Unlimited
from lading.base.errors import Cancelled
from lading.ingest.engine.destinations.irods.pool import Pool, pool_of
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.wire import Wire

PROFILE = ZoneProfile(host="zone.example", port=1247, user="alice", zone="tempZone")


class Logins:
    """Makes connections to nowhere and keeps the other ends."""

    def __init__(self, wait: threading.Barrier | None = None) -> None:
        self.ends: list[socket.socket] = []
        self._wait = wait

    def __call__(self, profile: ZoneProfile, _seconds: float) -> Wire:
        if self._wait is not None:
            self._wait.wait(5)
        client, end = socket.socketpair()
        self.ends.append(end)
        return Wire(client, profile.address, (5, 0, 2))


def test_a_connection_given_back_is_taken_again() -> None:
    """The last one first, so that the others may grow idle."""
    pool = Pool(PROFILE, login=Logins())
    first, second = pool.take(Unlimited(), 1), pool.take(Unlimited(), 1)
    pool.give_back(first)
    pool.give_back(second)
    assert second is pool.take(Unlimited(), 1)
    assert first is pool.take(Unlimited(), 1)
    assert 0 == pool.idle()


def test_an_old_connection_is_let_go() -> None:
    """Agents of servers grow."""
    logins = Logins()
    pool = Pool(PROFILE, login=logins, oldest=0.05)
    wire = pool.take(Unlimited(), 1)
    time.sleep(0.06)
    pool.give_back(wire)
    assert wire.closed
    assert 0 == pool.idle()


def test_an_idle_connection_is_closed_after_a_while() -> None:
    """Nobody needs to ask for it."""
    logins = Logins()
    pool = Pool(PROFILE, login=logins, longest_idle=0.1)
    wire = pool.take(Unlimited(), 1)
    pool.give_back(wire)
    deadline = time.monotonic() + 5
    while not wire.closed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert wire.closed
    assert b"RODS_DISCONNECT" in logins.ends[0].recv(1000)


def test_a_connection_that_the_server_closed_is_not_lent() -> None:
    """A new login takes its place."""
    logins = Logins()
    pool = Pool(PROFILE, login=logins)
    wire = pool.take(Unlimited(), 1)
    pool.give_back(wire)
    logins.ends[0].close()
    assert wire is not pool.take(Unlimited(), 1)
    assert 2 == len(logins.ends)


def test_logins_run_at_the_same_time() -> None:
    """Eight threads wait for each other inside their logins."""
    pool = Pool(PROFILE, login=Logins(threading.Barrier(8)))
    threads = [threading.Thread(target=lambda: pool.give_back(pool.take(Unlimited(), 1))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == pool.idle()


def test_nobody_logs_in_once_the_token_is_off() -> None:
    """A login is a request as well."""
    switch = Switch()
    switch.cancel("stopped")
    logins = Logins()
    with pytest.raises(Cancelled):
        Pool(PROFILE, login=logins).take(switch, 1)
    assert [] == logins.ends


def test_a_closed_pool_is_empty() -> None:
    """Its connections said goodbye."""
    pool = Pool(PROFILE, login=Logins())
    wire = pool.take(Unlimited(), 1)
    pool.give_back(wire)
    pool.close()
    assert wire.closed


def test_a_child_process_starts_with_an_empty_pool() -> None:
    """And the parent's connection lives on: the child says no goodbye on it."""
    logins = Logins()
    pool = Pool(PROFILE, login=logins)
    pool.give_back(pool.take(Unlimited(), 1))
    child = os.fork()
    if child == 0:
        os._exit(pool.idle())
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert 1 == pool.idle()
    logins.ends[0].setblocking(False)
    with pytest.raises(BlockingIOError):
        logins.ends[0].recv(1)


def test_one_profile_has_one_pool() -> None:
    """Another user or password is another profile."""
    same = ZoneProfile(host="zone.example", port=1247, user="alice", zone="tempZone")
    other = ZoneProfile(host="zone.example", port=1247, user="alice", zone="tempZone", password="x")
    assert pool_of(PROFILE) is pool_of(same)
    assert pool_of(PROFILE) is not pool_of(other)
