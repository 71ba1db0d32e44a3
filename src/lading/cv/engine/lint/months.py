"""Arithmetic on partial dates, in months. What has no month is None, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lading.cv.engine.values import PartialDate, Period

#: first and last month, both included, counted from year 0
Span = tuple[int, int]


def month(value: PartialDate | None) -> int | None:
    """Return a date as a count of months, or None where it has no month."""
    return value.year * 12 + value.month - 1 if value is not None and value.month else None


def month_of(day: date) -> int:
    """Return the month of a day as a count of months."""
    return day.year * 12 + day.month - 1


def span(period: Period | None, today: date) -> Span | None:
    """Return the months of a period; None where one end is unknown or has no month, or they are reversed."""
    if period is None:
        return None
    first = month(period.start)
    last = month_of(today) if period.ongoing else month(period.end)
    return None if first is None or last is None or last < first else (first, last)


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap, in order."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def length(spans: Iterable[Span]) -> int:
    """Return how many months some spans cover, overlaps counted once."""
    return sum(last - first + 1 for first, last in union(spans))


def spelt(count: int) -> str:
    """Return a count of months as `2019-04`."""
    return f"{count // 12:04}-{count % 12 + 1:02}"
