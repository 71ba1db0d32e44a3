"""Counts what was recovered of a resume."""

from __future__ import annotations

from collections.abc import Iterator

from lading.cv.engine.lint.report import Summary
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Period, Resume

#: see `Summary.version`
SUMMARY_VERSION = 1


def summary(resume: Resume) -> Summary:
    """
    Count the fields that have a value, of those that such a CV has.

    ==========  ==================================================================
    what        fields
    ==========  ==================================================================
    the person  name, e-mail, phone, location
    a position  employer, title, start, end (one that goes on has an end: today)
    education   institution, degree or subject, one date
    skills      one, whatever their number
    ==========  ==================================================================

    Where there is no position, no education or no skill at all, each of these counts as one field not recovered.
    """
    fields = dict(_fields(resume))
    missing = tuple(pointer for pointer, is_there in fields.items() if not is_there)
    return Summary(
        version=SUMMARY_VERSION, recovered=len(fields) - len(missing), expected=len(fields), not_recovered=missing
    )


def _fields(resume: Resume) -> Iterator[tuple[str, bool]]:
    basics = resume.basics
    for name, value in (
        ("name", basics.name),
        ("email", basics.email),
        ("phone", basics.phone),
        ("location", basics.location),
    ):
        yield f"/basics/{name}", value is not None
    yield from _work(resume)
    yield from _education(resume)
    yield "/skills", bool(resume.skills)


def _work(resume: Resume) -> Iterator[tuple[str, bool]]:
    for number, work in enumerate(resume.work):
        at = f"{WORK}/{number}"
        yield f"{at}/name", work.employer is not None
        yield f"{at}/position", work.position is not None
        yield f"{at}/startDate", work.period is not None and work.period.start is not None
        yield f"{at}/endDate", _has_end(work.period)
    if not resume.work:
        yield WORK, False


def _education(resume: Resume) -> Iterator[tuple[str, bool]]:
    for number, school in enumerate(resume.education):
        yield f"/education/{number}/institution", school.institution is not None
        yield f"/education/{number}/studyType", school.study_type is not None or school.area is not None
        has_date = _has_end(school.period) or (school.period is not None and school.period.start is not None)
        yield f"/education/{number}/endDate", has_date
    if not resume.education:
        yield "/education", False


def _has_end(period: Period | None) -> bool:
    return period is not None and (period.ongoing or period.end is not None)
