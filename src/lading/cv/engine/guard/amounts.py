"""The numbers of a text, whatever way they are written, and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from lading.cv.engine.guard import number_words as numbers
from lading.cv.engine.guard.roots import fold, listed, root
from lading.cv.engine.guard.units import CURRENCIES, PERCENT, UNITS, stands_for

_TOKEN = re.compile(
    r"(?P<digits>(?<![^\W\d_])(?<!\d[.,])"
    r"(?:[1-9]\d{0,2}(?:[\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:(?:[.,'\u2019]\d{3})+(?!\d))?)(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_]+)|(?P<other>\S)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+")
#: between two numbers that share a unit: from 25 to 10 minutes
_JOINERS = frozenset(listed("to auf bis and und or oder until - \u2013 \u2014 statt versus / by"))
#: between a number and what it counts
_SKIPPED = frozenset(
    listed("of the a an new more fewer less other neue neuen neuer weitere weiteren mehr weniger - der die das den")
)
_ARTICLES = frozenset(listed("a an one ein eine einer einem einen half halbe halben by um"))
#: so many words after a number may stand before what it counts
_REACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One number of a text."""

    value: Fraction
    #: what it measures, from a closed list: "percent", "EUR", "minute"; "" for counted things
    unit: str
    #: root of what is counted, where no unit follows
    noun: str
    #: as the text writes it
    text: str
    #: what it is too, if it shares the magnitude of the number after it: 1.1 of "1.1 to 3.4 million"
    shared: Fraction | None = None

    @property
    def values(self) -> frozenset[Fraction]:
        """What it may be."""
        return frozenset({self.value} if self.shared is None else {self.value, self.shared})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    is_digits: bool
    begins: int
    ends: int

    @property
    def folded(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number without what it counts: tokens from `first` up to `last`."""

    value: Fraction
    first: int
    last: int
    unit: str = ""
    has_magnitude: bool = False


def amounts_of(text: str, language: str) -> tuple[Amount, ...]:
    """Return every number of a text but the articles; `language` says which sign parts thousands."""
    tokens = [
        _Token(text=m[0], is_digits=m["digits"] is not None, begins=m.start(), ends=m.end())
        for m in _TOKEN.finditer(text)
    ]
    found = tuple(_numbers(tokens, language))
    amounts = [_amount(number, tokens, text) for number in found]
    for place in range(len(amounts) - 2, -1, -1):
        amounts[place] = _shared(amounts[place], amounts[place + 1], found[place : place + 2], tokens)
    return tuple(amounts)


def _numbers(tokens: list[_Token], language: str) -> Iterator[_Number]:
    at = 0
    while at < len(tokens):
        number = _at(tokens, at, language)
        if number is None:
            at += 1
        else:
            yield number
            at = number.last


def _at(tokens: list[_Token], at: int, language: str) -> _Number | None:
    token = tokens[at]
    if token.is_digits:
        return _magnified(_Number(value=_digits(token.text, language), first=at, last=at + 1), tokens)
    return _told_by_a_word(tokens, at) or _spelt(tokens, at)


def _told_by_a_word(tokens: list[_Token], at: int) -> _Number | None:
    """Return a number that one word is: hundreds, doubled, half, third."""
    word = tokens[at].folded
    if word in {"score", "scores"} and _is_twenty(tokens, at):
        return _Number(value=Fraction(20), first=at, last=at + 1, unit="vaguely")
    for values, unit in ((numbers.VAGUE, "vaguely"), (numbers.MULTIPLES, "times"), (numbers.ORDINALS, "ordinal")):
        if word in values:
            return _Number(value=Fraction(values[word]), first=at, last=at + 1, unit=unit)
    if word in numbers.SHARES:
        share = _magnified(_Number(value=numbers.SHARES[word], first=at, last=at + 1), tokens)
        return share if share.has_magnitude else replace(share, value=share.value * 100, unit=PERCENT)
    if word in {"quarter", "quarters"} and at and tokens[at - 1].folded in _ARTICLES | {"three"}:
        return _Number(value=Fraction(25), first=at, last=at + 1, unit=PERCENT)
    return None


def _is_twenty(tokens: list[_Token], at: int) -> bool:
    """Say whether a *score* is twenty of something: a score of services, and not a score of 95 or the score of a test."""
    after = tokens[at + 1 : at + 3]
    counts = len(after) == 2 and after[0].folded == "of" and after[1].text.isalpha()  # noqa: PLR2004 - of and a word
    before = tokens[at - 1].folded if at else ""
    return counts and (tokens[at].folded == "scores" or before == "a" or before in numbers.SMALL)


def _spelt(tokens: list[_Token], at: int) -> _Number | None:
    """Return a number in words; "one" and "a" count before a magnitude only."""
    word = tokens[at].folded
    german = numbers.german_number(word)
    if german is not None:
        return _magnified(_Number(value=Fraction(german), first=at, last=at + 1), tokens)
    compound = numbers.german_compound(word)
    if compound is not None:
        value, suffix = compound
        return _Number(value=Fraction(value), first=at, last=at + 1, unit=stands_for(suffix))
    value, last = _english(tokens, at)
    if last > at:
        number = _magnified(_Number(value=Fraction(value), first=at, last=last), tokens)
        return None if value == 1 and not number.has_magnitude and last == at + 1 else number
    if word in numbers.MAGNITUDES and len(word) > 2 and not _is_name(tokens, at):  # noqa: PLR2004 - k, bn: only after digits
        return _magnified(_Number(value=Fraction(1), first=at, last=at), tokens)
    return None


def _is_name(tokens: list[_Token], at: int) -> bool:
    """Say whether a word such as *Mill* is written as part of a name."""
    return tokens[at].folded == "mill"


def _english(tokens: list[_Token], at: int) -> tuple[int, int]:
    """Return value and end of an English number word below a hundred; the end is `at` where there is none."""
    word = tokens[at].folded
    if word in numbers.SMALL:
        return numbers.SMALL[word], at + 1
    if word not in numbers.TENS:
        return 0, at
    value, last = numbers.TENS[word], at + 1
    after = last + 1 if last < len(tokens) and tokens[last].text == "-" else last
    unit = numbers.SMALL.get(tokens[after].folded, 0) if after < len(tokens) else 0
    return (value + unit, after + 1) if 0 < unit < 10 else (value, last)  # noqa: PLR2004 - twenty-nine


def _magnified(number: _Number, tokens: list[_Token]) -> _Number:
    """Return the number times the magnitudes that follow it: two hundred thousand, 1.2 M, 400k."""
    value, last, has = number.value, number.last, number.has_magnitude
    while last < len(tokens):
        token = tokens[last]
        factor = numbers.MAGNITUDES.get(token.folded)
        if token.text in {"M", "m"} and _is_money(number.first, last, tokens):
            factor = 10**6
        if factor is None or (
            token.folded in {"k", "mill"} and token.begins != tokens[last - 1].ends and token.text != "Mill"
        ):
            break
        value, last, has = value * factor, last + 1, True
        if last < len(tokens) and tokens[last].text == "." and tokens[last - 1].folded in {"mio", "mrd", "tsd", "mill"}:
            last += 1
        value, last = _rest(value, factor, last, tokens)
    return replace(number, value=value, last=last, has_magnitude=has)


def _rest(value: Fraction, factor: int, last: int, tokens: list[_Token]) -> tuple[Fraction, int]:
    """Add what follows a hundred: two hundred and five."""
    if factor != numbers.MAGNITUDES["hundred"]:
        return value, last
    at = last + 1 if last < len(tokens) and tokens[last].folded == "and" else last
    rest, end = _english(tokens, at) if at < len(tokens) else (0, at)
    return (value + rest, end) if end > at else (value, last)


def _is_money(first: int, last: int, tokens: list[_Token]) -> bool:
    """Say whether an M is a million: after an amount of money, or written with a capital right at the digits."""
    before = tokens[first - 1].text if first else ""
    glued = tokens[last].begins == tokens[last - 1].ends
    return glued and (before in CURRENCIES or tokens[last].text == "M")


def _digits(text: str, language: str) -> Fraction:
    """Return the value of digits: three digits after a sign are thousands unless the language uses it for decimals."""
    bare = re.sub(r"['\u2019\u00a0\u202f ]", "", text)
    point = "," if language == "de" else "."
    other = "." if point == "," else ","
    if _THOUSANDS.fullmatch(text) and not re.fullmatch(rf"\d{{1,3}}\{point}\d{{3}}", text):
        return Fraction(re.sub(r"[.,]", "", bare))
    if bare.count(other) and bare.count(point):
        return Fraction(bare.replace(other, "").replace(point, "."))
    return Fraction(bare.replace(",", "."))


def _amount(number: _Number, tokens: list[_Token], text: str) -> Amount:
    begins, ends = tokens[number.first].begins, tokens[max(number.first, number.last - 1)].ends
    unit, noun = number.unit, ""
    if number.first and tokens[number.first - 1].text in CURRENCIES:
        unit, begins = CURRENCIES[tokens[number.first - 1].text], tokens[number.first - 1].begins
    elif not unit:
        unit, noun, ends = _counted(number.last, tokens, ends)
    return Amount(value=number.value, unit=unit, noun=noun, text=text[begins:ends])


def _counted(at: int, tokens: list[_Token], ends: int) -> tuple[str, str, int]:
    """Return unit, noun and end of what a number counts."""
    seen = 0
    while at < len(tokens) and seen <= _REACH:
        token = tokens[at]
        unit = UNITS.get(token.folded) or UNITS.get(fold(token.text)) or CURRENCIES.get(token.text)
        if unit and seen == 0:
            return unit, "", token.ends
        if token.is_digits or token.text in ".,;:()":
            break
        if token.text.isalpha() and token.folded not in _SKIPPED:
            if token.folded in _JOINERS:
                break
            return "", root(token.text), ends
        seen += token.folded in _SKIPPED and token.text != "-"
        at += 1
    return "", "", ends


def _shared(one: Amount, other: Amount, found: tuple[_Number, ...], tokens: list[_Token]) -> Amount:
    """Give a number the unit and the magnitude of the one it is joined to."""
    first, second = found
    between = [token.folded for token in tokens[first.last : second.first] if token.text not in CURRENCIES]
    if one.unit or one.noun or len(between) != 1 or between[0] not in _JOINERS:
        return one
    shared = one.shared
    if second.has_magnitude and not first.has_magnitude:
        literal = _digits(tokens[second.first].text, "en") if tokens[second.first].is_digits else Fraction(0)
        shared = one.value * other.value / literal if literal else None
    return replace(one, unit=other.unit, noun=other.noun, shared=shared)
