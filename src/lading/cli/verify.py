"""`lading verify`: whether source and iRODS are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.markup import escape

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.definition_options import definition_of_job, definition_options
from lading.cli.frame import err, open_ledger, out, print_json

if TYPE_CHECKING:
    from lading.ingest.app.comparisons import Totals
    from lading.ingest.app.run_options import Look

Command = TypeVar("Command", bound=Callable[..., Any])

#: mark -> (word of the JSON, words of the summary)
_WORDS = {
    "=": ("same", "the same"),
    "+": ("only_at_source", "only at the source"),
    "-": ("only_in_irods", "only in iRODS"),
    "*": ("differ", "differ"),
    "!": ("errors", "could not be compared"),
}


#: how it is compared, here or on another host
_LOOK = (
    click.option(
        "--checksum",
        type=click.Choice(["local", "server", "both"]),
        is_flag=False,
        flag_value="local",
        help="Read content, too. local (the word may be left out): each file, against the catalogue's checksum. "
        "server: let the zone read what it has stored.",
    ),
    click.option("--sample", metavar="1/N", help="Read the content of another share of the files in each run."),
    click.option("--one-way", is_flag=True, help="Leave out what is only in iRODS."),
    click.option("--repair", is_flag=True, help="Send what is missing or differs; never delete anything."),
)


def look_options(command: Command) -> Command:
    """Give a command the options of how to compare."""
    for option in reversed(_LOOK):
        command = option(command)
    return command


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@look_options
@click.option("--all", "all_paths", is_flag=True, help="List also what is the same.")
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for this run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each listed path, then the result.")
def verify(**options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators above name
    """
    Compare SRC with the collection DEST and list what is not the same; change nothing unless told to --repair.

    Marks: = the same, + only at the source, - only in iRODS, * differs, ! could not be compared. Exit code 0: all is the
    same; 1: something is not. A job of that source and destination (or --name JOB alone) lends its options.
    """
    look_at = look_of(options)
    open_ledger()
    from lading.cli import report, running
    from lading.ingest.app import comparisons, starting

    with running.workshop(options["workers"]) as shop:
        definition = definition_of_job(options)
        starting.check(definition)
        run = starting.verify(definition, look_at)
        state = running.to_end(run.pk, shop)
        for line in comparisons.lines(run.pk, same=options["all_paths"]):
            print_line(line.mark.value, line.path, line.code, line.reason, as_json=options["as_json"])
        _tell(run.pk, comparisons.totals(run.pk), as_json=options["as_json"])
        if state.reason and not options["as_json"]:
            err.print(f"[yellow]{escape(state.reason)}[/]", soft_wrap=True)
    raise SystemExit(int(report.exit_code(state, 0)))


def look_of(options: dict[str, Any]) -> Look:
    """Return how to compare; a sample without further words reads files."""
    from lading.ingest.app.run_options import Look
    from lading.ingest.engine.verifying import Content

    share, of = parse_sample(options["sample"]) if options["sample"] else (1, 1)
    content = options["checksum"] or ("local" if options["sample"] else "none")
    return Look(content=Content(content), share=share, of=of, one_way=options["one_way"], repair=options["repair"])


def parse_sample(text: str) -> tuple[int, int]:
    """Return (1, 30) for `1/30`; raise `UsageError` for anything that is no share."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    share, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 < share <= of:
        raise UsageError(f"--sample takes a share such as 1/30, not {text!r}")
    return share, of


def print_line(mark: str, path: str, code: str, reason: str, *, as_json: bool) -> None:
    """Print one path with its mark."""
    if as_json:
        print_json({"mark": mark, "path": path, "code": code, "reason": reason})
        return
    told = f"  ({code})" if code and mark in "=*!" else ""
    out.print(f"{mark} {path}{told}", markup=False, soft_wrap=True)


def _tell(run_id: int, found: Totals, *, as_json: bool) -> None:
    from lading.orchestration import results

    counted = {mark.value: number for mark, number in found.marks.items()}
    more = {"repaired": found.repaired, "content_read": found.read, "no_checksum": found.bare}
    tell(results.summary(run_id), counted, more, as_json=as_json)


def tell(summary: Mapping[str, Any], counted: Mapping[str, int], more: Mapping[str, int], *, as_json: bool) -> None:
    """Print what a run that compared came to: its summary, how many paths have each mark, and what was done."""
    if as_json:
        marks = {word: counted.get(mark, 0) for mark, (word, _) in _WORDS.items()}
        print_json({key: value for key, value in summary.items() if key != "schema"} | {"marks": marks, **more})
        return
    words = [f"{counted[mark]:,} {told}" for mark, (_, told) in _WORDS.items() if counted.get(mark)]
    words += [f"{more['repaired']:,} repaired"] if more["repaired"] else []
    state = summary["state"].replace("_", " ")
    took = f" in {units.duration(summary['seconds'])}" if summary["seconds"] is not None else ""
    told = ", ".join(words) or "nothing to compare"
    out.print(f"[bold]Run {summary['run']}[/] {state}{took}: {told}", soft_wrap=True)
    if more["content_read"]:
        out.print(f"  content of {units.count(more['content_read'], 'file')} was read")
    if more["no_checksum"]:
        without = units.count(more["no_checksum"], "object")
        out.print(f"  {without} without a checksum, the same by size: --checksum lists them")
