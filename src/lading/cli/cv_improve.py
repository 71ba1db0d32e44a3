"""`lading cv improve`: suggestions for a CV, by rules and, if one is named, by a model."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lading.base.errors import LadingError, UsageError
from lading.cli.cv_frame import DAY, FILE, JSON, advertisement, extra_needed, line, refuse, today, write
from lading.cli.cv_models import client, configured, outgoing
from lading.cli.frame import Exit, print_json

if TYPE_CHECKING:
    from lading.cv.engine.improve import Decision, Suggestion, Version
    from lading.cv.engine.improve.report import ImproveReport, ModelReport, SuggestionReport
    from lading.cv.engine.values import Document

_KINDS = {
    "format": "Only the form changes: safe to accept together",
    "wording": "Other words: one by one",
    "question": "Questions: only you know",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line."""

    file: Path
    job: Path | None
    advice: str
    day: datetime | None
    asks_model: bool
    consents: bool
    accepts_safe: bool
    decisions: Path | None
    output: Path | None


@click.command()
@FILE
@click.option(
    "--job", type=click.Path(path_type=Path, dir_okay=False), help="A job advertisement: what it asks for comes first."
)
@click.option(
    "--advice",
    type=click.Choice(["default", "all", "none"]),
    default="default",
    help="Wording and questions besides form. default: none for academic CVs.",
)
@click.option("--model", "asks_model", is_flag=True, help="Ask the configured model, too; see `lading cv models`.")
@click.option("--consent", "consents", is_flag=True, help="Send what `--model` alone shows.")
@click.option("--accept-safe", "accepts_safe", is_flag=True, help="Accept what changes the form only; needs -o.")
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    help='A JSON list of {"suggestion", "choice": accept|edit|reject, "text"}; needs -o.',
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the new version goes: JSON Resume."
)
@DAY
@JSON
def improve(as_json: bool, **options: object) -> None:  # noqa: FBT001 - click passes flags so
    """
    Suggest how to improve the CV in FILE. Nothing is changed unless you say so, and FILE never is.

    Exit code 0: good; 1: the model could not be asked about every section; 2: the file or a decision is refused; 3: your
    consent is needed before anything is sent.
    """
    wanted = Wanted(**options)  # type: ignore[arg-type]  # click has checked the types
    try:
        report = _report(wanted)
    except LadingError as error:
        refuse(error, as_json=as_json, code=None if error.code == "CV_MODEL_CONSENT_NEEDED" else Exit.USAGE)
    if as_json:
        print_json({key: value for key, value in report.as_json().items() if key != "schema"})
    else:
        _tell(wanted.file, report)
    has_failed = report.model is not None and bool(report.model.failures)
    raise SystemExit(int(Exit.FAILED_FILES if has_failed else Exit.GOOD))


def _report(wanted: Wanted) -> ImproveReport:
    if (wanted.accepts_safe or wanted.decisions) and wanted.output is None:
        raise UsageError("A new version needs a place", hint="Name a file with -o")
    with extra_needed():
        from lading.cv.engine.extract import extract
        from lading.cv.engine.guard.values import GUARD_VERSION
        from lading.cv.engine.improve import first_version, suggest
        from lading.cv.engine.improve.report import ImproveReport, suggestion_report
        from lading.cv.engine.improve.suggest import Wish
        from lading.cv.engine.lint.context import Context
        from lading.cv.engine.lint.review import Advice
        from lading.cv.engine.structure import structure
    document = extract(wanted.file)
    version = first_version(structure(document))
    wish = Wish(advice=Advice(wanted.advice), job=None if wanted.job is None else advertisement(wanted.job))
    day = today(wanted.day)
    found = suggest(Context(document=document, resume=version.resume, today=day), base=version.id, wish=wish)
    model: ModelReport | None = None
    if wanted.asks_model:
        more, model = _asked(version, consents=wanted.consents)
        found = (*found, *more)
    report = ImproveReport(
        guard=GUARD_VERSION,
        date=day.isoformat(),
        language=version.resume.language.value,
        version=version.id,
        suggestions=tuple(map(suggestion_report, found)),
        model=model,
    )
    return _decided(report, version, found, document, wanted)


