"""Which language a CV is written in."""

from __future__ import annotations

import re

from lading.cv.engine.resume import Language

_WORDS = {
    Language.ENGLISH: frozenset(
        [
            "the",
            "and",
            "of",
            "with",
            "in",
            "for",
            "to",
            "a",
            "from",
            "at",
            "on",
            "by",
            "as",
            "present",
            "experience",
            "education",
            "skills",
            "languages",
        ]
    ),
    Language.GERMAN: frozenset(
        [
            "und",
            "der",
            "die",
            "das",
            "mit",
            "von",
            "für",
            "bei",
            "im",
            "in",
            "zur",
            "zum",
            "durch",
            "auf",
            "heute",
            "ausbildung",
            "berufserfahrung",
            "kenntnisse",
            "sprachen",
        ]
    ),
}
#: words that have to be found, and how many times as many as of the other language
_ENOUGH, _CLEARLY = 3, 1.5


def language_of(text: str) -> Language:
    """Return the language whose small words are clearly more frequent; UNKNOWN where there are few, or of both."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    others = max((count for language, count in counts.items() if language is not best), default=0)
    return best if counts[best] >= _ENOUGH and counts[best] >= _CLEARLY * others else Language.UNKNOWN
