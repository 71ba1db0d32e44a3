"""Suggestions of other words, by rules: words go, move apart or take another tense; none is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.improve.suggestion import Draft, Operation
from lading.cv.engine.improve.tidy import tidied
from lading.cv.engine.lint.context import Context, Point
from lading.cv.engine.lint.words import phrases_in, whole
from lading.cv.engine.values import Language

#: a paragraph of more words becomes points, a point of more words falls into its parts
_LONG_PARAGRAPH, _LONG_POINT = 40, 30
#: words that a part needs to stand alone
_SHORTEST_PART = 4
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\xc4\xd6\xdc0-9])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|ca|bzw|z\.\s?b|inkl|vgl|nr|dr|prof|st|mr|ms|mrs|no|vs|inc|ltd|co)|\b\w)\.$",
    re.IGNORECASE,
)
_OPENING_I = re.compile(r"I (?:(?:have|had|also) )*(?=(?P<verb>[a-z]+))")
_PAST = {
    "build": "built",
    "cut": "cut",
    "drive": "drove",
    "lead": "led",
    "oversee": "oversaw",
    "run": "ran",
    "sell": "sold",
    "teach": "taught",
    "write": "wrote",
}
_DOUBLED = frozenset({"plan", "ship"})


def paragraph_split(cv: Context) -> Iterator[Draft]:
    """Yield long paragraphs as the points that their sentences are."""
    for point in cv.points:
        if not point.is_listed and len(point.text.split()) > _LONG_PARAGRAPH:
            sentences = _sentences(tidied(point.text))
            if len(sentences) > 1:
                yield _split("PARAGRAPH_SPLIT", point, sentences)


def long_point_split(cv: Context) -> Iterator[Draft]:
    """Yield long points whose parts can stand alone: sentences, or what a semicolon parts."""
    for point in cv.bullets:
        if len(point.text.split()) <= _LONG_POINT:
            continue
        text = tidied(point.text, is_point=True)
        parts = [part.strip() for sentence in _sentences(text) for part in sentence.split("; ")]
        if len(parts) > 1 and all(len(part.split()) >= _SHORTEST_PART for part in parts):
            yield _split("LONG_POINT_SPLIT", point, [part[:1].upper() + part[1:] for part in parts])


def _sentences(text: str) -> list[str]:
    """Return the sentences; what ends with an abbreviation goes on."""
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _split(code: str, point: Point, parts: list[str]) -> Draft:
    return Draft(code=code, pointer=point.pointer, before=point.text, after="\n".join(parts), operation=Operation.SPLIT)


def first_person_dropped(cv: Context) -> Iterator[Draft]:
    """Yield English points that begin with I, without it; we is left alone, for it is somebody else too."""
    if cv.resume.language is not Language.ENGLISH:
        return
    for point in cv.bullets:
        text = tidied(point.text, is_point=True)
        found = _OPENING_I.match(text)
        if found and found["verb"] not in {"was", "am", "will", "can", "could", "would", "did"}:
            after = text[found.end() :]
            yield Draft(
                code="FIRST_PERSON_DROPPED",
                pointer=point.pointer,
                before=point.text,
                after=after[:1].upper() + after[1:],
            )


def tense_past(cv: Context) -> Iterator[Draft]:
    """Yield English points of ended positions whose first verb is in the present, in the past."""
    if cv.words is None or cv.resume.language is not Language.ENGLISH:
        return
    for point in cv.bullets:
        text = tidied(point.text, is_point=True)
        first = re.match(r"[A-Za-z]+", text)
        base = first[0].casefold() if first else ""
        if first and point.is_past and base in cv.words.present_verbs and base not in cv.words.past_verbs:
            past = _past(base)
            after = past[:1].upper() + past[1:] + text[first.end() :]
            yield Draft(code="TENSE_PAST", pointer=point.pointer, before=point.text, after=after)


def _past(verb: str) -> str:
    if verb in _PAST:
        return _PAST[verb]
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def filler_dropped(cv: Context) -> Iterator[Draft]:
    """Yield clichés that stand alone, as a skill or a point, to be taken out."""
    if cv.words is None:
        return
    for passage in (*cv.skills, *cv.bullets):
        phrase = next(phrases_in(passage.text, cv.words.fillers), "")
        if phrase and not whole(phrase).sub("", passage.text).strip(" .,;"):
            is_skill = passage.pointer.endswith("/name")
            pointer = passage.pointer.removesuffix("/name") if is_skill else passage.pointer
            yield Draft(
                code="FILLER_DROPPED", pointer=pointer, before=passage.text, operation=Operation.REMOVE, about=phrase
            )
