"""
Locks as files: held by whoever has the open file, gone when the last process that has it ends, however it ends.

A child that inherits the open file holds the lock too.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lading.services.errors import ServiceFailed

#: seconds between two looks at something that takes milliseconds
TICK = 0.01

#: seconds after which a lock that cannot be taken is held by somebody, not only looked at
LOOK = 0.3


def is_held(path: Path) -> bool:
    """Say whether some process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def take(path: Path) -> int:
    """Return the open file that holds the lock; raise `ServiceFailed` where another process holds it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOOK
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # somebody looks whether it is held: that takes microseconds
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise ServiceFailed(f"Another process holds {path}") from None
            time.sleep(TICK)
        else:
            return descriptor


@contextmanager
def gate(path: Path) -> Iterator[None]:
    """Let one process of a home at a time through; wait for as long as it takes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
