"""Waiting for a ledger that is away: a worker has nothing better to do, and what it has to tell must not be lost."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

from lading.base import config

log = logging.getLogger(__name__)

T = TypeVar("T")

#: seconds for which a ledger that does not answer is waited for; afterwards the batch is done anew once it does
_PATIENCE = 600.0
#: seconds until the first and between later tries
_FIRST = 0.1
_LONGEST = 5.0


def patiently(act: Callable[[], T]) -> T:
    """
    Return what `act` returns, tried until the ledger answers; raise what it raised last once patience ends.

    `act` may have taken effect although its answer was lost: it has to notice that by itself when it is tried again.
    """
    ends = time.monotonic() + _PATIENCE * config.current().time_scale
    delay = _FIRST
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > ends:
                raise
            log.warning("the ledger does not answer, waiting for it: %s", str(error).strip())
            close_old_connections()
        time.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - spreads tries, guards nothing
        delay = min(2 * delay, _LONGEST)
