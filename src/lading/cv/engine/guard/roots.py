"""Words and their roots, English and German: enough to see that two forms are one word, and no more."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")

_SUFFIXES = tuple(
    sorted(
        [
            "ierungen",
            "ierung",
            "ierten",
            "ierter",
            "iertes",
            "ierte",
            "iere",
            "ieren",
            "iert",
            "ungen",
            "ung",
            "ings",
            "ing",
            "ers",
            "ies",
            "ied",
            "ed",
            "es",
            "en",
            "er",
            "em",
            "ern",
            "te",
            "ten",
            "tes",
            "ter",
            "ment",
            "ments",
            "ion",
            "ions",
            "ation",
            "ations",
            "s",
            "e",
            "n",
            "t",
            "y",
            "ly",
            "lich",
            "liche",
            "lichen",
            "licher",
            "isch",
            "ische",
            "ischen",
            "ig",
            "ige",
            "igen",
            "iger",
            "innen",
            "in",
            "ende",
            "enden",
            "ender",
            "end",
            "est",
        ],
        key=len,
        reverse=True,
    )
)
_SHORTEST_ROOT = 4
#: forms that no suffix explains
_IRREGULAR = {
    form: base
    for base, forms in {
        "lead": "led leader leaders leading leadership",
        "teach": "taught teaching",
        "run": "ran running runs",
        "build": "built",
        "bring": "brought",
        "take": "took taken",
        "write": "wrote written writing",
        "grow": "grew grown growth",
        "keep": "kept",
        "make": "made making",
        "hold": "held",
        "oversee": "oversaw overseen",
        "sell": "sold sales sale",
        "win": "won winning",
        "drive": "drove driven driving",
        "choose": "chose chosen",
        "buy": "bought",
        "find": "found",
        "founder": "founded founders founding",
        "mean": "meant",
        "speak": "spoke spoken",
        "begin": "began begun",
        "give": "gave given giving",
        "plan": "planned planning planner",
        "map": "mapped mapping",
        "ship": "shipped shipping shipment shipments",
        "cut": "cutting cuts",
        "set": "setting",
    }.items()
    for form in forms.split()
}


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written as a text, so that a row holds many."""
    return tuple(text.split())


def plain(text: str) -> str:
    """Return a text as it is seen: a half, a circled 5 and a wide 5 are digits like others, what has no width is gone."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not is_unseen(c)).replace("\u2044", "/")


def is_unseen(character: str) -> bool:
    """Say whether a character shows nothing and takes no room: zero-width signs, marks of direction, tags, controls."""
    return unicodedata.category(character) in {"Cf", "Cc", "Co", "Cn"} and character not in "\n\t\r"


def fold(word: str) -> str:
    """Return a word without case and accents."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char)).replace("\u2019", "'")


@cache
def root(word: str) -> str:
    """Return what the forms of a word share; the same root means the same word."""
    folded = fold(word).removesuffix("'s")
    folded = _IRREGULAR.get(folded, folded)
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= _SHORTEST_ROOT:
            return folded.removesuffix(suffix)
    return folded


def words(text: str) -> list[str]:
    """Return the words of a text as it writes them, without numbers and signs."""
    return WORD.findall(text)


def akin(one: str, other: str) -> bool:
    """Say whether two roots may belong to one family of words: *analys* and *analyt*."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= _SHORTEST_ROOT + 1 and max(len(one), len(other)) - shared <= _SHORTEST_ROOT
