"""`lading cv render`: puts a CV on paper, reads it back, and says what got lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from lading.base.errors import LadingError, UsageError
from lading.cli.cv_frame import FILE, JSON, extra_needed, line, refuse, write
from lading.cli.frame import Exit, print_json

if TYPE_CHECKING:
    from lading.cv.engine.render.report import RenderReport

#: lines that are shown to people; all of them are in the JSON
_SHOWN = 10


@click.command()
@FILE
@click.option(
    "--template",
    type=click.Choice(["plain", "classic", "accent", "compact"]),
    default="plain",
    help="How PDF and docx look; plain: for online forms.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["pdf", "docx", "md", "txt", "json"]),
    help="What to write; default: by the ending of the output, else pdf. json is JSON Resume.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: FILE.rendered.pdf")
@JSON
def render(file: Path, template: str, form: str | None, output: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """
    Write the CV in FILE as PDF, docx, Markdown, text or JSON Resume, and read it back.

    Exit code 0: every field came back; 1: something got lost, and is named; 2: the file cannot be read or written.
    """
    try:
        report = _rendered(file, template, form, output)
    except LadingError as error:
        refuse(error, as_json=as_json, code=Exit.USAGE)
    if as_json:
        print_json({key: value for key, value in report.as_json().items() if key != "schema"})
    else:
        _tell(report)
    raise SystemExit(int(Exit.FAILED_FILES if report.code or report.left_behind else Exit.GOOD))


def _rendered(file: Path, template: str, form: str | None, output: Path | None) -> RenderReport:
    with extra_needed():
        from lading.cv.engine.extract import extract
        from lading.cv.engine.render import Output, Template
        from lading.cv.engine.render.read_back import read_back
        from lading.cv.engine.render.render import render as render_resume
        from lading.cv.engine.render.report import render_report
        from lading.cv.engine.structure import structure

        document = extract(file)
        kind = Output(form or _form_of(output))
        path = output or file.with_name(f"{file.stem}.rendered.{kind.value}")
        resume = structure(document)
        made = render_resume(resume, kind, Template(template), document=document)
        back = read_back(made, resume, original=document)
    write(path, made.content, file)
    return render_report(str(path), made, back)


def _form_of(output: Path | None) -> str:
    """Return what an ending asks for; raise `UsageError` for one that nothing is written as."""
    if output is None:
        return "pdf"
    ending = output.suffix.removeprefix(".").lower()
    if ending not in {"pdf", "docx", "md", "txt", "json"}:
        raise UsageError(f"Nothing is written as {output.suffix or 'a file without ending'}", hint="Name a --format")
    return ending


def _tell(report: RenderReport) -> None:
    line(Text(report.path, style="bold"))
    line(f"  {report.compared - len(report.lost)} of {report.compared} fields come back when it is read")
    for one in report.lost[:_SHOWN]:
        what = "is not in the file" if one.gone else f"is read as {one.found!r}" if one.found else "is not recognised"
        line(f"  {one.pointer}: {one.expected!r} {what}")
    if report.left_behind:
        line("  Not understood in the original, and not in the result:")
        for text in report.left_behind[:_SHOWN]:
            line(f"    {text}")
    hidden = max(0, len(report.lost) - _SHOWN) + max(0, len(report.left_behind) - _SHOWN)
    if hidden:
        line(f"  and {hidden} more, see --json")
