"""Whether and when to try again, as a pure question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lading.base.errors import LadingError, Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential back-off with a cap; the jitter is the caller's."""

    attempts: int = 4
    first_delay: timedelta = timedelta(milliseconds=200)
    longest_delay: timedelta = timedelta(seconds=10)

    def next_delay(self, error: LadingError, attempt: int, *, jitter: float) -> timedelta | None:
        """
        Return how long to wait before `attempt` + 1, or None to give up.

        `attempt` counts from 1; `jitter` is between 0 and 1 and scales the delay (full jitter).
        """
        if error.remedy not in {Remedy.RETRY_NOW, Remedy.RETRY_LATER} or attempt >= self.attempts:
            return None
        backoff = min(self.first_delay * 2.0 ** (attempt - 1), self.longest_delay) * jitter
        return max(backoff, error.retry_after or timedelta())
