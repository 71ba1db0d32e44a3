"""
Letters as a person sees them, where the file draws them otherwise: accents apart, words from the right, set wide.

TeX in its oldest encoding draws an accent and a letter over each other; programs write what runs from right to left now in
the order of speech, now in that of the page. Both are put into the order and the form of Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from lading.cv.engine.extract.pdfium import Glyph

#: accent that takes room -> the one that combines
_ACCENTS = {
    "`": "\u0300",
    "\u00b4": "\u0301",
    "\u02c6": "\u0302",
    "^": "\u0302",
    "\u02dc": "\u0303",
    "~": "\u0303",
    "\u00af": "\u0304",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u00a8": "\u0308",
    "\u02da": "\u030a",
    "\u02dd": "\u030b",
    "\u02c7": "\u030c",
    "\u00b8": "\u0327",
    "\u02db": "\u0328",
}
_DOTLESS = {"\u0131": "i", "\u0237": "j"}
#: share of the narrower one of two signs that lies over the other
_OVER = 0.5
#: by how much an accent stands higher over a capital, in heights of the letters
_RAISED = 0.5
#: accents of a page are few; more is no text
_MOST_ACCENTS = 2000
_RIGHT = {"R", "AL"}
_NEUTRAL = {"WS", "ON", "CS", "ES", "ET", "NSM", "EN", "AN"}
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_MIRRORED = str.maketrans("()[]{}<>\u00ab\u00bb", ")(][}{><\u00bb\u00ab")
#: letters that a word set wide has at least; share of its gaps that are wide
_WIDE_LETTERS, _WIDE_SHARE = 5, 0.8


def composed(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs with each accent that is drawn over a letter joined to it."""
    accents = [glyph for glyph in glyphs if glyph.text in _ACCENTS]
    if not accents or len(accents) > _MOST_ACCENTS:
        return list(glyphs)
    made: list[Glyph] = list(glyphs)
    for accent in accents:
        under = next((n for n, glyph in enumerate(made) if glyph is not accent and _is_over(accent, glyph)), None)
        letter = None if under is None else _accented(made[under], accent)
        if under is not None and letter is not None:
            made[under] = letter
            made = [glyph for glyph in made if glyph is not accent]
    return made


def _is_over(one: Glyph, other: Glyph) -> bool:
    shared = min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
    narrow = min(one.box.right - one.box.left, other.box.right - other.box.left)
    return shared > _OVER * narrow and abs(one.base - other.base) < _RAISED * max(one.size, other.size)


def _accented(letter: Glyph, accent: Glyph) -> Glyph | None:
    """Return a letter with its accent; None where Unicode has no such letter."""
    base = _DOTLESS.get(letter.text, letter.text)
    text = unicodedata.normalize("NFC", base + _ACCENTS[accent.text])
    return letter._replace(text=text) if base.isalpha() and len(text) == 1 else None


def in_page_order(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs with each run of letters that go from right to left in the order of the page."""
    made: list[Glyph] = []
    run: list[Glyph] = []
    for glyph in glyphs:
        direction = unicodedata.bidirectional(glyph.text[:1]) if glyph.text else ""
        joins = run and abs(glyph.base - run[-1].base) < 0.3 * max(glyph.size, 1.0)  # of one line
        if (direction in _RIGHT and (joins or not run)) or (joins and direction in _NEUTRAL):
            run.append(glyph)
        else:
            made += _sorted(run)
            run = [glyph] if direction in _RIGHT else []
            made += [] if run else [glyph]
    return [*made, *_sorted(run)]


def _sorted(run: list[Glyph]) -> list[Glyph]:
    """Return a run from left to right; what stands after its last letter is no part of it."""
    last = max((n for n, glyph in enumerate(run) if unicodedata.bidirectional(glyph.text[:1]) in _RIGHT), default=-1)
    return [*sorted(run[: last + 1], key=lambda glyph: glyph.box.left), *run[last + 1 :]]


def in_reading_order(text: str) -> str:
    """Return a text of the order of the page in that of reading: runs from the right are turned, numbers in them not."""
    if not any(unicodedata.bidirectional(character) in _RIGHT for character in text):
        return text
    out, run = "", ""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _RIGHT or (run and direction in _NEUTRAL):
            run += character
        else:
            out, run = out + _turned(run) + character, ""
    return out + _turned(run)


def _turned(run: str) -> str:
    last = max((n for n, character in enumerate(run) if unicodedata.bidirectional(character) in _RIGHT), default=-1)
    turned = run[: last + 1][::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda match: match[0][::-1], turned) + run[last + 1 :]


def spacing_of(group: Sequence[Glyph]) -> float:
    """Return by how much the letters of a group are set apart, in points; 0 where they are not set wide."""
    letters = [glyph for glyph in group if not glyph.text.isspace()]
    gaps = [after.box.left - before.box.right for before, after in pairwise(letters)]
    if len(letters) < _WIDE_LETTERS:
        return 0.0
    usual = median(gaps)
    wide = sum(gap > 0.1 * glyph.size for gap, glyph in zip(gaps, letters[1:], strict=True))
    return usual if wide >= _WIDE_SHARE * len(gaps) else 0.0
