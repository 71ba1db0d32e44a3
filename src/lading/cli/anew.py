"""A command that goes on until it is told to end makes way for an upgrade, and begins anew as what is installed then."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from lading.cli.frame import err


@contextmanager
def making_way(leave: Callable[[], None]) -> Iterator[None]:
    """Call `leave` once the process has to make way; then begin the command anew where the context ends."""
    from lading.orchestration.ledger.lookout import Lookout

    lookout = Lookout(leave)
    lookout.start()
    try:
        yield
    finally:
        lookout.stop()
    if lookout.reason:
        begin(lookout.reason)


def begin(reason: str) -> NoReturn:
    """Become the same command once more: it waits for the end of an upgrade, and refuses a ledger that is newer than it."""
    err.print(f"Beginning anew: {reason}", soft_wrap=True)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - the command line of this very process
