"""Reads a job advertisement: sentences, how firmly they ask, and the terms in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lading.cv.engine.lint.words import phrases_in, whole, words
from lading.cv.engine.match.skills import Skill, find_skills
from lading.cv.engine.match.values import Demand, JobWithoutTerms, Sentence, Term

#: a heading has at most this many words
_HEADING_WORDS = 6
_MARK = re.compile(r"^\s*(?:[-*\u2022\u2023\u25aa\u25cf\u00b7\u2013]|\d+[.)])\s+")
_HASHES = re.compile(r"^\s*#+\s*|\*\*|__")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z\u00c4\u00d6\u00dc])")
#: names that say by their form that they are names, in any language: acronyms, inner capitals, letters with digits
_TELLING = re.compile(r"(?<![\w.@/-])(?:[A-Z][A-Z0-9]{1,6}|[A-Z]?[a-z]+[A-Z]\w*|[A-Z][a-z]+\d+)(?![\w@/])")
#: one or two capitalised words inside a sentence; in German every noun has a capital, so this is for English only
_CAPITALISED = re.compile(r"(?<=[a-z,(] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})?(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The words by which an advertisement is read."""

    required: tuple[str, ...]
    preferred: tuple[str, ...]
    #: of these, those that speak of what comes after them
    onwards: tuple[str, ...]
    skipped_headings: frozenset[str]
    skipped_cues: tuple[str, ...]
    not_terms: frozenset[str]
    years: tuple[re.Pattern[str], ...]
    degree: tuple[re.Pattern[str], ...]
    questions: tuple[re.Pattern[str], ...]
    languages: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advert:
    """What an advertisement asks, without the parts that praise the company."""

    sentences: tuple[Sentence, ...]
    terms: tuple[Term, ...]


@cache
def cues() -> Cues:
    """Return the cue words."""
    data = tomllib.loads(resources.files(__package__).joinpath("data/advert.toml").read_text(encoding="utf-8"))
    lists = {name: tuple(data[name]) for name in ("required", "preferred", "onwards", "skipped_cues")}
    sets = {name: frozenset(data[name]) for name in ("skipped_headings", "not_terms")}
    patterns = {name: _patterns(data[name]) for name in ("years", "degree", "questions")}
    languages = {name: tuple(names) for name, names in data["languages"].items()}
    arguments: dict[str, Any] = {**lists, **sets, **patterns}
    return Cues(languages=languages, **arguments)


def read_advert(text: str, *, language: str | None) -> Advert:
    """Return what an advertisement asks; raise `JobWithoutTerms` where it names nothing to compare with."""
    sentences = tuple(_sentences(text))
    terms = tuple(_terms(sentences, guesses_nouns=language == "en"))
    if not terms:
        raise JobWithoutTerms(
            "The job advertisement names no skill, tool or other term to compare with",
            hint="Give the whole text of the advertisement as a text file, with its list of requirements.",
        )
    return Advert(sentences=sentences, terms=terms)


def _sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences that ask something; sections about the employer and about law are left out."""
    section: Demand | None = Demand.UNSPECIFIED
    for raw in text.splitlines():
        line = _HASHES.sub("", _MARK.sub("", raw)).strip()
        if not line:
            continue
        if _is_heading(raw, line):
            section = _demand_of_heading(line)
        elif section is not None:
            for sentence in _SENTENCE_END.split(line):
                if not any(phrases_in(sentence, cues().skipped_cues)):
                    parts = _parts(sentence)
                    yield from (Sentence(text=part, demand=_demand(part, section)) for part in parts)


def _parts(sentence: str) -> tuple[str, ...]:
    """Cut a sentence before "ideally" and its like: what comes before is asked more firmly than what comes after."""
    starts = [found.start() for cue in cues().onwards if (found := whole(cue).search(sentence))]
    cut = min(starts, default=0)
    return (sentence[:cut].rstrip(), sentence[cut:]) if cut else (sentence,)


def _is_heading(raw: str, line: str) -> bool:
    if _MARK.match(raw) or len(words(line)) > _HEADING_WORDS or not words(line):
        return False
    known = _plain(line) in cues().skipped_headings | set(cues().required) | set(cues().preferred)
    return known or line.endswith(":") or raw.lstrip().startswith("#")


def _demand_of_heading(line: str) -> Demand | None:
    """Return how firmly a section asks; None for one that asks nothing."""
    if _plain(line) in cues().skipped_headings:
        return None
    return _demand(line, Demand.UNSPECIFIED)


def _plain(line: str) -> str:
    return line.rstrip(":!? ").casefold()


def _demand(text: str, otherwise: Demand) -> Demand:
    if any(phrases_in(text, cues().preferred)):
        return Demand.PREFERRED
    return Demand.REQUIRED if any(phrases_in(text, cues().required)) else otherwise


def _terms(sentences: tuple[Sentence, ...], *, guesses_nouns: bool) -> Iterator[Term]:
    """Yield each term once, with the sentence that asks most firmly for it, in the order of the text."""
    firmness = (Demand.REQUIRED, Demand.UNSPECIFIED, Demand.PREFERRED)
    found: dict[str, Term] = {}
    for sentence in sentences:
        for term in _terms_of(sentence, guesses_nouns=guesses_nouns):
            key = term.name.casefold()
            before = found.get(key)
            if before is None or firmness.index(sentence.demand) < firmness.index(before.sentence.demand):
                found[key] = term
    yield from found.values()


def _terms_of(sentence: Sentence, *, guesses_nouns: bool) -> Iterator[Term]:
    skills, rest = find_skills(sentence.text)
    for skill in skills:
        yield _known(skill, sentence)
    # in a title every word has a capital
    guesses_nouns = guesses_nouns and not _is_title(sentence.text)
    patterns = (_TELLING, _CAPITALISED) if guesses_nouns else (_TELLING,)
    for pattern in patterns:
        for found in pattern.finditer(rest):
            if not set(words(found[0])) & _known_words():
                yield Term(name=found[0], names=(found[0],), is_known=False, is_exact=False, sentence=sentence)


def _is_title(text: str) -> bool:
    named = [word for word in text.split() if word[0].isalpha()]
    return all(word[0].isupper() for word in named)


@cache
def _known_words() -> frozenset[str]:
    languages = {name for names in cues().languages.values() for name in names}
    return cues().not_terms | languages


def _known(skill: Skill, sentence: Sentence) -> Term:
    return Term(name=skill.name, names=skill.names, is_known=True, is_exact=skill.is_exact, sentence=sentence)


def _patterns(texts: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)
