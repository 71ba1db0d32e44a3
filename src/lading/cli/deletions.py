"""Commands on the deletions of a run: deletions, approve, reject, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.markup import escape

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.frame import err, open_ledger, out, print_json

if TYPE_CHECKING:
    from lading.ingest.app.models import DeletionLine

#: lines that are shown before somebody approves
_SHOWN = 20


@click.command()
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each line.")
def deletions(run: int, *, as_json: bool) -> None:
    """List what RUN found missing at the source: a whole folder is one line."""
    open_ledger()
    from lading.ingest.app.models import DeletionLine
    from lading.orchestration.ledger import control

    control.find(run)
    lines = DeletionLine.objects.filter(run_id=run).order_by("path", "pk")
    for line in lines.iterator(chunk_size=2_000):
        if as_json:
            print_json(
                {
                    "path": line.path,
                    "logical_path": line.logical_path,
                    "folder": line.is_tree,
                    "foreign": line.is_foreign,
                    "objects": line.count,
                    "scans": line.scans,
                    "due": line.is_due,
                }
            )
        else:
            out.print(_shown(line), markup=False, soft_wrap=True)
    if not as_json:
        _tell_state(run)


@click.command()
@click.argument("run", type=int)
@click.option("--yes", is_flag=True, help="Do not show the list and ask first.")
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@click.option("--detach", is_flag=True, help="Do not follow it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def approve(run: int, workers: int | None, *, yes: bool, detach: bool, as_json: bool) -> None:
    """
    Carry out the deletions of RUN that are held.

    Each path is looked at once more before it goes: what came back to the source, or was changed in iRODS, stays.
    """
    open_ledger()
    from lading.cli import running, syncing
    from lading.ingest.app import approval

    if not yes:
        _ask(run)
    with running.workshop(0 if detach else workers) as shop:
        approval.approve(run)
        if detach:
            err.print(f"The deletions of run {run} are approved: lading follow {run}")
            return
        code = syncing.bring_to_end(run, shop, (0, 0.0), as_json=as_json, events=False)
    raise SystemExit(int(code))


@click.command()
@click.argument("run", type=int)
def reject(run: int) -> None:
    """Drop the deletions of RUN that are held; the next run of the job plans anew."""
    open_ledger()
    from lading.ingest.app import approval

    approval.reject(run)
    err.print(f"The deletions of run {run} are dropped")


@click.command()
@click.argument("run", type=int)
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def restore(run: int, workers: int | None, *, as_json: bool) -> None:
    """
    Bring back what RUN deleted: out of the trash, or into the catalogue again.

    What was deleted past the trash is gone. A restored object is not managed by the job any more, so that its next run
    leaves it alone (unless it mirrors).
    """
    open_ledger()
    from lading.cli import running, syncing
    from lading.ingest.app import jobs

    with running.workshop(workers) as shop:
        again = jobs.restore(run)
        err.print(f"Run {again.pk} brings them back")
        code = syncing.bring_to_end(again.pk, shop, (0, 0.0), as_json=as_json, events=False)
    raise SystemExit(int(code))


def _ask(run: int) -> None:
    """Show what would go, and ask; `UsageError` where nobody can answer."""
    from lading.ingest.app.models import DeletionLine

    lines = DeletionLine.objects.filter(run_id=run, is_due=True).order_by("path", "pk")
    for line in lines[:_SHOWN]:
        err.print(_shown(line), markup=False, soft_wrap=True)
    more = lines.count() - _SHOWN
    if more > 0:
        err.print(f"… and {more:,} more: lading deletions {run}")
    _tell_state(run)
    if not err.is_terminal:
        raise UsageError("Nobody is there to ask", hint=f"lading approve {run} --yes")
    click.confirm("Delete them?", abort=True, err=True)


def _shown(line: DeletionLine) -> str:
    what = f"{line.path}/  ({units.count(line.count, 'object')})" if line.is_tree else line.path
    notes = [
        *(["not brought by this job"] if line.is_foreign else []),
        *([] if line.is_due else [f"missed by {units.count(line.scans, 'scan')}, waits"]),
    ]
    return f"{'-' if line.is_due else ' '} {what}" + (f"  [{', '.join(notes)}]" if notes else "")


def _tell_state(run: int) -> None:
    from lading.ingest.app.models import DeletionList

    found = DeletionList.objects.filter(pk=run).first()
    if found is None or not (found.objects_planned or found.waiting or found.reasons):
        out.print(f"Run {run} planned no deletions")
        return
    err.print(
        f"[bold]{found.objects_planned:,} of {found.objects_managed:,} objects[/], {found.state}"
        + (f"; {found.waiting:,} lines wait for more scans" if found.waiting else "")
    )
    for _, reason in found.reasons:
        err.print(f"  [yellow]{escape(reason)}[/]", soft_wrap=True)
