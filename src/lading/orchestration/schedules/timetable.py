"""
When something is due: every so many seconds, or at times of the day (cron) on the clocks of a time zone.

Clocks that are set forward or back make no run twice and lose none:

======================================  =====================================================================
a time of the day that                  is due
======================================  =====================================================================
occurs once                             then
does not occur (clock set forward)      as late as it would have been: 02:30 is 03:30 by the new time
occurs twice (clock set back)           at the first of both; at both where the expression takes every hour
======================================  =====================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from croniter import croniter  # type: ignore[import-untyped]

from lading.base.errors import UsageError
from lading.orchestration.limits.window import clock_of

#: shorter than any sweep comes makes no sense
LEAST_SECONDS = 1.0
#: longer than anybody means, and still a time that calendars have
MOST_SECONDS = 366 * 86_400.0

_WORDS = frozenset(
    {
        *("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        *("hourly", "daily", "midnight", "weekly", "monthly", "yearly", "annually"),
        "l",  # the last day of the month
    }
)
_MACRO = re.compile(r"@[a-z]+")
_FIELDS = 5
_HOURS = 24
#: a clock is set by less than this at a time; a day has been left out as a whole, once, in the Pacific
_NEAR = timedelta(hours=26).total_seconds()
#: any day will do to see whether an expression ever comes true
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Again and again, so many seconds after the last time; clocks on the wall do not matter."""

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds >= LEAST_SECONDS:
            raise UsageError(f"An interval of {self.seconds:g} s is too short", hint="A second is the shortest one")
        if self.seconds > MOST_SECONDS:
            raise UsageError(f"An interval of {self.seconds:g} s is too long", hint="A year is the longest one")

    def following(self, last: float) -> float:
        """Return the next time after the last one."""
        return last + self.seconds

    def newest(self, last: float, until: float) -> float:
        """Return the newest time that is not later than `until`, a whole number of intervals from the last one."""
        return last + (until - last) // self.seconds * self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """
    At times of the day: minute, hour, day of the month, month, day of the week.

    Raises `UsageError` for an expression that cannot be understood, or never comes true.
    """

    expression: str
    zone: str

    def __post_init__(self) -> None:
        clock_of(self.zone)
        if not _is_plain(self.expression):
            raise UsageError(
                f"{self.expression!r} is no cron expression",
                hint="0 2 * * mon-fri is one: minute, hour, day, month, day of the week",
            )
        try:
            self._wall(_SOME_DAY).get_next(datetime)
        except ValueError as error:
            raise UsageError(f"{self.expression!r} is no cron expression that ever comes true: {error}") from error

    def following(self, last: float) -> float:
        """Return the first time after a moment."""
        lowest, highest = self._offsets(last)
        best: float | None = None
        for wall in self._walls(last + lowest, "get_next"):
            if best is not None and _seconds(wall) > best + highest:
                break
            for moment in self._moments(wall):
                if moment > last and (best is None or moment < best):
                    best, (_, highest) = moment, self._offsets(moment)
        assert best is not None, "the walk ends with a time only"
        return best

    def newest(self, last: float, until: float) -> float:
        """Return the newest time that is not later than `until`; `last` if there is none after it."""
        lowest, highest = self._offsets(until)
        best = last
        # the walk goes backwards from the first time that is surely later
        for wall in self._walls(until + highest + 1, "get_prev"):
            if _seconds(wall) < best + lowest:
                break
            for moment in self._moments(wall):
                if best < moment <= until:
                    best, (lowest, _) = moment, self._offsets(moment)
        return best

    def _walls(self, start: float, step: str) -> Iterator[datetime]:
        """Yield what a clock on the wall shows whenever it is time, as if no clock was ever set."""
        walk = self._wall(datetime.fromtimestamp(start, UTC).replace(tzinfo=None))
        go: Callable[[type[datetime]], datetime] = getattr(walk, step)
        while True:
            yield go(datetime)

    def _wall(self, start: datetime) -> croniter:
        return croniter(self.expression.lower(), start)

    def _moments(self, wall: datetime) -> Iterator[float]:
        """Yield when the clock shows that: see the table above."""
        clock = clock_of(self.zone)
        first, second = (wall.replace(tzinfo=clock, fold=fold) for fold in (0, 1))
        yield first.timestamp()
        if _is_shown(second, clock) and first.utcoffset() != second.utcoffset() and self._takes_every_hour:
            yield second.timestamp()

    @property
    def _takes_every_hour(self) -> bool:
        hours = self._wall(_SOME_DAY).expanded[1]
        return hours == ["*"] or len(hours) == _HOURS

    def _offsets(self, moment: float) -> tuple[float, float]:
        """Return by how many seconds the clock may differ from UTC around a moment: at least, at most."""
        clock = clock_of(self.zone)
        found = [_offset(moment + shift, clock) for shift in (-_NEAR, 0, _NEAR)]
        return min(found), max(found)


Timetable = Every | Cron


def told(timetable: Timetable) -> str:
    """Return a timetable as people read it."""
    if isinstance(timetable, Every):
        return f"every {timetable.seconds:g} s"
    return f"{timetable.expression} {timetable.zone}"


def upcoming(timetable: Timetable, last: float, now: float, count: int) -> Iterator[float]:
    """Yield the next `count` times after now; `last` is when it was due last."""
    at = max(timetable.newest(last, now), last) if now > last else last
    for _ in range(count):
        at = timetable.following(at)
        yield at


def _is_plain(expression: str) -> bool:
    """Say whether it has five fields, or is a word such as @daily, and nothing that is made up by chance."""
    text = expression.lower()
    is_formed = bool(_MACRO.fullmatch(text)) or len(text.split()) == _FIELDS
    return is_formed and set(re.findall(r"[a-z]+", text)) <= _WORDS


def _seconds(wall: datetime) -> float:
    return wall.replace(tzinfo=UTC).timestamp()


def _offset(moment: float, clock: tzinfo) -> float:
    offset = datetime.fromtimestamp(moment, clock).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


def _is_shown(local: datetime, clock: tzinfo) -> bool:
    """Say whether a clock ever shows a time."""
    return local.astimezone(UTC).astimezone(clock).replace(tzinfo=None) == local.replace(tzinfo=None)
