"""`lading cv`: what software can read from a CV, offline and without a model."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.text import Text

from lading.base.errors import LadingError, UsageError
from lading.cli.frame import Exit, fail, out, print_json

if TYPE_CHECKING:
    from lading.cv.engine.lint.report import AnswerReport, FindingReport, Report, RuleReport

#: a job advertisement is no book; characters
_LONGEST_JOB = 100_000
#: findings of one rule shown to people; all of them are in the JSON
_SHOWN = 5

_STANDINGS = {"evidenced": "green", "listed only": "yellow", "missing": "red", "not assessed": "dim"}


@click.group()
def cv() -> None:
    """Check a CV: what software can read from it, and what a reader will miss. Nothing leaves this machine."""


@cv.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--job",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A job advertisement as a text file: say what of it the CV answers.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--advice",
    type=click.Choice(["default", "all", "none"]),
    default="default",
    help="Advice besides what software loses. default: none for academic CVs.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Count from this day instead of today.",
)
def lint(file: Path, job: Path | None, as_json: bool, advice: str, day: datetime | None) -> None:  # noqa: FBT001 - click passes flags so
    """
    Say what software loses of the CV in FILE, and give advice. There is no grade.

    FILE is a PDF, a word-processor file (docx), text, Markdown or JSON Resume; it is never changed. Exit code 0:
    nothing is lost; 1: something is; 2: the file or the advertisement cannot be read.
    """
    try:
        report = _report(file, job, advice, day or datetime.now(UTC).astimezone())
    except LadingError as error:
        _refuse(error, as_json=as_json)
    if as_json:
        print_json({key: value for key, value in report.as_json().items() if key != "schema"})
    else:
        _tell(file, report)
    raise SystemExit(int(Exit.FAILED_FILES if report.loses else Exit.GOOD))


def _report(file: Path, job: Path | None, advice: str, now: datetime) -> Report:
    try:
        from lading.cv.engine.lint.file import lint as lint_file
        from lading.cv.engine.lint.review import Advice
    except ImportError as error:
        raise UsageError(
            f"`lading cv` needs {error.name}", hint="Install Lading with its extra: lading[cv]."
        ) from error
    text = None if job is None else _advertisement(job)
    return lint_file(file, today=now.date(), job=text, advice=Advice(advice))


def _advertisement(path: Path) -> str:
    """Return the text of an advertisement; raise `UsageError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="Name a text file with the advertisement.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text in UTF-8", hint="Save the advertisement as plain text.") from error
    if len(text) > _LONGEST_JOB:
        raise UsageError(
            f"{path} has more than {_LONGEST_JOB:,} characters", hint="Give the text of one advertisement only."
        )
    return text


def _refuse(error: LadingError, *, as_json: bool) -> NoReturn:
    """Say why there is no report, and leave."""
    if not as_json:
        fail(error.message, error.hint, Exit.USAGE)
    from lading.cv.engine.lint.report import Problem, ProblemReport

    problem = ProblemReport(error=Problem(code=error.code, message=error.message, hint=error.hint))
    print_json({key: value for key, value in problem.as_json().items() if key != "schema"})
    raise SystemExit(int(Exit.USAGE))


# --- for people ------------------------------------------------------------------------------------------------


def _tell(file: Path, report: Report) -> None:
    from lading.cv.engine.lint.catalogue import Heading

    _line(Text(str(file), style="bold"))
    _line(f"  {report.summary.recovered} of {report.summary.expected} fields recovered")
    if report.summary.not_recovered:
        _line("  not recovered: " + ", ".join(report.summary.not_recovered))
    for heading in Heading:
        _line("")
        _line(Text(heading.words, style="bold"))
        _tell_rules([rule for rule in report.rules if rule.heading is heading])
    if report.job is not None:
        _line("")
        _line(Text("Against the advertisement", style="bold"))
        for answer in report.job.answers:
            _tell_answer(answer)


def _tell_rules(rules: list[RuleReport]) -> None:
    for rule in rules:
        if rule.outcome == "failed":
            _tell_failed(rule)
    passed = sum(rule.outcome == "passed" for rule in rules)
    beside = sum(rule.outcome == "not applicable" for rule in rules)
    _line(f"  {passed} rules passed, {beside} not applicable")
    reasons: dict[str, list[str]] = {}
    for rule in rules:
        if rule.outcome == "not assessed":
            reasons.setdefault(rule.reason, []).append(rule.code)
    for reason, codes in reasons.items():
        _line(Text(f"  not assessed, {reason}: {', '.join(codes)}", style="dim"))


def _tell_failed(rule: RuleReport) -> None:
    _line(Text.assemble("  ", (rule.code, "yellow"), f"  {rule.title}"))
    for finding in rule.findings[:_SHOWN]:
        _line(f"      {_place(finding)}{finding.evidence}".rstrip())
    if len(rule.findings) > _SHOWN:
        _line(f"      and {len(rule.findings) - _SHOWN} more, see --json")
    _line(Text(f"      {rule.action}", style="dim"))
    if rule.source is not None:
        _line(Text(f"      Source ({rule.source.country}): {rule.source.name}", style="dim"))


def _tell_answer(answer: AnswerReport) -> None:
    words = f"  {answer.standing:<13}"
    rest = [f"{answer.name} ({answer.demand})" if answer.demand != "unspecified" else answer.name]
    if not answer.known:
        rest.append("perhaps a skill: not in Lading's list")
    if answer.evidence:
        rest.append(f"{_place(answer)}{answer.evidence}")
    if answer.reason:
        rest.append(answer.reason)
    _line(Text.assemble((words, _STANDINGS[answer.standing]), "; ".join(rest)))


def _place(found: FindingReport | AnswerReport) -> str:
    """Return where something stands, with a colon, or ""."""
    parts = [f"page {found.page}"] if found.page else []
    parts += [f"line {found.line}"] if found.line else []
    place = ", ".join(parts) or found.pointer
    return f"{place}: " if place else ""


def _line(text: Text | str) -> None:
    """Print one line as it is: a CV's square brackets are no mark-up, and its control characters reach no terminal."""
    plain = Text(text) if isinstance(text, str) else text
    plain.plain = "".join(char if char.isprintable() else "\ufffd" for char in plain.plain)
    out.print(plain, soft_wrap=True)
