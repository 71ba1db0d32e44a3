"""What a CV has to answer an advertisement with."""

from __future__ import annotations

import re

from lading.cv.engine.lint import months
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.match.values import Evidence

#: words that name a degree
_DEGREE = re.compile(
    r"\b(?:b\.? ?sc|m\.? ?sc|b\.? ?a|m\.? ?a|b\.? ?eng|m\.? ?eng|mba|ph\.? ?d|dr|llb|llm)\b"
    r"|bachelor|master|magister|diplom|doctor|doktor|promotion|staatsexamen",
    re.IGNORECASE,
)


def evidence_of(cv: Context) -> Evidence:
    """Return the passages of a CV by what they can answer."""
    resume = cv.resume
    schools = tuple(
        cv.passage(f"/education/{number}", name)
        for number, school in enumerate(resume.education)
        if (name := school.study_type or school.area or school.institution)
    )
    return Evidence(
        listed=cv.skills,
        told=cv.told,
        languages=tuple(_spoken(cv)),
        education=schools,
        degrees=tuple(passage for passage in schools if _DEGREE.search(passage.text)),
        months=_months(cv),
    )


def _spoken(cv: Context) -> list[Passage]:
    return [cv.passage(f"/languages/{number}", spoken.language) for number, spoken in enumerate(cv.resume.languages)]


def _months(cv: Context) -> int | None:
    """Return the months of dated work; None where there is no position, or one whose months are unknown."""
    spans = [months.span(work.period, cv.today) for work in cv.resume.work]
    known = [span for span in spans if span is not None]
    return months.length(known) if spans and len(known) == len(spans) else None
