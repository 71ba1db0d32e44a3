"""How fast a run goes and how long it will take: pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Files and bytes; or as many of both a second."""

    files: float = 0.0
    bytes: float = 0.0

    def per(self, seconds: float) -> Amount:
        """Return how much that is a second."""
        return Amount(files=self.files / seconds, bytes=self.bytes / seconds) if seconds > 0 else Amount()

    @property
    def is_something(self) -> bool:
        """Whether anything went on."""
        return self.files > 0 or self.bytes > 0


def share(done: Amount, planned: Amount) -> float:
    """
    Return how much of a run is done, 0 to 1.

    =============  =============  =======================================
    planned bytes  planned files  share
    =============  =============  =======================================
    some           any            of the bytes, at most that of the files
    none           some           of the files
    none           none           0
    =============  =============  =======================================
    """
    if planned.files <= 0:
        return 0.0
    of_files = min(done.files / planned.files, 1.0)
    return min(done.bytes / planned.bytes, of_files) if planned.bytes > 0 else of_files


def seconds_left(done: Amount, planned: Amount, rate: Amount) -> float | None:
    """
    Return how long the rest takes at this rate: files or bytes, whichever takes longer. None: nobody can say.

    A rate of no bytes says nothing about bytes that are left where files go on: those may be empty ones.
    """
    files, size = max(planned.files - done.files, 0.0), max(planned.bytes - done.bytes, 0.0)
    if not files and not size:
        return 0.0 if planned.files else None
    if not rate.is_something:
        return None
    by_files = files / rate.files if rate.files else 0.0
    by_bytes = size / rate.bytes if rate.bytes else 0.0
    return max(by_files, by_bytes)
