"""Asks every rule of the catalogue of one CV."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import cache

from lading.cv.engine.lint import rules_bullets, rules_contact, rules_document, rules_rest, rules_structure
from lading.cv.engine.lint.asking import Asked
from lading.cv.engine.lint.catalogue import Heading, Rule, catalogue
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.evidence import evidence_of
from lading.cv.engine.lint.findings import Finding, Outcome, Passage, Verdict
from lading.cv.engine.lint.recovered import summary
from lading.cv.engine.lint.report import (
    About,
    AdviceSource,
    AnswerReport,
    FindingReport,
    JobReport,
    Report,
    RuleReport,
)
from lading.cv.engine.lint.words import language_of
from lading.cv.engine.match.answer import match
from lading.cv.engine.match.values import MATCH_VERSION, DemandAnswer, TermAnswer
from lading.cv.engine.values import Document, Resume


class Advice(StrEnum):
    """Which rules of advice are asked; what software loses is always asked."""

    #: those that are on by default, and none for an academic CV
    DEFAULT = "default"
    ALL = "all"
    NONE = "none"


def review(
    document: Document, resume: Resume, *, today: date, job: str | None = None, advice: Advice = Advice.DEFAULT
) -> Report:
    """
    Return what software loses of a CV, advice, and the answers to a job advertisement.

    Guarantees the same report for the same arguments. Raise `JobWithoutTerms` where the advertisement names nothing
    that could be compared.
    """
    cv = Context(document=document, resume=resume, today=today)
    return Report(
        catalogue=catalogue().version,
        date=today.isoformat(),
        document=About(
            format=document.format.value,
            reader=document.reader,
            language=resume.language.value,
            pages=len(document.pages),
            academic=cv.is_academic,
        ),
        summary=summary(resume),
        rules=tuple(_rule(rule, cv, advice) for rule in catalogue().rules.values()),
        job=None if job is None else _job(job, cv),
    )


@cache
def questions() -> dict[str, Asked]:
    """Return every check by its code."""
    modules = (rules_document, rules_contact, rules_structure, rules_bullets, rules_rest)
    return {code: asked for module in modules for code, asked in module.QUESTIONS.asked.items()}


def _rule(rule: Rule, cv: Context, advice: Advice) -> RuleReport:
    reason = _silenced(rule, cv, advice)
    if reason:
        verdict = Verdict(code=rule.code, outcome=Outcome.NOT_ASSESSED, reason=reason)
    else:
        verdict = questions()[rule.code].ask(cv)
    return RuleReport(
        code=rule.code,
        heading=rule.heading,
        group=rule.group,
        title=rule.title,
        outcome=verdict.outcome,
        reason=verdict.reason,
        meaning=rule.meaning,
        action=rule.action,
        source=AdviceSource(name=rule.source.name, country=rule.source.country) if rule.source else None,
        findings=tuple(_finding(finding) for finding in sorted(verdict.findings, key=_order)),
    )


def _silenced(rule: Rule, cv: Context, advice: Advice) -> str:
    """
    Say why a rule is not asked, or "".

    ======  ===========  ========  ================  ========
    rule    advice       academic  on by default     is asked
    ======  ===========  ========  ================  ========
    loses   any          any       any               yes
    advice  ALL          any       any               yes
    advice  NONE         any       any               no
    advice  DEFAULT      yes       any               no
    advice  DEFAULT      no        no                no
    advice  DEFAULT      no        yes               yes
    ======  ===========  ========  ================  ========
    """
    if rule.heading is Heading.LOSES or advice is Advice.ALL:
        return ""
    if advice is Advice.NONE:
        return "advice was not asked for"
    if cv.is_academic:
        return "advice is off for academic CVs; ask for it with --advice all"
    return "" if rule.is_on_by_default else "off by default; ask for it with --advice all"


def _order(finding: Finding) -> tuple[int, int, list[str], str]:
    return finding.where.page, finding.where.line, _natural(finding.pointer), finding.evidence


def _natural(pointer: str) -> list[str]:
    """Return the parts of a pointer so that entry 10 comes after entry 9."""
    return [part.zfill(9) if part.isdecimal() else part for part in re.split("/", pointer)]


def _finding(finding: Finding) -> FindingReport:
    return FindingReport(
        pointer=finding.pointer, evidence=finding.evidence, page=finding.where.page, line=finding.where.line
    )


def _job(text: str, cv: Context) -> JobReport:
    found = match(text, evidence_of(cv), language=language_of(text))
    return JobReport(version=MATCH_VERSION, answers=(*map(_term, found.terms), *map(_demand, found.demands)))


def _term(answer: TermAnswer) -> AnswerReport:
    passage = answer.passage or Passage(pointer="", text="")
    return AnswerReport(
        name=answer.term.name,
        kind="term",
        known=answer.term.is_known,
        demand=answer.term.sentence.demand,
        standing=answer.standing,
        reason=answer.reason,
        sentence=answer.term.sentence.text,
        pointer=passage.pointer,
        evidence=passage.text,
        page=passage.where.page,
        line=passage.where.line,
    )


def _demand(answer: DemandAnswer) -> AnswerReport:
    passage = answer.passage or Passage(pointer="", text="")
    return AnswerReport(
        name=answer.name,
        kind=answer.asked,
        known=True,
        demand=answer.sentence.demand,
        standing=answer.standing,
        reason=answer.reason,
        sentence=answer.sentence.text,
        pointer=passage.pointer,
        evidence=passage.text,
        page=passage.where.page,
        line=passage.where.line,
    )
