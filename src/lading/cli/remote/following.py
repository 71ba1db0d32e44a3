"""A run on another host, followed to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from lading.base import units
from lading.cli.frame import Exit, err, exit_for_run, out, print_json
from lading.cli.remote.server import Server, ServerUnreachable

#: times in a row that a stream may break without a word in between
_BREAKS = 5

_RESTING = frozenset({"paused", "held"})

#: failures that are shown one by one
_LISTED = 10


def to_end(server: Server, run_id: int, *, as_json: bool, allowed: tuple[int, float] = (0, 0.0)) -> Exit:
    """Follow a run, tell what came of it, return the exit code; Ctrl-C leaves it alone."""
    try:
        watch(server, run_id)
    except KeyboardInterrupt:
        err.print(f"Run {run_id} goes on without this terminal: [bold]lading follow {run_id}[/]")
        return Exit.INTERRUPTED
    run = server.get(f"/runs/{run_id}")
    tell(server, run, as_json=as_json)
    files = max(allowed[0], int(allowed[1] * sum(run["counts"].values())))
    return exit_for_run(run["state"], run["counts"]["failed"], files)


def tell(server: Server, run: dict[str, Any], *, as_json: bool) -> None:
    """Print the summary of a run, as `lading show` and `sync --json` do."""
    if as_json:
        print_json(summary_of(run))
        return
    counts = ", ".join(f"{number:,} {name}" for name, number in run["counts"].items() if number) or "nothing to do"
    took = "" if run["seconds"] is None else f" in {units.duration(run['seconds'])}"
    out.print(
        f"run {run['run']}: [bold]{run['state'].replace('_', ' ')}[/]: {counts}, {units.size(run['bytes'])}{took}"
    )
    if run["reason"]:
        err.print(f"[yellow]{escape(run['reason'])}[/]", soft_wrap=True)
    if run["counts"]["failed"]:
        for one in server.get(f"/runs/{run['run']}/outcomes", outcome="failed", limit=_LISTED)["items"]:
            out.print(
                f"  [red]failed[/]  {escape(one['path'])}  {one['code']}  {escape(one['reason'])}", soft_wrap=True
            )
    if run["state"] == "held":
        out.print(f"  lading deletions {run['run']} lists them, lading approve {run['run']} lets them go")


def summary_of(run: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON says of a run, here as there."""
    names = ("run", "state", "counts", "collections", "bytes", "seconds", "irods_requests")
    return {name: run[name] for name in names}


def watch(server: Server, run_id: int) -> None:
    """Follow a run until it ends or rests; say nothing of what came of it."""
    states = _states(server, run_id)
    if not err.is_terminal:
        for _ in states:
            pass
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} files"),
        TextColumn("{task.fields[moved]}"),
        console=err,
        transient=True,
    ) as bar:
        task = bar.add_task("queued", total=1, moved="")
        for state in states:
            waits = state["state"] not in {"running", "queued"}
            bar.update(
                task,
                description=escape(f"{state['state']} {state['reason'][:60]}") if waits else state["stage"],
                total=max(state["planned_files"], state["files"], 1),
                completed=state["files"],
                moved=units.size(state["bytes"]),
            )


def _states(server: Server, run_id: int) -> Iterator[dict[str, Any]]:
    """Yield the states of a run until it has ended or rests; a stream that breaks is taken up where it was."""
    last, breaks = "", 0
    while breaks < _BREAKS:
        try:
            for kind, place, data in server.events(f"/runs/{run_id}/events", last):
                last, breaks = place or last, 0
                if kind == "state":
                    yield data
                if kind == "end" or data.get("state") in _RESTING:
                    return
        except ServerUnreachable:
            if breaks + 1 == _BREAKS:
                raise
        breaks += 1
        if server.get(f"/runs/{run_id}")["ended_at"] is not None:
            return
