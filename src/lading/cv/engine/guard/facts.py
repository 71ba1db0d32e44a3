"""The hard facts of a text, held against the ground."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lading.cv.engine.guard import credentials
from lading.cv.engine.guard.amounts import Amount, amounts_of
from lading.cv.engine.guard.ground import Ground, addresses_in, courses_of, undated
from lading.cv.engine.guard.names import untold_names
from lading.cv.engine.guard.polarity import denied_in
from lading.cv.engine.guard.roots import akin, fold, root, words
from lading.cv.engine.guard.titles import untold_titles
from lading.cv.engine.guard.units import rates_of
from lading.cv.engine.guard.values import Claim, ClaimKind
from lading.cv.engine.guard.vocabulary import ordinary
from lading.cv.engine.lint.words import phrases_in
from lading.cv.engine.match.advert import cues
from lading.cv.engine.match.skills import Skill, find_skills
from lading.cv.engine.values import PartialDate

_MONTHS = re.compile(
    r"\b(?:january|february|april|june|july|august|september|october|november|december|januar|februar|m\xe4rz|juni|juli|oktober|dezember)\b",
    re.IGNORECASE,
)


def untold(text: str, ground: Ground) -> Iterator[Claim]:
    """Yield each hard fact of a text that is not in the ground, kind by kind."""
    for written, bare in addresses_in(text):
        if bare not in ground.addresses:
            yield Claim(kind=ClaimKind.ADDRESS, text=written)
    yield from _dates(text, ground)
    yield from _numbers(undated(text)[0], ground)
    for found in credentials.found_in(text):
        if found.name not in ground.credentials:
            yield Claim(kind=found.kind, text=found.text)
    yield from (Claim(kind=ClaimKind.TITLE, text=title) for title in untold_titles(text, ground))
    yield from _skills(text, ground)
    yield from (Claim(kind=ClaimKind.NAME, text=name) for name in untold_names(_named_otherwise(text, ground), ground))


# --- dates -----------------------------------------------------------------------------------------------------


def _dates(text: str, ground: Ground) -> Iterator[Claim]:
    rest, found = undated(text)
    for one in found:
        if not any(_is_told(one.date, known) for known in ground.dates):
            yield Claim(kind=ClaimKind.DATE, text=text[one.begins : one.ends])
    for month in _MONTHS.findall(rest):
        if fold(month) not in ground.forms:
            yield Claim(kind=ClaimKind.DATE, text=month)


def _is_told(date: PartialDate, known: PartialDate) -> bool:
    """Say whether a known date is the same, or the same more exactly."""
    same_day = not date.day or date.day == known.day
    return date.year == known.year and date.month == known.month and same_day


# --- numbers ---------------------------------------------------------------------------------------------------


def _numbers(text: str, ground: Ground) -> Iterator[Claim]:
    for amount in amounts_of(text, ground.language):
        if not _counts(amount, ground):
            yield Claim(kind=ClaimKind.NUMBER, text=amount.text)
    for unit, written in rates_of(text):
        if unit not in ground.rates and not any(amount.unit == unit for amount in ground.amounts):
            yield Claim(kind=ClaimKind.NUMBER, text=written)
    turned = {(last, first) for first, last in ground.courses} - set(ground.courses)
    for first, last in courses_of(text, ground.language):
        if (first, last) in turned:
            yield Claim(kind=ClaimKind.NUMBER, text=f"{first} > {last}")


def _counts(amount: Amount, ground: Ground) -> bool:
    """
    Say whether the ground has an amount.

    =========  =============  ==================  ===============================
    same size  unit here      unit in the ground  is told
    =========  =============  ==================  ===============================
    no         any            any                 no
    yes        measures       the same            yes
    yes        measures       another, or counts  no
    yes        counts         measures            where nothing, or a word of the
                                                  ground that no number counts,
                                                  is counted
    yes        counts         counts              unless the ground counts the
                                                  same things by other numbers
    =========  =============  ==================  ===============================
    """
    if amount.value == 0 and amount.noun in denied_in(ground):
        return True
    same = [known for known in ground.amounts if known.values & amount.values]
    return any(_fits(amount, known, ground) for known in same)


def _fits(amount: Amount, known: Amount, ground: Ground) -> bool:
    if amount.unit or (known.unit and not amount.unit and not amount.noun):
        return not amount.unit or amount.unit == known.unit
    if known.unit:
        return amount.noun in ground.roots and not _is_counted_otherwise(amount, ground)
    return not amount.noun or _is_same(amount.noun, known.noun) or not _is_counted_otherwise(amount, ground)


def _is_counted_otherwise(amount: Amount, ground: Ground) -> bool:
    """Say whether the ground counts the same things, and never by this number: 7 engineers for 4 engineers, 7 services."""
    return any(_is_same(known.noun, amount.noun) for known in ground.amounts)


def _is_same(one: str, other: str) -> bool:
    return bool(one) and bool(other) and akin(one, other)


# --- skills and languages --------------------------------------------------------------------------------------


def _skills(text: str, ground: Ground) -> Iterator[Claim]:
    for skill in find_skills(text)[0]:
        if skill.name not in ground.skills and not _is_paraphrased(skill, ground):
            yield Claim(kind=ClaimKind.SKILL, text=_written(skill, text))
    for name, names in cues().languages.items():
        spoken = list(phrases_in(text, names))
        if spoken and not any(phrases_in(ground.text, names)):
            yield Claim(kind=ClaimKind.SKILL, text=spoken[0] or name)


def _is_paraphrased(skill: Skill, ground: Ground) -> bool:
    """Say whether a skill is ordinary words, or its words are those of the ground: project management, managed projects."""
    return any(all(_is_no_news(word, ground) for word in words(name)) and words(name) for name in skill.names)


def _is_no_news(word: str, ground: Ground) -> bool:
    is_plain = word.islower() or word.istitle()
    return root(word) in ground.roots or (is_plain and ordinary().has(word))


def _written(skill: Skill, text: str) -> str:
    return next(iter(phrases_in(text, skill.names)), skill.name)


def _named_otherwise(text: str, ground: Ground) -> str:
    """Return a text without the skills that the ground has under another of their names."""
    for skill in find_skills(text)[0]:
        if skill.name in ground.skills:
            text = _pattern(skill.names).sub(lambda match: " " * len(match[0]), text)
    return text


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w+#])(?:{'|'.join(map(re.escape, longest))})(?![\w+#])", re.IGNORECASE)
