"""What unfinished batches report through Redis; a Redis that is away delays one page, not every page."""

from __future__ import annotations

from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.progress import live_of
from lading.web.console.rates import Amount

#: seconds for which a Redis that did not answer is not asked again
_PATIENCE = 15.0


class Live:
    """Asks Redis, unless it was silent lately."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def of(self, run_id: int, at: float) -> Amount:
        """Return what a run's batches have done beyond what the ledger has; nothing where nobody can say."""
        if at < self._silent_until:
            return Amount()
        try:
            with broker.translated():
                files, size = live_of(run_id)
        except BrokerUnreachable:
            self._silent_until = at + _PATIENCE
            return Amount()
        return Amount(files=files, bytes=size)


#: of this process
LIVE = Live()
