"""
Names in running text: persons, products, places, organisations.

English writes names with a capital, German every noun: there a noun counts as a name unless it is an ordinary one, by a
list, by its ending, or by what it is put together of. What stands at the start of a sentence is no name if it is an
ordinary word. Whatever mixes letters with digits or capitals inside is a name in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lading.cv.engine.guard.ground import Ground
from lading.cv.engine.guard.number_words import is_number
from lading.cv.engine.guard.roots import fold, root
from lading.cv.engine.guard.units import CURRENCIES, UNITS
from lading.cv.engine.guard.vocabulary import ordinary

_TOKEN = re.compile(r"[^\W_]+(?:[-'\u2019&.+#/][^\W_]+)*[+#]*")
_STARTS = re.compile(r"(?:^|[.!?:;\n\u2022])\s*[\"'(\u201e\u201c]*$")
#: digits with what may stand right at them: 18k, 6h, 3rd, 10x
_AMOUNT = re.compile(
    r"\d[\d.,'\u2019]*(?:k|m|bn|h|min|s|x|st|nd|rd|th|mio|kg|km|gb|tb|mb)?(?:[-/]\d[\d.,]*)*", re.IGNORECASE
)
#: digits and a word that says what they count: 5-person, 22-köpfig
_COUNTED = re.compile(r"\d[\d.,]*-[^\W\d_]+")
#: share of long words with a capital from which on a text is set like a title
_TITLE_CASE, _LONG = 0.7, 4
_PARTS = re.compile(r"[-/&+.]")
_PRONOUNS = frozenset({"i", "i'm", "i've", "i'd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    starts: bool
    #: the word before is one that names follow
    is_addressed: bool


def untold_names(text: str, ground: Ground) -> Iterator[str]:
    """Yield each name in a text that is not in the ground."""
    is_title_case = _is_title_case(text)
    for word in _words(text):
        starts = word.starts or is_title_case
        if not _is_fine(word, ground, starts=starts):
            yield word.text


def _words(text: str) -> Iterator[_Word]:
    before = ""
    for match in _TOKEN.finditer(text):
        starts = bool(_STARTS.search(text[: match.start()]))
        yield _Word(text=match[0], starts=starts, is_addressed=fold(before) in ordinary().addressing)
        before = match[0]


def _is_title_case(text: str) -> bool:
    long = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG]
    return len(long) > 2 and sum(word[0].isupper() for word in long) >= _TITLE_CASE * len(long)  # noqa: PLR2004 - a sentence


def _is_fine(word: _Word, ground: Ground, *, starts: bool) -> bool:
    text = word.text
    if _AMOUNT.fullmatch(text) or _COUNTED.fullmatch(text) or _is_amount(text):
        return True
    if not any(char.isupper() or char.isdigit() for char in text) or fold(text) in _PRONOUNS:
        return True
    if _stands_in(text, ground):
        return True
    if any(char.isdigit() for char in text) or _has_inner_capital(text):
        return _is_short_form(text, ground)
    parts = [part for part in _PARTS.split(text) if part and part[0].isupper()]
    return all(_part_is_fine(part, word, ground, starts=starts) for part in parts)


def _is_amount(text: str) -> bool:
    """Say whether a word is a number or a unit; those are held against the ground as amounts."""
    folded = text.casefold()
    return text in CURRENCIES or (len(text) > 1 and (folded in UNITS or is_number(folded)))


def _stands_in(text: str, ground: Ground) -> bool:
    bare = fold(text).removesuffix("'s")
    if bare in ground.forms or (len(bare) > 3 and root(text) in ground.roots):  # noqa: PLR2004 - short words have no forms
        return True
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", fold(ground.text)) is not None


def _has_inner_capital(text: str) -> bool:
    return any(len(part) > 1 and any(char.isupper() for char in part[1:]) for part in _PARTS.split(text))


def _is_short_form(text: str, ground: Ground) -> bool:
    """Say whether capitals are an ordinary short form, or the initials of words in the ground, alone or in a compound."""
    for part in _PARTS.split(text):
        is_told = fold(part) in ground.forms or part in ordinary().acronyms or text in ordinary().acronyms
        is_initials = part.isupper() and len(part) > 1 and fold(part) in ground.initials
        is_plain = part[1:].islower() and ordinary().is_noun(part, ground.known)
        if part and not (is_told or is_initials or is_plain):
            return False
    return True


def _part_is_fine(part: str, word: _Word, ground: Ground, *, starts: bool) -> bool:
    if _stands_in(part, ground):
        return True
    if word.is_addressed:
        return False
    if ground.language == "de":
        if fold(part) in ordinary().institutions:
            return False
        return ordinary().is_noun(part, ground.known) or (starts and ordinary().opens(part))
    return starts and ordinary().opens(part)
