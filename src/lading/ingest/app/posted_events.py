"""The `Events` of a bucket whose store posts its notices: reads them from the ledger, where the web has put them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from lading.base import config
from lading.ingest.app import posting
from lading.ingest.engine.noticing.changes import EVERYTHING, Change

#: seconds between looks into the ledger
_LOOK = 1.0
#: paths that one look takes in
_AT_ONCE = 5_000


class PostedEvents:
    """Tells what was posted, at least once; what was not settled is told again to whoever watches next."""

    how = "webhook"

    def __init__(self, job_id: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        #: how often more was posted than is kept, so that everything has to be looked at
        self.losses = 0
        #: a ledger that is away is the watcher's concern
        self.broken = ""
        self._job_id = job_id
        self._clock = clock
        self._after = 0
        self._look_at = 0.0

    def changes(self) -> Sequence[Change]:
        """Return what was posted since the last look."""
        if self._clock() < self._look_at:
            return ()
        self._look_at = self._clock() + _LOOK * min(config.current().time_scale, 1.0)
        found = posting.waiting(self._job_id, self._after, _AT_ONCE)
        if found:
            self._after = found[-1][0]
        return [self._told(number, path) for number, path in found]

    def settled(self, receipts: Collection[str]) -> None:
        """Forget what a run looks at that is in the ledger."""
        posting.settle(self._job_id, [int(receipt) for receipt in receipts])

    def close(self) -> None:
        """There is nothing to let go of."""

    def _told(self, number: int, path: str) -> Change:
        if path:
            return Change(path=path, receipt=str(number))
        self.losses += 1
        return Change(path="", look=EVERYTHING.look, receipt=str(number))
