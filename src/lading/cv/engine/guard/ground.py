"""What the person said: the texts in which a fact has to stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from lading.cv.engine.guard import credentials
from lading.cv.engine.guard.amounts import Amount, amounts_of
from lading.cv.engine.guard.roots import fold, plain, root, words
from lading.cv.engine.guard.units import rates_of
from lading.cv.engine.guard.vocabulary import ordinary
from lading.cv.engine.match.skills import find_skills
from lading.cv.engine.structure.dates import DatedText, dates_in
from lading.cv.engine.values import PartialDate

_ADDRESS = re.compile(
    r"(?<![\w&])[#@][^\W\d]\w*|https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]+\.(?:com|org|net|io|de|dev|eu|example)\b\S*",
    re.IGNORECASE,
)
_COURSE = re.compile(
    r"\b(?:from|von|vom)\s(?P<first>.{1,30}?)\s(?:down\s|up\s)?(?:to|auf)\s(?P<last>.{1,30})", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Texts of one section, and what the person added; equal texts make equal grounds."""

    texts: tuple[str, ...]
    #: "en", "de" or "und"
    language: str

    @classmethod
    def of(cls, texts: Iterable[str], *, language: str) -> Ground:
        """Return the ground that these texts make."""
        return cls(texts=tuple(plain(text) for text in texts if text.strip()), language=language)

    @cached_property
    def text(self) -> str:
        """All of it, one text a line."""
        return "\n".join(self.texts)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every word, folded."""
        return frozenset(fold(word) for word in words(self.text))

    @cached_property
    def roots(self) -> frozenset[str]:
        """The root of every word."""
        return frozenset(root(word) for word in words(self.text))

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word, folded, every root, and in German the parts of compounds."""
        if self.language != "de":
            return self.forms | self.roots
        return self.forms | self.roots | {part for form in self.forms for part in ordinary().parts(form)}

    @cached_property
    def initials(self) -> str:
        """The first letters of all words in order, a dot between texts."""
        return ".".join("".join(fold(word)[0] for word in words(text)) for text in self.texts)

    @cached_property
    def dates(self) -> frozenset[PartialDate]:
        """Every date."""
        return frozenset(found.date for text in self.texts for found in dates_in(text))

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Every number; those of dates too, so that a year may be named without its month."""
        return tuple(amount for text in self.texts for amount in amounts_of(text, self.language))

    @cached_property
    def courses(self) -> frozenset[tuple[Fraction, Fraction]]:
        """Every rise and fall: from one number to another."""
        return frozenset(course for text in self.texts for course in courses_of(text, self.language))

    @cached_property
    def rates(self) -> frozenset[str]:
        """How often things happen, and the units of time that are named."""
        return frozenset(unit for text in self.texts for unit, _ in rates_of(text))

    @cached_property
    def skills(self) -> frozenset[str]:
        """Every skill of Lading's list, by its first name."""
        return frozenset(skill.name for skill in find_skills(self.text)[0])

    @cached_property
    def credentials(self) -> frozenset[str]:
        """The kinds of degrees and certificates."""
        return frozenset(found.name for found in credentials.found_in(self.text))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address of the web or of mail, bare."""
        return frozenset(bare for _, bare in addresses_in(self.text))


def courses_of(text: str, language: str) -> list[tuple[Fraction, Fraction]]:
    """Return the two numbers of each course that a text tells: from 6 hours to 35 minutes."""
    found: list[tuple[Fraction, Fraction]] = []
    for match in _COURSE.finditer(text):
        first, last = (amounts_of(match[part], language) for part in ("first", "last"))
        if first and last:
            found.append((first[0].value, last[0].value))
    return found


def addresses_in(text: str) -> list[tuple[str, str]]:
    """Return each address as it is written, and bare: without scheme, final stop and case."""
    found = [match[0].rstrip(".,;:)") for match in _ADDRESS.finditer(text)]
    return [(one, re.sub(r"^https?://(?:www\.)?|^www\.|/$", "", one.casefold())) for one in found]


def undated(text: str) -> tuple[str, tuple[DatedText, ...]]:
    """Return a text with its dates that have a month blanked out, and these dates."""
    found = tuple(one for one in dates_in(text) if one.date.month)
    for one in found:
        text = text[: one.begins] + " " * (one.ends - one.begins) + text[one.ends :]
    return text, found
