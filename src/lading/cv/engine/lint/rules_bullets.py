"""Rules about what the points of positions say. All of them are advice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lading.cv.engine.lint.asking import Questions, needs_bullets, needs_language, needs_verbs, needs_work
from lading.cv.engine.lint.context import Context, Point
from lading.cv.engine.lint.findings import Passage, Skip, not_applicable
from lading.cv.engine.lint.words import Vocabulary, first_word, phrases_in, words
from lading.cv.engine.resume import WORK

QUESTIONS = Questions()

_SHORT, _LONG = 8, 30
#: so many bullets beginning alike are a repetition
_REPEATED = 3
#: share of bullets with a number, asked from so many bullets on
_NUMBERS_SHARE, _NUMBERS_FROM = 0.6, 3
#: words of a paragraph that should be bullets
_PARAGRAPH = 40
#: years after which a position needs no description
_RECENT_YEARS = 10


@QUESTIONS.rule("WEAK_START", needs_bullets, needs_language)
def weak_start(cv: Context) -> Iterator[Passage]:
    """A bullet that opens without saying what the person achieved."""
    openings = _words(cv).weak_openings
    for bullet in cv.bullets:
        text = " ".join(words(bullet.text)) + " "
        if any(text.startswith(opening + " ") for opening in openings):
            yield bullet


@QUESTIONS.rule("NO_ACTION_VERB", needs_bullets, needs_language, needs_verbs)
def no_action_verb(cv: Context) -> Iterator[Passage]:
    """A bullet whose first word is no verb that is known."""
    for bullet in cv.bullets:
        first = first_word(bullet.text)
        # an adverb may come before the verb: "successfully led"
        second = next(iter(words(bullet.text)[1:2]), "")
        if not _is_verb(first, _words(cv)) and not (first.endswith("ly") and _is_verb(second, _words(cv))):
            yield bullet


def _is_verb(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary.past_verbs or word.endswith(("ed", "ing")) or _is_present(word, vocabulary)


def _is_present(word: str, vocabulary: Vocabulary) -> bool:
    base = word.removesuffix("s")
    stems = {word, base, word.removesuffix("es"), re.sub("ies$", "y", word)}
    return bool(stems & vocabulary.present_verbs)


@QUESTIONS.rule("REPEATED_VERB", needs_bullets)
def repeated_verb(cv: Context) -> Iterator[Passage]:
    """Three bullets that begin with the same word; the third is shown."""
    begun: dict[str, int] = {}
    for bullet in cv.bullets:
        first = first_word(bullet.text)
        if not first:
            continue
        begun[first] = begun.get(first, 0) + 1
        if begun[first] == _REPEATED:
            yield bullet


@QUESTIONS.rule("TOO_SHORT", needs_bullets)
def too_short(cv: Context) -> Iterator[Passage]:
    """A bullet of a few words."""
    yield from (bullet for bullet in cv.bullets if len(bullet.text.split()) < _SHORT)


@QUESTIONS.rule("TOO_LONG", needs_bullets)
def too_long(cv: Context) -> Iterator[Passage]:
    """A bullet that is a paragraph."""
    yield from (bullet for bullet in cv.bullets if len(bullet.text.split()) > _LONG)


def _enough_bullets(cv: Context) -> Skip | None:
    if len(cv.bullets) < _NUMBERS_FROM:
        return not_applicable(f"fewer than {_NUMBERS_FROM} bullets")
    return None


@QUESTIONS.rule("NO_NUMBERS", needs_bullets, _enough_bullets, needs_language)
def no_numbers(cv: Context) -> Iterator[Passage]:
    """Too few bullets with a figure."""
    counted = [bullet for bullet in cv.bullets if _has_number(bullet, _words(cv))]
    if len(counted) < _NUMBERS_SHARE * len(cv.bullets):
        yield Passage(pointer=WORK, text=f"{len(counted)} of {len(cv.bullets)} bullets have a number")


def _has_number(bullet: Point, vocabulary: Vocabulary) -> bool:
    return any(char.isdigit() for char in bullet.text) or bool(set(words(bullet.text)) & vocabulary.numbers)


@QUESTIONS.rule("FIRST_PERSON", needs_bullets, needs_language)
def first_person(cv: Context) -> Iterator[Passage]:
    """A bullet that says I."""
    yield from (bullet for bullet in cv.bullets if _words(cv).first_person & set(_sayings(bullet.text)))


def _sayings(text: str) -> list[str]:
    """Return the words of a text without acronyms: "US sales" and "IT" do not speak of us or it."""
    return [word.casefold() for word in text.replace("\u2019", "'").split() if not (word.isupper() and len(word) > 1)]


@QUESTIONS.rule("TENSE_MIX", needs_bullets, needs_language, needs_verbs)
def tense_mix(cv: Context) -> Iterator[Passage]:
    """The present tense in a position that has ended."""
    for bullet in cv.bullets:
        first = first_word(bullet.text)
        if bullet.is_past and first not in _words(cv).past_verbs and _is_present(first, _words(cv)):
            yield bullet


@QUESTIONS.rule("FILLER_PHRASE", needs_language)
def filler_phrase(cv: Context) -> Iterator[Passage]:
    """A phrase that stands in most CVs; the phrase itself is shown."""
    for passage in (*cv.told, *cv.skills):
        for phrase in phrases_in(passage.text, _words(cv).fillers):
            yield replace(passage, text=phrase)


@QUESTIONS.rule("PASSIVE", needs_bullets, needs_language)
def passive(cv: Context) -> Iterator[Passage]:
    """A bullet that hides who did it."""
    for bullet in cv.bullets:
        if any(pattern.search(bullet.text) for pattern in _words(cv).passive):
            yield bullet


@QUESTIONS.rule("PARAGRAPH_INSTEAD_OF_BULLETS", needs_work)
def paragraph_instead_of_bullets(cv: Context) -> Iterator[Passage]:
    """A block of running text."""
    for point in cv.points:
        if not point.is_listed and len(point.text.split()) > _PARAGRAPH:
            yield point


@QUESTIONS.rule("MISSING_DESCRIPTION", needs_work)
def missing_description(cv: Context) -> Iterator[Passage]:
    """A recent position about which nothing is said."""
    for number, work in enumerate(cv.resume.work):
        end = work.period.end if work.period and not work.period.ongoing else None
        is_recent = end is None or cv.today.year - end.year <= _RECENT_YEARS
        if is_recent and not work.highlights:
            named = work.position or work.employer
            pointer = f"{WORK}/{number}"
            yield cv.passage(pointer, named) if named else Passage(pointer=pointer, text="")


def _words(cv: Context) -> Vocabulary:
    assert cv.words is not None
    return cv.words
