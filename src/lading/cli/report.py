"""What a person or a program is told when a run has ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from rich.markup import escape
from rich.table import Table

from lading.base import config, units
from lading.cli.frame import Exit, exit_for_run, out, print_json
from lading.ingest.app import clearing_codes as codes
from lading.ingest.app import manifests, relisting
from lading.ingest.app.models import DeletionList
from lading.ingest.engine.filters import PENDING
from lading.ingest.engine.twins import TWIN
from lading.orchestration import progress, results
from lading.orchestration.models import Outcome, Run

#: failures listed with a summary; all of them are in the manifest
_LISTED = 10
#: codes that are named below them
_EXPLAINED = 3

_WORDS = {
    "created": "green",
    "updated": "cyan",
    "registered": "green",
    "unchanged": "dim",
    "deleted": "magenta",
    "skipped": "yellow",
    "failed": "bold red",
}


def tell(run_id: int, *, as_json: bool) -> None:
    """Print the summary of a run that ended or rests."""
    summary = results.summary(run_id)
    if as_json:
        print_json({key: value for key, value in summary.items() if key != "schema"})
        return
    _counts(summary)
    _cleared(run_id)
    _pending(run_id, summary["counts"]["skipped"])
    _failures(run_id, summary["counts"]["failed"])
    _twins(run_id)
    _deletions(run_id)
    _not_compared(run_id)
    path = manifests.path_of(config.current().home, run_id)
    if path.exists():
        out.print(f"  manifest  {path}", markup=False, soft_wrap=True)


def _counts(summary: dict[str, Any]) -> None:
    counts = {name: number for name, number in summary["counts"].items() if number}
    seconds = summary["seconds"]
    state = summary["state"].replace("_", " ")
    took = f" in {units.duration(seconds)}" if seconds is not None else ""
    out.print(f"[bold]Run {summary['run']}[/] {state}{took}")
    if not set(counts) - {"unchanged"} and summary["state"] == "done":
        out.print(f"  nothing to do: {units.count(counts.get('unchanged', 0), 'file')} unchanged")
        return
    words = [f"[{_WORDS[name]}]{number:,} {name}[/]" for name, number in counts.items()]
    out.print("  " + ", ".join(words or ["no files"]))
    moved = f"  {units.size(summary['bytes'])} moved"
    if seconds:
        files = sum(number for name, number in counts.items() if name != "unchanged")
        moved += f" ({files / seconds:,.0f} files/s, {units.size(summary['bytes'] / seconds)}/s)"
    out.print(
        f"{moved}, {units.count(summary['collections'], 'collection')} made, "
        f"{units.count(summary['irods_requests'], 'iRODS request')}"
        + (f", {units.count(summary['hooks'], 'hook call')}" if summary.get("hooks") else ""),
        soft_wrap=True,
    )


def _cleared(run_id: int) -> None:
    """Say how many files went from the source, and how many stay although they were to go."""
    rows = Outcome.objects.filter(run_id=run_id, code__in=codes.CLEARING).values_list("code")
    tallies = dict(rows.annotate(Count("id")))
    if went := sum(tallies.pop(code, 0) for code in codes.WENT):
        out.print(f"  {units.count(went, 'file')} cleared away from the source")
    for code, number in sorted(tallies.items()):
        out.print(f"  [yellow]{units.count(number, 'file')} stay at the source ({code})[/]: `lading manifest {run_id}`")


def _pending(run_id: int, skipped: int) -> None:
    """Say how many files wait for a later run, and why."""
    if not skipped:
        return
    rows = Outcome.objects.filter(run_id=run_id, outcome="skipped", code__in=[why.value for why in PENDING])
    for code, number in rows.values_list("code").annotate(Count("id")).order_by("code"):
        out.print(f"  {units.count(number, 'file')} pending ({code}): a later run brings what is then complete")


def _not_compared(run_id: int) -> None:
    """Say what was taken on the snapshot's word, and how old that is."""
    found = relisting.not_compared(Run.objects.get(pk=run_id))
    if found.files:
        out.print(
            f"  not compared with iRODS: {units.count(found.files, 'file')}, oldest {units.duration(found.oldest)}"
        )


def _failures(run_id: int, count: int) -> None:
    if not count:
        return
    table = Table(box=None, padding=(0, 2), show_header=False)
    rows = Outcome.objects.filter(run_id=run_id, outcome="failed").order_by("id")[:_LISTED]
    for row in rows:
        table.add_row("[red]failed[/]", escape(row.subject), row.code, escape(row.reason))
    out.print(table)
    codes_of = sorted({row.code for row in rows if row.code})
    if codes_of:
        out.print(f"  what to do: lading explain {' or '.join(codes_of[:_EXPLAINED])}", soft_wrap=True)
    if count > _LISTED:
        out.print(f"  … and {count - _LISTED:,} more: `lading manifest {run_id} --outcome failed`")


def _twins(run_id: int) -> None:
    """Name what was brought although it is the same text as another name; databases take the index for both filters."""
    rows = Outcome.objects.filter(run_id=run_id, code=TWIN).exclude(code="").order_by("id")[: _LISTED + 1]
    for row in rows[:_LISTED]:
        out.print(f"  [yellow]twin[/]  {escape(row.subject)}  {escape(row.reason)}", soft_wrap=True)
    if len(rows) > _LISTED:
        out.print(f"  … and more: `lading manifest {run_id}`, code {TWIN}")


def _deletions(run_id: int) -> None:
    """Say what became of planned deletions that were not simply carried out."""
    planned = DeletionList.objects.filter(pk=run_id).first()
    if planned is None:
        return
    if planned.state == DeletionList.State.HELD:
        out.print(
            f"  [bold yellow]held[/]  {units.count(planned.objects_planned, 'deletion')}: lading approve {run_id}"
        )
    elif planned.state == DeletionList.State.DROPPED:
        reasons = "; ".join(reason for _, reason in planned.reasons)
        out.print(f"  [yellow]nothing was deleted:[/] {escape(reasons)}", soft_wrap=True)
    if planned.waiting:
        out.print(f"  {planned.waiting:,} missing paths wait for more scans: lading deletions {run_id}")


def exit_code(state: progress.State, allowed: int) -> Exit:
    """Return the exit code for a run's last state; up to `allowed` failed files are good."""
    return exit_for_run(state.state, state.failed, allowed)
