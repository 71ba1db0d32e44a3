"""Whether a job would gain from bundles, as a plan shows it."""

from __future__ import annotations

from lading.ingest.app.planning import PlanLine
from lading.ingest.engine.bundling import COST

#: what counts as small: its bytes take less time than its request
_SMALL = 64 * 1024
#: fewer files are there before anybody has read the offer
_MANY = 500
_BUNDLE = 100


class SmallFiles:
    """The small new files of a plan, whose lines come folder by folder."""

    def __init__(self) -> None:
        self._files = 0
        self._folders = 0
        self._last: str | None = None

    def note(self, line: PlanLine) -> None:
        """Count a line."""
        if line.verb != "create" or line.size > _SMALL:
            return
        folder = line.path.rpartition("/")[0]
        self._files += 1
        self._folders += folder != self._last
        self._last = folder

    def offer(self) -> str:
        """Return a line that says what bundles would save, "" if it is not worth saying."""
        if self._files < _MANY:
            return ""
        requests = COST * -(-self._files // _BUNDLE)
        where = f"{self._folders:,} folder{'s' if self._folders > 1 else ''}"
        return (
            f"{self._files:,} new files of up to 64 KiB in {where}: --bundle {_BUNDLE} would send them"
            f" in about {100 * requests / self._files:.0f} % of the requests"
        )
