"""Which words are ordinary: a capital letter alone makes no name of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lading.cv.engine.guard.roots import fold, root
from lading.cv.engine.lint.words import LANGUAGES, vocabulary

#: letters between the parts of a German compound
_LINKS = ("", "s", "es", "n", "en", "e", "er")
#: the shortest part of a compound
_PART = 4
#: endings of verbs and adverbs that open a sentence
_OPENING = ("ed", "ing", "ly", "iert", "ierte", "lich", "te")
_LONG_ENOUGH = 6
#: endings of German superlatives
_BEST = ("ste", "sten", "ster", "stes", "stem")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlayed:
    """Words, as roots, that claim more than taking part, and those that make such a claim no news."""

    claims: frozenset[str]
    excused: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """Ordinary words of all languages; every one folded or as a root."""

    forms: frozenset[str]
    roots: frozenset[str]
    acronyms: frozenset[str]
    noun_endings: tuple[str, ...]
    not_by_ending: frozenset[str]
    #: words before a name
    addressing: frozenset[str]
    institutions: frozenset[str]
    light: frozenset[str]
    #: words that weigh
    weighty: frozenset[str]
    #: parts that a person may have played: led, began
    parts_played: tuple[PartPlayed, ...]

    def has(self, word: str) -> bool:
        """Say whether a word is ordinary in any of the languages."""
        folded = fold(word)
        return folded in self.forms or root(word) in self.roots or any(base in self.forms for base in _bases(folded))

    def is_weighty_form(self, word: str, language: str) -> bool:
        """Say whether a word weighs by its form: a superlative, or a German adjective put together with a weighty noun."""
        folded = fold(word)
        if language != "de":
            base = folded.removesuffix("est")
            return base != folded and any(one in self.forms for one in (base, f"{base}e", base[:-1], f"{base[:-1]}y"))
        if word[:1].isupper():
            return False
        is_best = len(folded) > _LONG_ENOUGH + 1 and folded.endswith(_BEST) and not self.has(word)
        return is_best or any(len(one) > _PART and folded.startswith(one) for one in self.weighty)

    def opens(self, word: str) -> bool:
        """Say whether a word at the start of a sentence is no name: ordinary, or by its form a verb or an adverb."""
        folded = fold(word)
        return self.has(word) or (len(folded) >= _LONG_ENOUGH and folded.endswith(_OPENING))

    def is_noun(self, word: str, known: frozenset[str]) -> bool:
        """Say whether a German noun is ordinary: by itself, by its ending, or put together of ordinary and known ones."""
        folded = fold(word)
        if self._is_simple(folded, known):
            return True
        return any(
            self._is_simple(folded[cut:], known) and self._is_left(folded[:cut], known)
            for cut in range(_PART, len(folded) - _PART + 1)
        )

    def parts(self, word: str) -> Iterator[str]:
        """Yield what a German compound is put together of, where its last part is ordinary; nothing for other words."""
        folded = fold(word)
        for cut in range(_PART, len(folded) - _PART + 1):
            left, right = folded[:cut], folded[cut:]
            if self._is_simple(right, frozenset()):
                yield right
                yield from (left.removesuffix(link) for link in _LINKS if left.endswith(link))

    def _is_left(self, part: str, known: frozenset[str]) -> bool:
        bare = (part.removesuffix(link) for link in _LINKS if part.endswith(link))
        return any(len(left) >= _PART and self._is_simple(left, known) for left in bare)

    def _is_simple(self, folded: str, known: frozenset[str]) -> bool:
        if folded in self.forms or root(folded) in self.roots or folded in known or root(folded) in known:
            return True
        is_long = len(folded) >= _LONG_ENOUGH + 1 and folded not in self.not_by_ending
        return is_long and folded.endswith(self.noun_endings)


def _bases(form: str) -> Iterator[str]:
    """Yield what an English form may come from: moved, moves and moving from move; planned from plan."""
    for ending in ("s", "es", "d", "ed", "ing", "er", "ers", "ly"):
        if form.endswith(ending):
            base = form.removesuffix(ending)
            yield from (base, f"{base}e")
            if base[-1:] == base[-2:-1]:
                yield base[:-1]


@cache
def ordinary() -> Ordinary:
    """Return the ordinary words."""
    text = resources.files(__package__).joinpath("data/vocabulary.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    lists = [vocabulary(language) for language in LANGUAGES]
    verbs = {word for known in lists for word in (*known.past_verbs, *known.present_verbs, *known.stop_words)}
    words = {*data["en"]["words"].split(), *data["de"]["words"].split(), *verbs}
    small = data["small"]["words"].split()
    light = [*data["light"]["words"].split(), *small]
    words |= set(small)
    return Ordinary(
        forms=frozenset(map(fold, words)),
        roots=frozenset(root(word) for word in words if len(word) >= _PART),
        acronyms=frozenset((*data["en"]["acronyms"], *data["de"]["acronyms"])),
        noun_endings=tuple(map(fold, data["de"]["suffixes"])),
        not_by_ending=frozenset(data["de"]["not_by_suffix"]),
        addressing=frozenset(data["de"]["addressing"]),
        institutions=frozenset(map(fold, data["institutions"]["de"])),
        light=frozenset(root(word) for word in (*light, *(w for known in lists for w in known.stop_words))),
        weighty=frozenset(map(fold, data["weighty"]["words"].split())),
        parts_played=tuple(
            PartPlayed(
                claims=frozenset(map(root, part["claims"])),
                excused=frozenset(map(root, (*part["claims"], *part["excused"]))),
            )
            for part in data["parts_played"]
        ),
    )
