"""
When a run may work: `[DAYS] HH:MM-HH:MM[; …] [TIME ZONE]`, for example `mon-fri 22:00-06:00; sat,sun 00:00-24:00 Europe/Amsterdam`.

A window that ends before it begins ends on the next day; the days are those on which it begins. Clocks that are set
forward or back move nothing but themselves: a time that occurs twice opens at the first and closes at the second, and
one that does not occur is as late as it would have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from lading.base.errors import UsageError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL_DAYS = frozenset(range(7))
_SPAN = re.compile(r"(?:(?P<days>[a-z,-]+) +)?(?P<opens>\d{1,2}:\d\d)-(?P<closes>\d{1,2}:\d\d)")
_DAY_MINUTES = 24 * 60
#: where a machine says in which time zone it is
_LOCAL = Path("/etc/localtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stretch of a day, in minutes after midnight; `closes` is larger than `opens`, and may be on the next day."""

    days: frozenset[int]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """All stretches, on the clocks of one time zone."""

    spans: tuple[Span, ...]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a window stands at a moment, and until when (seconds since the epoch)."""

    is_open: bool
    until: float


def settled(text: str, local: str = "") -> str:
    """Return the text with the name of its time zone: that of this machine where it has none. Raise `UsageError`."""
    parsed = parse(text, local or local_zone())
    plain = text.strip().removesuffix(parsed.zone).strip()
    return f"{' '.join(plain.split())} {parsed.zone}"


def parse(text: str, local: str = "UTC") -> Window:
    """Read a window; raise `UsageError`."""
    words = text.strip().rsplit(None, 1)
    named = len(words) > 1 and not _SPAN.fullmatch(words[1].lower())
    spans, zone = (words[0], words[1]) if named else (text, local)
    clock_of(zone)
    return Window(spans=tuple(_span(part.strip().lower()) for part in spans.split(";")), zone=zone)


def standing(window: Window, at: float) -> Opening:
    """
    Say whether the window is open at `at`, and when that changes.

    ==============================  ========  =====================================
    at                              is open   until
    ==============================  ========  =====================================
    within a stretch                yes       the end of all that follow without gap
    between stretches               no        the beginning of the next one
    ==============================  ========  =====================================
    """
    until: float | None = None
    for opens, closes in sorted(_around(window, at)):
        if closes <= at:
            continue
        if until is None and opens > at:
            return Opening(is_open=False, until=opens)
        if until is not None and opens > until:
            break
        until = max(until or closes, closes)
    return Opening(is_open=True, until=until if until is not None else at)


def clock_of(zone: str) -> tzinfo:
    """Return the clock of a time zone; raise `UsageError` where this machine knows none of that name."""
    if zone == "UTC":
        return UTC  # also where there is no list of time zones
    try:
        return ZoneInfo(zone)
    except (KeyError, OSError, ValueError) as error:
        raise UsageError(f"There is no time zone {zone}", hint="Europe/Amsterdam is one, and UTC") from error


def local_zone() -> str:
    """Return the name of this machine's time zone, UTC where it does not tell."""
    _, found, name = str(_LOCAL.resolve()).partition("/zoneinfo/")
    return name if found else "UTC"


def _around(window: Window, at: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches from the day before to a week after: each window opens at least once in that time."""
    zone = clock_of(window.zone)
    today = datetime.fromtimestamp(at, zone).date()
    for day in (today + timedelta(days=offset) for offset in range(-1, 9)):
        for span in window.spans:
            if day.weekday() in span.days:
                opens, closes = _moment(day, span.opens, zone, fold=0), _moment(day, span.closes, zone, fold=1)
                if opens < closes:
                    yield opens, closes


def _moment(day: date, minutes: int, zone: tzinfo, *, fold: int) -> float:
    later, minutes = divmod(minutes, _DAY_MINUTES)
    clock = time(minutes // 60, minutes % 60)
    local = datetime.combine(day + timedelta(days=later), clock, zone)
    # only where the clock shows the time twice: where it never does, both readings are wrong and the later one is taken
    twice = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    return local.replace(fold=fold if twice else 0).timestamp()


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no time window", hint="22:00-06:00 is one, and mon-fri 22:00-06:00")
    opens, closes = _minutes(found["opens"]), _minutes(found["closes"])
    if opens % _DAY_MINUTES == closes:
        raise UsageError(f"The window {text} ends when it begins", hint="00:00-24:00 is the whole day")
    return Span(days=_days(found["days"]), opens=opens, closes=closes if closes > opens else closes + _DAY_MINUTES)


def _minutes(clock: str) -> int:
    hours, minutes = (int(part) for part in clock.split(":"))
    if minutes > 59 or hours * 60 + minutes > _DAY_MINUTES:  # noqa: PLR2004 - minutes of an hour
        raise UsageError(f"There is no time {clock}")
    return hours * 60 + minutes


def _days(text: str | None) -> frozenset[int]:
    if not text:
        return _ALL_DAYS
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise UsageError(f"{part!r} is no day of the week", hint=f"They are {', '.join(_DAYS)}")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update(number % 7 for number in range(begin, end + 1 if end >= begin else end + 8))
    return frozenset(found)
