"""Compares what an advertisement asks with what a resume tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.lint.words import phrases_in
from lading.cv.engine.match.advert import Advert, cues, read_advert
from lading.cv.engine.match.skills import find_skills, pattern_of
from lading.cv.engine.match.values import (
    Asked,
    DemandAnswer,
    Evidence,
    Match,
    Sentence,
    Standing,
    Term,
    TermAnswer,
)

#: text of the resume -> the names of the skills in it
Named = Mapping[str, frozenset[str]]

#: more than this is no demand for experience but a company's age
_MOST_YEARS = 20


def match(advertisement: str, evidence: Evidence, *, language: str | None) -> Match:
    """
    Answer everything that an advertisement asks.

    ===================  ==================  ============
    told of in the text  in a list           is
    ===================  ==================  ============
    yes                  any                 EVIDENCED
    no                   yes                 LISTED_ONLY
    no                   no                  MISSING
    nothing is readable  nothing is either   NOT_ASSESSED
    ===================  ==================  ============

    Raise `JobWithoutTerms` where nothing is asked that could be compared.
    """
    advert = read_advert(advertisement, language=language)
    named = {text: _skills_in(text) for text in {passage.text for passage in (*evidence.told, *evidence.listed)}}
    return Match(
        terms=tuple(_term(term, evidence, named) for term in advert.terms),
        demands=tuple(_demands(advert, evidence)),
    )


def _term(term: Term, evidence: Evidence, named: Named) -> TermAnswer:
    if not evidence.told and not evidence.listed:
        reason = "no text of the resume could be assigned to positions or skills"
        return TermAnswer(term=term, standing=Standing.NOT_ASSESSED, reason=reason)
    for passages, standing in ((evidence.told, Standing.EVIDENCED), (evidence.listed, Standing.LISTED_ONLY)):
        for passage in passages:
            if _names(term, passage.text, named):
                return TermAnswer(term=term, standing=standing, passage=passage)
    return TermAnswer(term=term, standing=Standing.MISSING)


def _skills_in(text: str) -> frozenset[str]:
    return frozenset(skill.name for skill in find_skills(text)[0])


def _names(term: Term, text: str, named: Named) -> bool:
    if term.is_known:
        return term.name in named[text]
    return bool(pattern_of(term.name, is_exact=term.is_exact).search(text))


def _demands(advert: Advert, evidence: Evidence) -> Iterator[DemandAnswer]:
    """Yield the answers to what is no term; a thing asked twice is answered once."""
    seen: set[tuple[Asked, str]] = set()
    for sentence in advert.sentences:
        for answer in _demands_of(sentence, evidence):
            if (answer.asked, answer.name) not in seen:
                seen.add((answer.asked, answer.name))
                yield answer


def _demands_of(sentence: Sentence, evidence: Evidence) -> Iterator[DemandAnswer]:
    years = _first(cues().years, sentence.text)
    if years and 0 < int(years[1]) <= _MOST_YEARS:
        yield _years(int(years[1]), sentence, evidence)
    if _first(cues().degree, sentence.text):
        yield _degree(sentence, evidence)
    for name, names in cues().languages.items():
        if any(phrases_in(sentence.text, names)):
            yield _language(name, sentence, evidence)
    question = _first(cues().questions, sentence.text)
    if question:
        yield DemandAnswer(
            asked=Asked.QUESTION,
            name=question[0].casefold(),
            sentence=sentence,
            standing=Standing.NOT_ASSESSED,
            reason="only you can answer this",
        )


def _years(asked: int, sentence: Sentence, evidence: Evidence) -> DemandAnswer:
    """
    Answer a demand for years of experience from the dated work.

    =================  =====================  ============
    dated work         years of a skill       is
    =================  =====================  ============
    dates unreadable   any                    NOT_ASSESSED
    shorter            any                    MISSING
    as long            yes                    NOT_ASSESSED
    as long            no                     EVIDENCED
    =================  =====================  ============
    """
    months = evidence.months
    if months is None:
        standing, reason = Standing.NOT_ASSESSED, "the dates of the positions are not all readable"
    elif months < 12 * asked:
        standing, reason = Standing.MISSING, f"the dated work adds up to {_spelt(months)}"
    elif find_skills(sentence.text)[0]:
        standing = Standing.NOT_ASSESSED
        reason = f"the dated work adds up to {_spelt(months)}; how much of it counts, software cannot say"
    else:
        standing, reason = Standing.EVIDENCED, f"the dated work adds up to {_spelt(months)}"
    return DemandAnswer(asked=Asked.YEARS, name=f"{asked} years", sentence=sentence, standing=standing, reason=reason)


def _degree(sentence: Sentence, evidence: Evidence) -> DemandAnswer:
    """Answer a demand for a degree; whether it is the right one, a person has to say."""
    passage: Passage | None = None
    if evidence.degrees:
        standing, passage = Standing.EVIDENCED, evidence.degrees[0]
        reason = "a degree is named; whether it is the one that is asked for, software cannot say"
    elif evidence.education:
        standing, passage = Standing.NOT_ASSESSED, evidence.education[0]
        reason = "there is education, and no degree in it that software recognises"
    else:
        standing, reason = Standing.MISSING, "no education was recovered"
    return DemandAnswer(
        asked=Asked.DEGREE, name="degree", sentence=sentence, standing=standing, passage=passage, reason=reason
    )


def _language(name: str, sentence: Sentence, evidence: Evidence) -> DemandAnswer:
    names = cues().languages[name]
    for passage in evidence.languages:
        if any(phrases_in(passage.text, names)):
            reason = "listed; whether the level is enough, software cannot say"
            return _spoken(name, sentence, Standing.LISTED_ONLY, passage, reason)
    if not evidence.languages:
        return _spoken(name, sentence, Standing.NOT_ASSESSED, None, "no list of languages was recovered")
    return _spoken(name, sentence, Standing.MISSING, None, "")


def _spoken(name: str, sentence: Sentence, standing: Standing, passage: Passage | None, reason: str) -> DemandAnswer:
    return DemandAnswer(
        asked=Asked.LANGUAGE, name=name, sentence=sentence, standing=standing, passage=passage, reason=reason
    )


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _spelt(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years} years" + (f" {rest} months" if rest else "")
