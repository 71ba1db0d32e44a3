"""
Sees from within a process that works that it has to make way: for an upgrade, or since the ledger became newer than it.

===============================  =====================================================================
seen                             who works
===============================  =====================================================================
an upgrade is announced          finishes what is in hand, ends, begins anew and waits
ledger newer, only by additions  finishes what is in hand, ends, begins anew (as what is installed now)
ledger newer otherwise           puts down what is in hand unwritten (`keeper`), then as above
===============================  =====================================================================
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from lading.base import config
from lading.base.errors import LedgerUnreachable
from lading.orchestration.ledger import schema, upgrading
from lading.orchestration.ledger.upgrading import Announced

log = logging.getLogger(__name__)

#: seconds between looks
EVERY = 1.0


def why_to_leave() -> str:
    """Return why this process has to make way, as a sentence; "" where it may stay."""
    try:
        found = schema.compare()
        if found.newer:
            return "the ledger was written by a newer version"
        if not found.is_empty and upgrading.announced() is not Announced.NOTHING:
            return "an upgrade of the ledger is under way"
    except (DatabaseError, LedgerUnreachable) as error:
        log.debug("nothing seen: %s", error)
        connection.close()
    return ""


class Lookout:
    """A thread that looks until there is a reason, then calls `leave` once."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="lookout", daemon=True)
        #: why the process has to make way; "" as long as it need not
        self.reason = ""

    def start(self) -> None:
        """Begin to look; a second call, as after a lost connection to the broker, changes nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """End; a reason that was seen stays."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(EVERY * min(config.current().time_scale, 1.0)):
            self.reason = why_to_leave()
            connection.close()  # one less that is held for a statement a second
            if self.reason:
                log.warning("making way: %s", self.reason)
                self._leave()
                return
