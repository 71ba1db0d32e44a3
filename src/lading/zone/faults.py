"""Faults that tests order, and the count of requests."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class FaultKind(Enum):
    """What goes wrong."""

    DELAY = "delay"  #: answer later
    ERROR = "error"  #: answer with a code instead of doing it
    DROP_BEFORE = "drop_before"  #: close the connection, nothing done
    DROP_AFTER = "drop_after"  #: do it, then close the connection without a reply
    STALL = "stall"  #: do nothing and say nothing for `seconds`, then close


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One ordered fault. Counting starts when it is injected and runs over all connections."""

    kind: FaultKind
    api: int | None = None  #: API number, or None for all
    nth: int = 1  #: first matching call that is hit
    times: int | None = 1  #: how many calls are hit; None: all from the nth on
    seconds: float = 0.0  #: for DELAY and STALL
    code: int = 0  #: for ERROR

    def as_document(self) -> dict[str, Any]:
        """Return a JSON document that `from_document` reads."""
        return {**asdict(self), "kind": self.kind.value}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Fault:
        """Read what `as_document` wrote."""
        return cls(**{**document, "kind": FaultKind(document["kind"])})


class Arrivals:
    """How many connections came, and what became of their logins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counter[str]()

    def came(self) -> None:
        """Count a connection, whatever it is going to say."""
        self._add("connections")

    def tried(self, *, accepted: bool) -> None:
        """Count the end of a login."""
        self._add("accepted" if accepted else "refused")

    def counts(self) -> dict[str, int]:
        """Return the counts."""
        with self._lock:
            return dict(self._counts)

    def reset(self) -> None:
        """Start counting at 0."""
        with self._lock:
            self._counts.clear()

    def _add(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1


class Faults:
    """The faults of one zone, and its counters per API number (after login, over all connections)."""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self._lock = threading.Lock()
        self._ordered: list[tuple[Fault, list[int]]] = []
        self._counters: Counter[int] = Counter()
        self._released = threading.Event()

    def inject(self, fault: Fault) -> None:
        """Order a fault; it adds to those already there."""
        with self._lock:
            self._ordered.append((fault, [0]))

    def clear(self) -> None:
        """Forget all faults and end running stalls and delays."""
        with self._lock:
            self._ordered.clear()
            released, self._released = self._released, threading.Event()
        released.set()

    def counters(self) -> dict[int, int]:
        """Return the number of requests per API number."""
        with self._lock:
            return dict(self._counters)

    def reset_counters(self) -> None:
        """Start counting at 0."""
        with self._lock:
            self._counters.clear()

    def count(self, api: int) -> tuple[Fault, ...]:
        """Count one request and return the faults that hit it."""
        with self._lock:
            self._counters[api] += 1
            if not self._ordered:
                return ()
            return tuple(fault for fault, seen in self._ordered if _hits(fault, seen, api))

    def wait(self, seconds: float) -> None:
        """Sleep, or less if the faults are cleared."""
        self._released.wait(seconds)


def _hits(fault: Fault, seen: list[int], api: int) -> bool:
    if fault.api is not None and fault.api != api:
        return False
    seen[0] += 1
    if seen[0] < fault.nth:
        return False
    return fault.times is None or seen[0] < fault.nth + fault.times