def _asked(version: Version, *, consents: bool) -> tuple[tuple[Suggestion, ...], ModelReport]:
    """Ask the model about a version; raise `ConsentNeeded` with everything that would be sent shown before."""
    from lading.base.retry import RetryPolicy
    from lading.cv.engine.model.errors import ConsentNeeded, NotConfigured
    from lading.cv.engine.model.improving import improve_all
    from lading.cv.engine.model.report import model_report

    endpoint = configured()
    if endpoint is None:
        raise NotConfigured("No model is configured", hint="Set LADING_CV__MODEL_URL and LADING_CV__MODEL_NAME")
    if not consents:
        for one in outgoing(version, endpoint):
            click.echo(f"{one}\n", err=True)
        place = "this machine" if endpoint.is_on_this_machine else f"{endpoint.url}, which is not this machine"
        raise ConsentNeeded(f"Nothing was sent: the text above would go to {place}", hint="Say --consent to send it")
    model = client(endpoint)
    try:
        policy = RetryPolicy(attempts=3, first_delay=timedelta(seconds=2), longest_delay=timedelta(seconds=30))
        improved, failed = improve_all(
            version, model, policy=policy, wait=lambda delay: time.sleep(delay.total_seconds())
        )
    finally:
        model.close()
    return tuple(one for section in improved for one in section.suggestions), model_report(endpoint, improved, failed)


def _decided(
    report: ImproveReport, version: Version, found: tuple[Suggestion, ...], document: Document, wanted: Wanted
) -> ImproveReport:
    """Return the report with what the decisions made, written where it was asked for."""
    from lading.cv.engine.improve import decide, difference, safe
    from lading.cv.engine.improve.report import result_report
    from lading.cv.engine.render.json_resume import to_json

    if wanted.output is None:
        return report
    decisions = [*_decisions(wanted.decisions)]
    if wanted.accepts_safe:
        taken = {one.suggestion for one in decisions}
        decisions += [one for one in safe(found) if one.suggestion not in taken]
    new = decide(version, found, decisions)
    write(wanted.output, to_json(new.resume, document), wanted.file)
    return replace(report, result=result_report(new, str(wanted.output), difference(version.resume, new.resume)))


def _decisions(path: Path | None) -> Iterable[Decision]:
    """Return the decisions of a file; raise `UsageError`."""
    if path is None:
        return ()
    from pydantic import TypeAdapter, ValidationError

    from lading.cv.engine.improve import Decision

    try:
        return TypeAdapter(list[Decision]).validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="Name a JSON file with decisions") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path}: {where}: {first['msg']}", hint="See docs/reference/cv-improve.md") from error


# --- for people ------------------------------------------------------------------------------------------------


def _tell(file: Path, report: ImproveReport) -> None:
    line(Text(str(file), style="bold"))
    if not report.suggestions:
        line("  nothing to suggest")
    for kind, heading in _KINDS.items():
        chosen = [one for one in report.suggestions if one.kind == kind]
        if chosen:
            line("")
            line(Text(heading, style="bold"))
            for one in chosen:
                _tell_one(one)
    if report.model is not None:
        _tell_model(report.model)
    if report.result is not None:
        line("")
        line(f"{report.result.path}: {len(report.result.changes)} changes")


def _tell_one(one: SuggestionReport) -> None:
    by = " (model)" if one.origin == "model" else ""
    line(Text.assemble("  ", (one.code, "yellow"), f"{by}  {one.pointer}"))
    for sign, text, style in (("-", one.before, "red"), ("+", one.after, "green")):
        for row in text.splitlines():
            line(Text(f"      {sign} {row}", style=style))
    line(Text(f"      {one.reason}", style="dim"))
    if one.guard.verdict == "asks":
        line(Text("      not in your text, true? " + ", ".join(one.guard.new_words), style="magenta"))
    if one.guard.losses:
        line(Text("      leaves out: " + ", ".join(claim.text for claim in one.guard.losses), style="magenta"))


def _tell_model(model: ModelReport) -> None:
    line("")
    tokens = "unknown" if model.prompt_tokens is None else f"{model.prompt_tokens} + {model.answer_tokens}"
    line(f"{model.model} at {model.url}: {model.calls} calls, tokens: {tokens}")
    if model.withheld:
        blocked = sum(one.why == "blocked" for one in model.withheld)
        line(f"  {len(model.withheld)} suggestions withheld, {blocked} of them for facts that are not in your text")
    for one in model.failures:
        line(f"  {one.pointer}: {one.message}. {one.hint}")
