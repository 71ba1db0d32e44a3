"""Commands on runs of a server."""

from __future__ import annotations

import sys
from typing import Any

import click
from rich.markup import escape

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.frame import err, out, print_columns, print_json
from lading.cli.remote import following
from lading.cli.remote.server import Server

server_of = click.make_pass_decorator(Server)

_HEAD = ("run", "state", "started", "took", "changed", "failed", "what")
_json = click.option("--json", "as_json", is_flag=True, help="JSON, as the local command has it.")
#: lines that are shown before somebody approves
_SHOWN = 20


@click.command()
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="Newest runs to show.")
@_json
@server_of
def runs(server: Server, limit: int, *, as_json: bool) -> None:
    """List runs of the server, newest first."""
    found = server.get("/runs", limit=limit)["items"]
    if as_json:
        for run in found:
            following.tell(server, run, as_json=True)
        return
    print_columns(_HEAD, [_row(run) for run in found], right={"run", "took", "changed", "failed"})


def _row(run: dict[str, Any]) -> list[str]:
    changed = sum(number for name, number in run["counts"].items() if name not in {"unchanged", "failed", "skipped"})
    return [
        str(run["run"]),
        run["state"].replace("_", " "),
        units.moment(run["started_at"] or run["created_at"]),
        "" if run["seconds"] is None else units.duration(run["seconds"]),
        f"{changed:,}",
        f"{run['counts']['failed']:,}",
        run["title"],
    ]


@click.command()
@click.argument("run", type=int)
@_json
@server_of
def show(server: Server, run: int, *, as_json: bool) -> None:
    """Show one run of the server."""
    following.tell(server, server.get(f"/runs/{run}"), as_json=as_json)


@click.command()
@click.argument("run", type=int)
@_json
@server_of
def follow(server: Server, run: int, *, as_json: bool) -> None:
    """Follow a run of the server until it ends or rests."""
    raise SystemExit(int(following.to_end(server, run, as_json=as_json)))


def _action(name: str, told: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("run", type=int)
    @server_of
    def act(server: Server, run: int) -> None:
        server.send("POST", f"/runs/{run}/{name}")
        err.print(told.format(run=run))

    return act


pause = _action("pause", "Run {run} is paused", "Pause a run of the server.")
resume = _action("resume", "Run {run} goes on", "Go on with a paused, stopped or failed run of the server.")
stop = _action("stop", "Run {run} ends", "End a run of the server; what is done stays done.")
reject = _action("reject", "The deletions of run {run} are dropped", "Drop the deletions of a run that are held.")


@click.command()
@click.argument("run", type=int)
@click.option("--code", default="", help="Only failures with this code.")
@click.option("--text", default="", help="Only failures with this in their path.")
@click.option("--detach", is_flag=True, help="Print the new run's number and leave.")
@_json
@server_of
def retry(server: Server, run: int, code: str, text: str, *, detach: bool, as_json: bool) -> None:
    """Try the failed files of a run of the server again."""
    begun = server.send("POST", f"/runs/{run}/retry", {"code": code, "text": text})
    _go_on(server, begun, detach=detach, as_json=as_json)


@click.command()
@click.argument("run", type=int)
@click.option("--detach", is_flag=True, help="Print the new run's number and leave.")
@_json
@server_of
def restore(server: Server, run: int, *, detach: bool, as_json: bool) -> None:
    """Bring back what a run of the server deleted."""
    _go_on(server, server.send("POST", f"/runs/{run}/restore"), detach=detach, as_json=as_json)


@click.command()
@click.argument("run", type=int)
@_json
@server_of
def deletions(server: Server, run: int, *, as_json: bool) -> None:
    """List what a run of the server found missing at the source."""
    for line in server.pages(f"/runs/{run}/deletions", limit=1_000):
        if as_json:
            print_json({name: value for name, value in line.items() if name != "schema"})
        else:
            out.print(_line(line), markup=False, soft_wrap=True)


@click.command()
@click.argument("run", type=int)
@click.option("--yes", is_flag=True, help="Do not show the list and ask first.")
@click.option("--detach", is_flag=True, help="Do not follow it.")
@_json
@server_of
def approve(server: Server, run: int, *, yes: bool, detach: bool, as_json: bool) -> None:
    """Carry out the deletions of a run of the server that are held."""
    if not yes:
        _ask(server, run)
    server.send("POST", f"/runs/{run}/approve")
    err.print(f"The deletions of run {run} are approved")
    if not detach:
        raise SystemExit(int(following.to_end(server, run, as_json=as_json)))


@click.command()
@click.argument("run", type=int)
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "signed"]), default="csv", help="CSV (default), …")
@server_of
def manifest(server: Server, run: int, form: str) -> None:
    """Print every path of a run of the server; `signed`: the file that `lading manifest verify` proves."""
    for piece in server.download(f"/runs/{run}/manifest", form=form):
        sys.stdout.buffer.write(piece)


def _ask(server: Server, run: int) -> None:
    found = server.get(f"/runs/{run}/deletions", limit=_SHOWN)
    for line in found["items"]:
        err.print(_line(line), markup=False, soft_wrap=True)
    err.print(f"[bold]{found['objects_planned']:,} of {found['objects_managed']:,} objects[/], {found['state']}")
    for one in found["reasons"]:
        err.print(f"  [yellow]{escape(one['reason'])}[/]", soft_wrap=True)
    if not err.is_terminal:
        raise UsageError("Nobody is there to ask", hint=f"lading approve {run} --yes")
    click.confirm("Delete them?", abort=True, err=True)


def _line(line: dict[str, Any]) -> str:
    what = f"{line['path']}/  ({units.count(line['objects'], 'object')})" if line["folder"] else line["path"]
    return f"{'-' if line['due'] else ' '} {what}" + ("  [not brought by this job]" if line["foreign"] else "")


def _go_on(server: Server, begun: dict[str, Any], *, detach: bool, as_json: bool) -> None:
    if detach:
        print_json({"run": begun["run"]}) if as_json else out.print(begun["run"])
        return
    raise SystemExit(int(following.to_end(server, begun["run"], as_json=as_json)))
