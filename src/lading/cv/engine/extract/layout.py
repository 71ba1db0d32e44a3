"""From characters to lines: fragments, columns, rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from lading.cv.engine.document import Box, Hidden
from lading.cv.engine.extract.letters import composed, in_page_order, in_reading_order, spacing_of
from lading.cv.engine.extract.marks import LONGEST, tidy
from lading.cv.engine.extract.pdfium import Glyph

#: in heights of the letters
_WIDE_GAP = 1.3
_SPACE, _SPACE_BESIDE_WRITTEN = 0.18, 0.28
_SAME_BASE = 0.35
#: in gaps between the letters of a word that is set wide
_WORDS_APART = 1.5
#: lines that each side of a gutter needs to be a column
_COLUMN_LINES = 4
#: points between columns
_GUTTER = 6.0
#: share of fragments that may cross a gutter: name and headline span both columns
_CROSSING = 0.25
#: share of a word that lies in its column
_INSIDE = 0.75
#: share of dates and labels that makes the narrow side a margin, not a column
_MARGIN = 0.4
_LONE_MARK = re.compile(r"^[•◦▪‣●○■▸►➢➤\uf0b7\uf0a7*–-]$")  # noqa: RUF001 - marks as they are typed
_LABEL = re.compile(r"(?:\b(?:19|20)\d\d\b|:$|\b(?:heute|present|now|since|seit)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Text on one baseline without a wide gap."""

    text: str
    box: Box
    base: float
    size: float
    bold: bool
    hidden: Hidden


def fragments(glyphs: Sequence[Glyph]) -> list[Fragment]:
    """Return the fragments in the order of the file."""
    groups: list[list[Glyph]] = []
    for glyph in in_page_order(composed(glyphs)):
        if groups and _goes_on(groups[-1], glyph):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    made = (_fragment(group) for group in groups)
    return [fragment for fragment in made if fragment.text]


def _goes_on(group: list[Glyph], glyph: Glyph) -> bool:
    last = group[-1]
    tall = max(last.size, glyph.size, 1.0)
    if len(group) >= LONGEST or glyph.hidden is not last.hidden or abs(glyph.base - last.base) > _SAME_BASE * tall:
        return False
    gap = glyph.box.left - last.box.right
    if -tall < gap < _WIDE_GAP * tall:
        return True
    return len(group) == 1 and bool(_LONE_MARK.match(last.text)) and 0 < gap < 4 * tall


def _fragment(group: list[Glyph]) -> Fragment:
    letters: list[str] = []
    # Where spaces are written, gaps are those of the letters: of small capitals, say.
    space = _SPACE_BESIDE_WRITTEN if any(glyph.text.isspace() for glyph in group) else _SPACE
    apart = _WORDS_APART * spacing_of(group)
    for before, glyph in zip([None, *group], group, strict=False):
        if before is not None and glyph.box.left - before.box.right > space * glyph.size + apart:
            letters.append(" ")
        letters.append(glyph.text)
    seen = [glyph for glyph in group if not glyph.text.isspace()] or group
    return Fragment(
        text=in_reading_order(tidy(" ".join("".join(letters).split()))),
        box=_around(glyph.box for glyph in seen),
        base=seen[0].base,
        size=median(glyph.size for glyph in seen),
        bold=2 * sum(glyph.bold for glyph in seen) > len(seen),
        hidden=seen[0].hidden,
    )


def _around(boxes: Iterable[Box]) -> Box:
    every = list(boxes)
    return Box(
        left=round(min(box.left for box in every), 2),
        top=round(min(box.top for box in every), 2),
        right=round(max(box.right for box in every), 2),
        bottom=round(max(box.bottom for box in every), 2),
    )


def rows(parts: Sequence[Fragment]) -> list[Fragment]:
    """Return the lines from the top down; what stands on one baseline is one line, with tabs between."""
    lines: list[list[Fragment]] = []
    for part in sorted(parts, key=lambda part: (part.base, part.box.left)):
        if lines and abs(part.base - lines[-1][0].base) <= _SAME_BASE * min(part.size, lines[-1][0].size):
            lines[-1].append(part)
        else:
            lines.append([part])
    return [_joined(sorted(line, key=lambda part: part.box.left)) for line in lines]


def _joined(line: list[Fragment]) -> Fragment:
    text = line[0].text
    for before, part in pairwise(line):
        text += "\t" if part.box.left - before.box.right > _WIDE_GAP * part.size else " "
        text += part.text
    return Fragment(
        text=text,
        box=_around(part.box for part in line),
        base=line[0].base,
        size=max(part.size for part in line),
        bold=line[0].bold,
        hidden=line[0].hidden,
    )


def reading_order(parts: Sequence[Fragment]) -> tuple[list[Fragment], int]:
    """Return the lines in the order in which a person reads them, and how many columns there are."""
    gutter = _gutter(parts)
    if gutter is None:
        return rows(parts), 1
    crossing = [part for part in parts if _side(part, gutter) == 0]
    tops = sorted(part.box.top for part in crossing)
    bands = groupby(
        sorted(parts, key=lambda part: (_band(part, tops), _side(part, gutter))),
        key=lambda part: (_band(part, tops), _side(part, gutter)),
    )
    return [line for _, band in bands for line in rows(list(band))], 2


def _side(part: Fragment, gutter: float) -> int:
    """Return 1 for what is left of the gutter, 2 for right, 0 for what crosses it."""
    if part.box.left >= gutter - 1:
        return 2
    if part.box.right <= gutter - _GUTTER:
        return 1
    # A word that nothing can break runs over the edge of its column and belongs to it all the same; a heading in the
    # middle of the page is one word, too, but lies on both sides.
    inside = gutter - part.box.left > _INSIDE * (part.box.right - part.box.left)
    return 1 if " " not in part.text and inside else 0


def _band(part: Fragment, tops: list[float]) -> int:
    """Return how many lines that cross the gutter begin above this part, or with it."""
    return sum(top <= part.box.top + 1 for top in tops)


def _gutter(parts: Sequence[Fragment]) -> float | None:
    """Return where the right one of two columns begins, or None."""
    lefts = sorted(round(part.box.left) for part in parts)
    candidates = {left for left in lefts if sum(abs(other - left) <= 1 for other in lefts) >= _COLUMN_LINES}
    found = [(score, left) for left in candidates if (score := _columns(parts, left))]
    return max(found)[1] - 1.0 if found else None


def _columns(parts: Sequence[Fragment], left: float) -> int:
    """Return how many fragments stand in two columns that part at `left`; 0 where there are no columns."""
    sides = [[part for part in parts if _side(part, left - 1) == side] for side in (0, 1, 2)]
    crossing, first, second = sides
    if min(len(first), len(second)) < _COLUMN_LINES or len(crossing) > _CROSSING * len(parts):
        return 0
    overlap = min(max(p.base for p in s) for s in (first, second)) - max(
        min(p.base for p in s) for s in (first, second)
    )
    shorter = min(max(p.base for p in s) - min(p.base for p in s) for s in (first, second))
    if overlap < 0.5 * shorter or shorter <= 0:
        return 0
    if any(_is_margin(side) for side in (first, second)):
        return 0
    return len(first) + len(second)


def _is_margin(side: list[Fragment]) -> bool:
    """Say whether one side holds dates and labels that belong to the lines beside them."""
    return sum(bool(_LABEL.search(part.text)) for part in side if len(part.text) < 40) > _MARGIN * len(side)  # noqa: PLR2004
