"""
Requests sent at their time, whatever became of those before: how a crowd asks, not how one patient client does.

Each wait counts from the moment at which the request was to be sent, so that one that had to wait for its turn here counts, too.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: seconds after which an answer counts as missing
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request."""

    #: what it is called in the table
    name: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: seconds after the beginning at which it is sent
    at: float = 0.0
    #: of an event stream: over with its first bytes
    is_stream: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What came of it."""

    name: str
    #: 0: no answer
    status: int
    #: milliseconds from the moment at which it was to be sent to the last byte
    wait: float


def send(address: str, requests: Sequence[Request]) -> Sequence[Took]:
    """Send all of them, each at its time from a thread of its own; return what came of them."""
    found: list[Took] = []
    begun = time.perf_counter() + 0.1
    threads = [threading.Thread(target=_send, args=(address, one, begun, found)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _send(address: str, asked: Request, begun: float, found: list[Took]) -> None:
    time.sleep(max(begun + asked.at - time.perf_counter(), 0))
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=_PATIENCE)
    try:
        connection.request(asked.method, asked.path, body=asked.body or None, headers=dict(asked.headers))
        answer = connection.getresponse()
        answer.readline() if asked.is_stream else answer.read()
        status = answer.status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        connection.close()
    found.append(Took(name=asked.name, status=status, wait=(time.perf_counter() - begun - asked.at) * 1000))


def p95(waits: Sequence[float]) -> float:
    """Return what 95 of 100 took at most."""
    return sorted(waits)[int(0.95 * (len(waits) - 1))]
