"""
Charts as geometry: where lines and bars go in a box of fixed size. The templates draw them as SVG; nothing else does.

The box is stretched to its place on the page, so nothing in it is text: labels are beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: the box
WIDTH = 1_000
HEIGHT = 100

#: seconds of one column, so that people recognise them
_COLUMNS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)
#: columns of a chart at most: a phone has 400 points
MOST = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One stretch of time, for whoever points at it."""

    x: float
    width: float
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One line over time, with the area below it."""

    title: str
    line: str
    area: str
    #: what the upper edge stands for
    top: str
    #: the times at the left edge, in the middle, at the right edge
    times: Sequence[str]
    columns: Sequence[Column]
    #: the whole chart as a sentence
    told: str
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The stretch of time of a chart, in columns of `width` seconds."""

    start: float
    width: int
    number: int

    @property
    def end(self) -> float:
        """Where its last column ends."""
        return self.start + self.width * self.number

    def column_of(self, at: float) -> int:
        """Return in which column a time lies."""
        return int((at - self.start) // self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How values are put into words, and where an axis of them ends."""

    told: Callable[[float], str]
    top: Callable[[float], float]


def span(start: float, end: float) -> Span:
    """Return columns of a usual width for a stretch of time, at most `MOST` of them."""
    wanted = max(end - start, 1.0) / MOST
    width = next((one for one in _COLUMNS if one >= wanted), math.ceil(wanted / 86_400) * 86_400)
    return Span(start=start, width=width, number=max(math.ceil(max(end - start, 1.0) / width), 2))


def line(
    title: str,
    span: Span,
    values: Mapping[int, float],
    scale: Scale,
    clock: Callable[[float], str],
) -> Chart:
    """Draw a value for each column of a span; a column without one is at 0. `clock` puts times into words."""
    told = scale.told
    heights = [max(values.get(column, 0.0), 0.0) for column in range(span.number)]
    highest = max(heights)
    top = scale.top(highest)
    step = WIDTH / span.number
    points = [(round((n + 0.5) * step, 1), round(HEIGHT * (1 - height / top), 1)) for n, height in enumerate(heights)]
    path = _path([(0.0, points[0][1]), *points, (float(WIDTH), points[-1][1])])
    return Chart(
        title=title,
        line=path,
        area=f"{path}L{WIDTH},{HEIGHT}L0,{HEIGHT}Z",
        top=told(top),
        times=[clock(span.start), clock((span.start + span.end) / 2), clock(span.end)],
        columns=[
            Column(
                x=round(n * step, 1), width=round(step, 1), told=f"{clock(span.start + n * span.width)}: {told(height)}"
            )
            for n, height in enumerate(heights)
        ],
        told=f"{title} from {clock(span.start)} to {clock(span.end)}: at most {told(highest)}, "
        f"on average {told(sum(heights) / len(heights))}",
        is_empty=highest == 0,
    )


def nice(value: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is not below a value; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= value * 0.999_999)


def nice_bytes(value: float) -> float:
    """Return the same in units of 1024."""
    unit = 1024.0 ** max(math.floor(math.log(value, 1024)), 0) if value > 1 else 1.0
    return nice(value / unit) * unit


def spread(value: float, start: float, end: float, span: Span) -> Mapping[int, float]:
    """Deal a value to the columns between two times, as much to each as lies in it."""
    first, last = max(span.column_of(start), 0), min(span.column_of(end), span.number - 1)
    if end <= start or first >= last:
        return {max(min(last, span.number - 1), 0): value}
    parts = {}
    for column in range(first, last + 1):
        left = max(span.start + column * span.width, start)
        right = min(span.start + (column + 1) * span.width, end) if column < last else end
        parts[column] = value * max(right - left, 0.0) / (end - max(start, span.start))
    return parts


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


# --- the time line ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch of a phase."""

    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One phase of a run."""

    name: str
    bars: Sequence[Bar]
    #: how long somebody was at work on it, in seconds
    seconds: float
    batches: int


#: a phase, when work on it began and ended, and in how many batches
Stretch = tuple[str, float, float, int]

#: narrower would not be seen
_NARROWEST = 4.0


def timeline(span: Span, stretches: Iterable[Stretch]) -> Sequence[Row]:
    """Return a row for each phase, in the order in which they began; stretches that touch are one bar."""
    of_phase: dict[str, list[tuple[float, float]]] = {}
    batches: dict[str, int] = {}
    for name, start, end, number in sorted(stretches, key=lambda one: one[1]):
        of_phase.setdefault(name, []).append((start, max(end, start)))
        batches[name] = batches.get(name, 0) + number
    return [_row(span, name, _joined(parts, span.width), batches[name]) for name, parts in of_phase.items()]


def _joined(parts: Sequence[tuple[float, float]], gap: float) -> Sequence[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in parts:
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _row(span: Span, name: str, parts: Sequence[tuple[float, float]], batches: int) -> Row:
    scale = WIDTH / (span.end - span.start)
    bars = []
    for start, end in parts:
        width = min(max((end - start) * scale, _NARROWEST), float(WIDTH))
        x = min(max((start - span.start) * scale, 0.0), WIDTH - width)
        bars.append(Bar(x=round(x, 1), width=round(width, 1)))
    return Row(name=name, bars=bars, seconds=sum(end - start for start, end in parts), batches=batches)
