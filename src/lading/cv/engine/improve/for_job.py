"""What a job advertisement moves to the front. It adds nothing: what it asks for is no evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lading.cv.engine.improve.suggestion import Draft, Operation
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.words import language_of, phrases_in
from lading.cv.engine.match.advert import read_advert


def skills_for_job(cv: Context, job: str) -> Iterator[Draft]:
    """Yield groups of skills with those in front that the advertisement asks for; raise `JobWithoutTerms`."""
    names = {name for term in read_advert(job, language=language_of(job)).terms for name in term.names}
    for number, skill in enumerate(cv.resume.skills):
        words = [word.value for word in skill.keywords]
        asked = [bool(list(phrases_in(word, names))) for word in words]
        order = tuple(sorted(range(len(words)), key=lambda place: not asked[place]))
        if order != tuple(range(len(words))):
            yield Draft(
                code="SKILLS_FOR_JOB",
                pointer=f"/skills/{number}/keywords",
                before="\n".join(words),
                after="\n".join(words[place] for place in order),
                operation=Operation.MOVE,
                order=order,
            )
