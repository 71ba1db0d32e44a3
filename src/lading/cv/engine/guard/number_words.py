"""Numbers that are written as words, English and German."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from lading.cv.engine.guard.roots import listed

_EN_SMALL = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_EN_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_DE_SMALL = listed(
    "null ein zwei drei vier f\u00fcnf sechs sieben acht neun zehn elf zw\u00f6lf dreizehn vierzehn f\u00fcnfzehn sechzehn siebzehn"
    " achtzehn neunzehn"
)
_DE_TENS = listed("zwanzig drei\u00dfig vierzig f\u00fcnfzig sechzig siebzig achtzig neunzig")

SMALL = {name: number for number, name in enumerate(_EN_SMALL)}
TENS = {name: 10 * number for number, name in enumerate(_EN_TENS, 2)}
#: words that multiply what stands before them
MAGNITUDES = {
    "hundred": 100,
    "dozen": 12,
    "dutzend": 12,
    "k": 1000,
    "thousand": 1000,
    "tausend": 1000,
    "tsd": 1000,
    "million": 10**6,
    "millionen": 10**6,
    "mio": 10**6,
    "mill": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "milliarde": 10**9,
    "milliarden": 10**9,
    "mrd": 10**9,
}
#: magnitudes that are a claim by themselves
VAGUE = {
    "dozens": 12,
    "dutzende": 12,
    "dutzenden": 12,
    "hundreds": 100,
    "hunderte": 100,
    "hunderten": 100,
    "hunderter": 100,
    "thousands": 1000,
    "tausende": 1000,
    "tausenden": 1000,
    "tausender": 1000,
    "millions": 10**6,
    "billions": 10**9,
}
_HALF, _THIRD, _QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
#: parts of a whole
SHARES = {
    **dict.fromkeys(
        listed("half halve halved halves halving halb halbe halben halber halbes h\u00e4lfte halbiert halbierte"), _HALF
    ),
    **dict.fromkeys(listed("halbierung halbieren halbierten"), _HALF),
    **dict.fromkeys(listed("third thirds drittel"), _THIRD),
    **dict.fromkeys(listed("viertel"), _QUARTER),
    **dict.fromkeys(listed("three-quarters dreiviertel"), 3 * _QUARTER),
}
#: multiples of what was
MULTIPLES = {
    **dict.fromkeys(
        listed("double doubled doubles doubling twice twofold verdoppelt verdoppelte verdoppelung verdopplung doppelt"),
        2,
    ),
    **dict.fromkeys(listed("verdoppeln doppelte doppelten zweimal"), 2),
    **dict.fromkeys(
        listed("triple tripled triples tripling threefold verdreifacht verdreifachte verdreifachung dreimal"), 3
    ),
    **dict.fromkeys(listed("quadruple quadrupled fourfold vervierfacht vervierfachte vervierfachung"), 4),
    **dict.fromkeys(listed("tenfold verzehnfacht verzehnfachte"), 10),
    **dict.fromkeys(listed("hundredfold verhundertfacht"), 100),
}
ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "zweite zweiter zweiten zweites",
            "dritte dritter dritten drittes",
            "fourth vierte vierter vierten viertes",
            "fifth f\u00fcnfte f\u00fcnfter f\u00fcnften f\u00fcnftes",
            "sixth sechste sechster sechsten sechstes",
            "seventh siebte siebter siebten siebtes",
            "eighth achte achter achtes",
            "ninth neunte neunter neunten neuntes",
            "tenth zehnte zehnter zehnten zehntes",
        ),
        2,
    )
    for name in names.split()
}
_DE_VALUES = {
    **{name: number for number, name in enumerate(_DE_SMALL) if number != 1},
    **{name: 10 * number for number, name in enumerate(_DE_TENS, 2)},
    "dreissig": 30,
    "zwo": 2,
}
_DE_UNIT = "|".join(_DE_SMALL[1:10])
_DE_TEN = "|".join((*_DE_TENS, "dreissig"))
_JOINED = re.compile(rf"({_DE_UNIT})und({_DE_TEN})")
_SUFFIX = re.compile(
    r"(?P<base>.+?)(?P<suffix>k\u00f6pfig|j\u00e4hrig|st\u00fcndig|t\u00e4gig|w\u00f6chig|monatig|fach|mal|stellig|stufig|sprachig|teilig)"
    r"(?:e|er|es|en|em)?"
)


@cache
def german_number(word: str) -> int | None:
    """Return the value of a German number word of two or more, inflected or not; None for any other word."""
    for form in (word, word.removesuffix("er"), word.removesuffix("en"), word.removesuffix("e")):
        value = _german(form)
        if value is not None and (form == word or form in {"zwei", "drei", "hundert", "tausend"}):
            return value
    return None


@cache
def german_compound(word: str) -> tuple[int, str] | None:
    """Return value and suffix of words such as *zehnk\u00f6pfig*; None for others."""
    match = _SUFFIX.fullmatch(word)
    value = german_number(match["base"]) if match else None
    return (value, match["suffix"]) if match and value is not None else None


def is_number(word: str) -> bool:
    """Say whether a word, in lower case, is a number, a part or a multiple in one of the languages."""
    plain = (SMALL, TENS, MAGNITUDES, VAGUE, SHARES, MULTIPLES, ORDINALS)
    return any(word in names for names in plain) or german_number(word) is not None or german_compound(word) is not None


def _german(word: str) -> int | None:
    if word in _DE_VALUES:
        return _DE_VALUES[word]
    for name, factor in (("tausend", 1000), ("hundert", 100)):
        left, found, right = word.partition(name)
        if found:
            first = 1 if left in {"", "ein"} else _german(left)
            last = 0 if not right else _german_rest(right)
            return None if first is None or last is None else first * factor + last
    joined = _JOINED.fullmatch(word)
    return _DE_SMALL.index(joined[1]) + _DE_VALUES[joined[2]] if joined else None


def _german_rest(word: str) -> int | None:
    word = word.removeprefix("und")
    return 1 if word in {"ein", "eins"} else _german(word)
