"""Lines as the structure sees them: what was broken by the margin is one row again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lading.cv.engine.document import Document, Line
from lading.cv.engine.structure.dates import find_period

#: points by which the second line of a list item stands further right than its mark
_INDENT = 3.0
#: a row that ends with such a word is not at its end
_SMALL = re.compile(r"\s(?:of|for|and|the|in|at|to|with|für|und|der|des|die|zum|zur|im|in|mit|von|&)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One or more lines that are one statement."""

    text: str
    #: the first line
    line: Line
    #: numbers of all its lines
    numbers: tuple[int, ...]
    bullet: bool


def rows_of(document: Document, numbers: Sequence[int]) -> list[Row]:
    """Return the rows of these lines."""
    by_number = {line.number: line for line in document.lines}
    lines = [by_number[number] for number in numbers]
    rows: list[Row] = []
    for before, line in pairwise([None, *lines]):
        assert line is not None
        if before is not None and rows and _breaks_off(rows[-1], before, line):
            cell, tab, rest = rows[-1].text.partition("\t")
            text = f"{cell} {line.text}{tab}{rest}"
            rows[-1] = replace(rows[-1], text=text, numbers=(*rows[-1].numbers, line.number))
        elif before is not None and rows and _goes_on(rows[-1], before, line):
            last = rows[-1]
            joint = "" if last.text.endswith("-") and line.text[:1].islower() and not last.text.endswith(" -") else " "
            text = last.text[:-1] + line.text if not joint else f"{last.text} {line.text}"
            rows[-1] = replace(last, text=text, numbers=(*last.numbers, line.number))
        else:
            rows.append(Row(text=line.text, line=line, numbers=(line.number,), bullet=line.bullet))
    return rows


def _breaks_off(row: Row, before: Line, line: Line) -> bool:
    """Say whether a head breaks off at the margin after a small word, and goes on below: *Head of*, *Techniker für*."""
    cell = row.text.partition("\t")[0]
    is_same = line.bold and before.bold and not line.bullet and not line.heading and "\t" not in line.text
    return is_same and bool(_SMALL.search(cell)) and not _is_dated(line.text)


def _goes_on(row: Row, before: Line, line: Line) -> bool:
    """Say whether a line goes on with the row: indented under a list item, or in the middle of a sentence."""
    if line.bullet or line.heading or line.bold != before.bold or line.part is not before.part:
        return False
    if line.text.startswith(("(", ")")) and row.text[-1:] not in ".:":
        return not _is_dated(line.text)
    if row.bullet and before.box and line.box and row.line.box and before.page == line.page:
        return line.box.left > row.line.box.left + _INDENT and not _is_dated(line.text)
    return line.text[:1].islower() and row.text[-1:] not in ".:;!?" and len(row.text) > 30  # noqa: PLR2004 - prose


def _is_dated(text: str) -> bool:
    return find_period(text) is not None
