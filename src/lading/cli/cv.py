"""`lading cv`: what software can read from a CV, and how to mend it; offline, but for a model that is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lading.base.errors import LadingError
from lading.cli.cv_frame import DAY, FILE, JSON, advertisement, extra_needed, line, refuse, today
from lading.cli.cv_improve import improve
from lading.cli.cv_models import models
from lading.cli.cv_render import render
from lading.cli.cv_review import review, reviews
from lading.cli.frame import Exit, Group, print_json

if TYPE_CHECKING:
    from lading.cv.engine.lint.report import AnswerReport, FindingReport, Report, RuleReport

#: findings of one rule shown to people; all of them are in the JSON
_SHOWN = 5

_STANDINGS = {"evidenced": "green", "listed only": "yellow", "missing": "red", "not assessed": "dim"}


@click.group(cls=Group)
def cv() -> None:
    """
    Check, improve and render a CV. The file is never changed.

    Nothing leaves this machine unless a model is named in the settings and you agree: see `lading cv models`.
    """


cv.add_command(improve)
cv.add_command(render)
cv.add_command(models)
cv.add_command(review)
cv.add_command(reviews)


@cv.command()
@FILE
@click.option(
    "--job",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A job advertisement as a text file: say what of it the CV answers.",
)
@JSON
@click.option(
    "--advice",
    type=click.Choice(["default", "all", "none"]),
    default="default",
    help="Advice besides what software loses. default: none for academic CVs.",
)
@DAY
def lint(file: Path, job: Path | None, as_json: bool, advice: str, day: datetime | None) -> None:  # noqa: FBT001 - click passes flags so
    """
    Say what software loses of the CV in FILE, and give advice. There is no grade.

    FILE is a PDF, a word-processor file (docx), text, Markdown or JSON Resume; it is never changed. Exit code 0:
    nothing is lost; 1: something is; 2: the file or the advertisement cannot be read.
    """
    try:
        report = _report(file, job, advice, day)
    except LadingError as error:
        refuse(error, as_json=as_json, code=Exit.USAGE)
    if as_json:
        print_json({key: value for key, value in report.as_json().items() if key != "schema"})
    else:
        _tell(file, report)
    raise SystemExit(int(Exit.FAILED_FILES if report.loses else Exit.GOOD))


def _report(file: Path, job: Path | None, advice: str, day: datetime | None) -> Report:
    with extra_needed():
        from lading.cv.engine.lint.file import lint as lint_file
        from lading.cv.engine.lint.review import Advice
    text = None if job is None else advertisement(job)
    return lint_file(file, today=today(day), job=text, advice=Advice(advice))


# --- for people ------------------------------------------------------------------------------------------------


def _tell(file: Path, report: Report) -> None:
    from lading.cv.engine.lint.catalogue import Heading

    line(Text(str(file), style="bold"))
    line(f"  {report.summary.recovered} of {report.summary.expected} fields recovered")
    if report.summary.not_recovered:
        line("  not recovered: " + ", ".join(report.summary.not_recovered))
    for heading in Heading:
        line("")
        line(Text(heading.words, style="bold"))
        _tell_rules([rule for rule in report.rules if rule.heading is heading])
    if report.job is not None:
        line("")
        line(Text("Against the advertisement", style="bold"))
        for answer in report.job.answers:
            _tell_answer(answer)


def _tell_rules(rules: list[RuleReport]) -> None:
    for rule in rules:
        if rule.outcome == "failed":
            _tell_failed(rule)
    passed = sum(rule.outcome == "passed" for rule in rules)
    beside = sum(rule.outcome == "not applicable" for rule in rules)
    line(f"  {passed} rules passed, {beside} not applicable")
    reasons: dict[str, list[str]] = {}
    for rule in rules:
        if rule.outcome == "not assessed":
            reasons.setdefault(rule.reason, []).append(rule.code)
    for reason, codes in reasons.items():
        line(Text(f"  not assessed, {reason}: {', '.join(codes)}", style="dim"))


def _tell_failed(rule: RuleReport) -> None:
    line(Text.assemble("  ", (rule.code, "yellow"), f"  {rule.title}"))
    for finding in rule.findings[:_SHOWN]:
        line(
            f"      {_place(finding)}{finding.evidence}"
            if finding.evidence
            else f"      {_place(finding).rstrip(': ')}"
        )
    if len(rule.findings) > _SHOWN:
        line(f"      and {len(rule.findings) - _SHOWN} more, see --json")
    line(Text(f"      {rule.action}", style="dim"))
    if rule.source is not None:
        line(Text(f"      Source ({rule.source.country}): {rule.source.name}", style="dim"))


def _tell_answer(answer: AnswerReport) -> None:
    words = f"  {answer.standing:<13}"
    rest = [f"{answer.name} ({answer.demand})" if answer.demand != "unspecified" else answer.name]
    if not answer.known:
        rest.append("perhaps a skill: not in Lading's list")
    if answer.evidence:
        rest.append(f"{_place(answer)}{answer.evidence}")
    if answer.reason:
        rest.append(answer.reason)
    line(Text.assemble((words, _STANDINGS[answer.standing]), "; ".join(rest)))


def _place(found: FindingReport | AnswerReport) -> str:
    """Return where something stands, with a colon, or ""."""
    parts = [f"page {found.page}"] if found.page else []
    parts += [f"line {found.line}"] if found.line else []
    place = ", ".join(parts) or found.pointer
    return f"{place}: " if place else ""
