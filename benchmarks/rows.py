"""What a figure says: one row for each number, printed as a table."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """Which side of the limit is the good one."""

    AT_MOST = "<="
    AT_LEAST = ">="

    @property
    def holds(self) -> Callable[[float, float], bool]:
        """Compare a measured number with the limit."""
        return operator.le if self is Direction.AT_MOST else operator.ge


@dataclass(frozen=True, slots=True)
class Bound:
    """The limit that a number has to keep."""

    direction: Direction
    limit: float

    def __str__(self) -> str:
        return f"{self.direction.value} {number(self.limit)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured number; without a bound it is only reported."""

    name: str
    measured: float
    unit: str = ""
    bound: Bound | None = None

    @property
    def kept(self) -> bool:
        """Whether the number keeps its bound; one without a bound does."""
        return self.bound is None or self.bound.direction.holds(self.measured, self.bound.limit)


def at_most(limit: float) -> Bound:
    """Return the bound of a number that has to be small."""
    return Bound(Direction.AT_MOST, limit)


def at_least(limit: float) -> Bound:
    """Return the bound of a number that has to be large."""
    return Bound(Direction.AT_LEAST, limit)


def number(value: float) -> str:
    """Return a number with as many digits as it means something with."""
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table that is also Markdown."""
    cells = [("figure", "measured", "unit", "bound", "kept")]
    cells += [(row.name, number(row.measured), row.unit, str(row.bound or ""), verdict(row)) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = [_line(line, widths) for line in cells]
    rule = "|".join("-" * (width + 1) + (":" if column == 1 else "-") for column, width in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def verdict(row: Row) -> str:
    """Return one word for a row, none for a number that is only reported."""
    return "" if row.bound is None else "yes" if row.kept else "NO"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        cell.rjust(width) if column == 1 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
