"""`lading metrics --listen` on a host whose clock is half a minute behind: `python -m tests.acceptance.skewed_metrics PORT`."""

from __future__ import annotations

import sys
import time

from lading.cli.frame import open_ledger

BEHIND = 30.0


class Behind:
    """A clock that is late."""

    def now(self) -> float:
        """Return a time that has been."""
        return time.time() - BEHIND


def main(port: int) -> None:
    """Serve figures until told to stop."""
    open_ledger()
    from lading.cli.metrics_server import listening
    from lading.orchestration.metrics import Collector

    listening(("127.0.0.1", port), Collector(Behind())).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
