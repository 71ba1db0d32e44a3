"""What the rules know of each language, and which language a text is in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: languages with word lists
LANGUAGES = ("en", "de")

#: a text needs this many known stop words before its language is believed
_ENOUGH = 5
#: and this share of its words; a CV in fragments has fewer than prose
_SHARE = 0.03

_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The word lists of one language; phrases are case-folded."""

    language: str
    weak_openings: tuple[str, ...]
    fillers: tuple[str, ...]
    first_person: frozenset[str]
    past_verbs: frozenset[str]
    present_verbs: frozenset[str]
    stop_words: frozenset[str]
    numbers: frozenset[str]
    passive: tuple[re.Pattern[str], ...]
    sensitive: tuple[re.Pattern[str], ...]
    bullets_begin_with_verbs: bool


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the word lists of one of `LANGUAGES`; raise `KeyError` for another."""
    if language not in LANGUAGES:
        raise KeyError(language)
    text = resources.files(__package__).joinpath(f"data/words.{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Vocabulary(
        language=language,
        weak_openings=_longest_first(data["weak_openings"]),
        fillers=_longest_first(data["fillers"]),
        first_person=frozenset(data["first_person"]),
        past_verbs=frozenset(data["past_verbs"]),
        present_verbs=frozenset(data["present_verbs"]),
        stop_words=frozenset(data["stop_words"]),
        numbers=frozenset(data["numbers"]),
        passive=_patterns(data["passive"]),
        sensitive=_patterns(data["sensitive"]),
        bullets_begin_with_verbs=data["bullets_begin_with_verbs"],
    )


def language_of(text: str) -> str | None:
    """
    Return the language of a text, or None where none of `LANGUAGES` is clearly ahead.

    Guarantees the same answer for the same text: it counts stop words and nothing else.
    """
    found = words(text)
    counts = {language: sum(word in vocabulary(language).stop_words for word in found) for language in LANGUAGES}
    first, second = sorted(LANGUAGES, key=lambda language: -counts[language])[:2]
    enough = counts[first] >= max(_ENOUGH, _SHARE * len(found))
    return first if enough and counts[first] >= 2 * counts[second] else None


def words(text: str) -> list[str]:
    """Return the words of a text, case-folded, in order."""
    return [word.casefold() for word in _WORD.findall(text)]


def first_word(text: str) -> str:
    """Return the first word, case-folded, or "" where there is none."""
    return next(iter(words(text)), "")


def phrases_in(text: str, phrases: Iterable[str]) -> Iterator[str]:
    """Yield each of the phrases that a text holds as whole words, as the text writes it."""
    for phrase in phrases:
        found = whole(phrase).search(text)
        if found:
            yield found[0]


@cache
def whole(phrase: str) -> re.Pattern[str]:
    """Return a pattern for a phrase as whole words, without regard to case or to the kind of white space."""
    inner = r"\s+".join(re.escape(part) for part in phrase.split())
    return re.compile(rf"(?<![\w+#]){inner}(?![\w+#])", re.IGNORECASE)


def _patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)


def _longest_first(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))
