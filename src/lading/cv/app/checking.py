"""The steps that need no model: what the rules find and suggest, and the answer to an advertisement."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base.outcomes import Outcome
from lading.cv.app import kinds, packing, suggesting
from lading.cv.app.models import Finding, Review
from lading.cv.app.reading import done, review_of
from lading.cv.app.sections import version_of
from lading.cv.engine.improve import suggest
from lading.cv.engine.improve.suggest import Wish
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Outcome as RuleOutcome
from lading.cv.engine.lint.report import Report
from lading.cv.engine.lint.review import Advice
from lading.cv.engine.lint.review import review as ask_rules
from lading.cv.engine.match import JobWithoutTerms
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now


def lint(held: Claim) -> Ending:
    """Ask every rule of the version, and let rules suggest."""
    review = review_of(held)
    version, document = version_of(review.resume), packing.DOCUMENT.unpack(review.document.reading)
    report = ask_rules(document, version.resume, today=review.day, advice=Advice(review.advice))
    cv = Context(document=document, resume=version.resume, today=review.day)
    found = suggest(cv, base=version.id, wish=Wish(advice=Advice(review.advice), job=_usable_job(review)))

    def keep(_batch_id: int) -> None:
        mine = review_of(held, locked=True)
        mine.report = packing.pack_json(report.as_json())
        mine.save(update_fields=["report"])
        _keep_findings(mine, report)
        suggesting.keep(mine, None, found)

    return Ending(outcomes=[done(held)], also=keep)


def match(held: Claim) -> Ending:
    """Answer the advertisement; one that names nothing is not assessed, which is not the same as having no gaps."""
    review = review_of(held)
    version, document = version_of(review.resume), packing.DOCUMENT.unpack(review.document.reading)
    outcome, told = done(held), {"schema": 1, "code": "", "job": None}
    try:
        text = review.job.text if review.job else ""
        report = ask_rules(document, version.resume, today=review.day, job=text, advice=Advice.NONE)
        told["job"] = report.as_json()["job"]
    except JobWithoutTerms as error:
        name = kinds.subject(held.kind, held.payload)
        outcome = NewOutcome(subject=name, outcome=Outcome.SKIPPED, code=error.code, reason=error.hint)
        told["code"] = error.code

    def keep(_batch_id: int) -> None:
        mine = review_of(held, locked=True)
        mine.match = packing.pack_json(told)
        mine.save(update_fields=["match"])

    return Ending(outcomes=[outcome], also=keep)


def _usable_job(review: Review) -> str | None:
    """Return the advertisement, if it names anything that a CV could be compared with."""
    from lading.cv.engine.lint.words import language_of
    from lading.cv.engine.match.advert import read_advert

    if review.job is None:
        return None
    try:
        read_advert(review.job.text, language=language_of(review.job.text))
    except JobWithoutTerms:
        return None
    return review.job.text


def _keep_findings(review: Review, report: Report) -> None:
    Finding.objects.filter(review=review).delete()
    Finding.objects.bulk_create(_findings(review, report))


def _findings(review: Review, report: Report) -> Sequence[Finding]:
    at = now()
    return [
        Finding(
            owner=review.owner,
            created_at=at,
            review=review,
            code=rule.code,
            heading=rule.heading.value,
            pointer=found.pointer,
            evidence=found.evidence,
            page=found.page,
            line=found.line,
        )
        for rule in report.rules
        if rule.outcome is RuleOutcome.FAILED
        for found in rule.findings
    ]
