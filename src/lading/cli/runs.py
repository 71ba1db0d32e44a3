"""Commands on runs: runs, show, follow, pause, resume, stop, retry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.frame import Group, err, open_ledger, out, print_columns, print_json

if TYPE_CHECKING:
    from lading.orchestration.models import Run

_HEAD = ("run", "state", "started", "took", "changed", "failed", "what")


@click.group(cls=Group, invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Newest runs to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each run.")
@click.pass_context
def runs(context: click.Context, limit: int, *, as_json: bool) -> None:
    """List runs, newest first; `runs set` changes one that is under way."""
    if context.invoked_subcommand is not None:
        return
    open_ledger()
    from lading.ingest.app.kinds import CLOSING_RUN
    from lading.orchestration import results
    from lading.orchestration.models import Run, RunState

    # who wrote the manifest of a run that was stopped is of interest only as long as it was not written
    found = list(Run.objects.exclude(kind=CLOSING_RUN, state=RunState.DONE).order_by("-pk")[:limit])
    if as_json:
        for run in found:
            print_json({key: value for key, value in results.summary(run.pk).items() if key != "schema"})
    elif found:
        rows = [_row(run, results.summary(run.pk)) for run in found]
        print_columns(_HEAD, rows, right={"run", "took", "changed", "failed"})
    else:
        out.print("No runs yet: lading sync SRC DEST")


@runs.command("set")
@click.argument("run", type=int)
@click.option("--priority", type=click.IntRange(1, 100), help="Share of the workers relative to other runs.")
@click.option("--window", metavar="TIMES|off", help="When it may work, as `sync --window`; off: always.")
def set_run(run: int, priority: int | None, window: str | None) -> None:
    """Change how RUN goes on, while it does."""
    if priority is None and window is None:
        raise UsageError("There is nothing to set", hint=f"lading runs set {run} --priority 5")
    open_ledger()
    from lading.orchestration import enqueue
    from lading.orchestration.ledger import control, gates

    if priority is not None:
        gates.set_priority(run, priority)
    if window is not None:
        gates.set_window(run, "" if window == "off" else window)
    enqueue.pump()
    found = control.find(run)
    err.print(f"Run {run} is {found.state}{f': {escape(found.reason)}' if found.reason else ''}", soft_wrap=True)


def _row(run: Run, summary: dict[str, Any]) -> list[str]:
    counts = summary["counts"]
    changed = sum(number for name, number in counts.items() if name not in {"unchanged", "failed", "skipped"})
    return [
        str(run.pk),
        run.state.replace("_", " "),
        units.moment(run.started_at or run.created_at),
        units.duration(summary["seconds"]) if summary["seconds"] is not None else "",
        f"{changed:,}",
        f"{counts['failed']:,}",
        run.title,
    ]


@click.command()
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(run: int, *, as_json: bool) -> None:
    """Show one run: state, counts, failures, what is left."""
    open_ledger()
    from lading.cli import report
    from lading.orchestration.ledger import control
    from lading.orchestration.models import OPEN, Batch

    found = control.find(run)
    report.tell(run, as_json=as_json)
    if as_json:
        return
    out.print(f"  {found.title}", markup=False, soft_wrap=True)
    out.print(f"  begun {units.moment(found.started_at or found.created_at)}, ended {units.moment(found.ended_at)}")
    if found.reason:
        out.print(f"  [yellow]{escape(found.reason)}[/] [dim]{found.code}[/]", soft_wrap=True)
    left = Batch.objects.filter(run=found, state__in=OPEN).count()
    if left:
        out.print(f"  {units.count(left, 'batch', 'batches')} open: lading follow {run}")


@click.command()
@click.argument("run", type=int)
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def follow(run: int, workers: int | None, *, as_json: bool) -> None:
    """Follow a run until it ends."""
    open_ledger()
    _bring_to_end(run, workers, as_json=as_json)


@click.command()
@click.argument("run", type=int)
def pause(run: int) -> None:
    """Pause a run: nothing new begins, what is at work is put back within seconds."""
    open_ledger()
    from lading.orchestration.ledger import control

    control.pause(run)
    err.print(f"Run {run} is paused: lading resume {run}")


@click.command()
@click.argument("run", type=int)
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@click.option("--detach", is_flag=True, help="Do not follow it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def resume(run: int, workers: int | None, *, detach: bool, as_json: bool) -> None:
    """Go on with a paused, stopped or failed run where it was."""
    open_ledger()
    from lading.orchestration import enqueue
    from lading.orchestration.ledger import control

    control.resume(run)
    if detach:
        enqueue.pump()
        err.print(f"Run {run} goes on: lading follow {run}")
        return
    _bring_to_end(run, workers, as_json=as_json)


@click.command()
@click.argument("run", type=int)
def stop(run: int) -> None:
    """End a run: nothing new begins; what is done stays done and is in its manifest."""
    open_ledger()
    from lading.orchestration.ledger import control

    control.stop(run)
    err.print(f"Run {run} is {control.find(run).state}")


@click.command()
@click.argument("run", type=int)
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def retry(run: int, workers: int | None, *, as_json: bool) -> None:
    """Try the failed files of RUN again, and only these, in a run of their own."""
    open_ledger()
    from lading.cli import running, syncing
    from lading.ingest.app import retrying

    with running.workshop(workers) as shop:
        again = retrying.retry_failed(run)
        err.print(f"Run {again.pk} tries them again")
        code = syncing.bring_to_end(again.pk, shop, (0, 0.0), as_json=as_json, events=False)
    raise SystemExit(int(code))


def _bring_to_end(run: int, workers: int | None, *, as_json: bool) -> None:
    from lading.cli import running, syncing
    from lading.orchestration import enqueue
    from lading.orchestration.ledger import control
    from lading.orchestration.models import ENDED

    over = control.find(run).state in ENDED
    with running.joined(0 if over else workers) as shop:
        enqueue.pump()
        code = syncing.bring_to_end(run, shop, (0, 0.0), as_json=as_json, events=False)
    raise SystemExit(int(code))
