"""
How old the knowledge of the catalogue may get: snapshots are not believed for ever.

Ticks come evenly, as many in a period as a snapshot has segments. Each run may list as many again as ticks passed since
the one before, the oldest first, so that all were listed once a period has passed and no day has to bear them all. Half
of the ticks are for segments with entries that nobody compared by checksum. What is older than the period is always due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: ages of a folder that has no snapshot
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """When a folder was last compared with the catalogue, in seconds since the epoch, and what of it is unproven."""

    compared_at: float
    unverified: int
    #: orders folders of one moment
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The youngest that is due, by time and key."""

    compared_at: float = _NEVER
    key: bytes = b""

    def takes(self, age: Age) -> bool:
        """Say whether the age is this one's or higher."""
        return (age.compared_at, age.key) <= (self.compared_at, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Which folders a run lists although their snapshot speaks."""

    any: Edge = Edge()
    unverified: Edge = Edge()

    def takes(self, age: Age) -> bool:
        """
        Say whether a folder is due.

        ==================  ==================  ====
        unverified entries  compared            due
        ==================  ==================  ====
        any                 up to `any`         yes
        some                up to `unverified`  yes
        none                after `any`         no
        some                after both          no
        ==================  ==================  ====
        """
        return self.any.takes(age) or (age.unverified > 0 and self.unverified.takes(age))


def of_rows(key: bytes, rows: Iterable[tuple[float, int]]) -> Age:
    """Return the age of a folder: that of its oldest segment, given (compared at, unverified) of each."""
    found = list(rows)
    return Age(
        compared_at=min((at for at, _ in found), default=_NEVER),
        unverified=sum(unverified for _, unverified in found),
        key=key,
    )


def ticks(segments: int, since: float, now: float, period: float) -> int:
    """
    Return how many ticks lie between two moments, at most one for each segment.

    They lie at fixed moments, so that runs in quick succession get as many as one long wait: none is lost by rounding.
    """
    passed = int(now * segments / period) - int(since * segments / period)
    return max(0, min(passed, segments))
