"""Connections of one process to one zone as one user."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from lading.base.cancellation import Token
from lading.base.errors import LoginRefused
from lading.ingest.engine.destinations.irods.login import log_in
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.wire import Wire

#: servers keep an agent for each connection, whose memory grows: they are let go after a while, in seconds
OLDEST = 600.0
LONGEST_IDLE = 60.0
#: seconds without a login after one was refused: threads that all meet a changed password must not lock the account
SILENCE = 5.0


class Pool:
    """
    Idle connections for reuse. Thread-safe, and safe over forks: a child starts with an empty pool.

    Nobody logs in under a lock, so any number of threads can at the same time.
    """

    def __init__(
        self,
        profile: ZoneProfile,
        *,
        oldest: float = OLDEST,
        longest_idle: float = LONGEST_IDLE,
        login: Callable[[ZoneProfile, float], Wire] = log_in,
    ) -> None:
        self.profile = profile
        #: the server's release, once somebody logged in
        self.version: tuple[int, ...] | None = None
        #: ids of resources by name, as far as somebody asked
        self.resource_ids: dict[str, str] = {}
        self._oldest = oldest
        self._longest_idle = longest_idle
        self._login = login
        self._refused: tuple[float, LoginRefused | None] = 0.0, None
        self._process = os.getpid()
        self._changed = threading.Condition()
        self._idle: list[Wire] = []
        self._sweeper: threading.Thread | None = None

    def take(self, token: Token, seconds: float) -> Wire:
        """Return an idle connection that is still good, or log in anew; `seconds` bounds each step of the login."""
        self._notice_fork()
        while (wire := self._last_idle()) is not None:
            if wire.is_fresh(self._oldest, self._longest_idle):
                return wire
            wire.leave()
        token.check()
        wire = self._logged_in(seconds)
        self.version = wire.version
        return wire

    def _logged_in(self, seconds: float) -> Wire:
        """Log in; a refused password is looked for once more, and then not tried again for a while."""
        since, refusal = self._refused
        if refusal is not None and time.monotonic() - since < SILENCE:
            raise LoginRefused(refusal.message, hint=refusal.hint)
        profile = self.profile
        try:
            try:
                return self._login(profile, seconds)
            except LoginRefused:
                renewed = profile.renewed()
                if renewed is None:
                    raise
                wire = self._login(renewed, seconds)
                self.profile = renewed
                return wire
        except LoginRefused as error:
            self._refused = time.monotonic(), error
            raise

    def give_back(self, wire: Wire) -> None:
        """Keep the connection for later if it is still good."""
        self._notice_fork()
        if not wire.is_fresh(self._oldest, self._longest_idle):
            wire.leave()
            return
        wire.last_used = time.monotonic()
        with self._changed:
            self._idle.append(wire)
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="idle-connections", daemon=True)
                self._sweeper.start()

    def close(self) -> None:
        """Let all idle connections go."""
        self._notice_fork()
        while (wire := self._last_idle()) is not None:
            wire.leave()

    def idle(self) -> int:
        """Return how many connections wait for use."""
        self._notice_fork()
        return len(self._idle)

    def _last_idle(self) -> Wire | None:
        with self._changed:
            wire = self._idle.pop() if self._idle else None
            self._changed.notify()
            return wire

    def _sweep(self) -> None:
        """Let go what has been idle for too long; end when nothing is idle."""
        while True:
            with self._changed:
                if not self._idle:
                    self._sweeper = None
                    return
                oldest = self._idle[0]
                left = oldest.last_used + self._longest_idle - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._idle.remove(oldest)
            oldest.leave()

    def _notice_fork(self) -> None:
        if os.getpid() != self._process:
            for wire in self._idle:  # only our copies: the parent goes on using its own
                wire.close()
            self._process = os.getpid()
            self._changed = threading.Condition()
            self._idle = []
            self._sweeper = None


_pools: dict[ZoneProfile, Pool] = {}
_pools_lock = threading.Lock()


def _after_fork() -> None:
    global _pools_lock  # noqa: PLW0603 - the parent's lock may be held by a thread that the child does not have
    _pools_lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def pool_of(profile: ZoneProfile) -> Pool:
    """Return the pool that this process has for the profile."""
    with _pools_lock:
        if profile not in _pools:
            _pools[profile] = Pool(profile)
        return _pools[profile]
