"""Commands that look, against a server: plan, verify, adopt, limits, explain, doctor. JSON and exit codes are those of here."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import click

from lading.base import units
from lading.base.errors import UsageError
from lading.cli import limits as local_limits
from lading.cli import plan as local_plan
from lading.cli import verify as local_verify
from lading.cli.definition_options import definition_options
from lading.cli.explain import explain
from lading.cli.frame import Exit, err, exit_for_run, out, print_columns, print_json
from lading.cli.remote import following
from lading.cli.remote.jobs import told_by
from lading.cli.remote.runs import server_of
from lading.cli.remote.server import RefusedByServer, Server, job_path

__all__ = ["adopt", "doctor", "explain", "limits", "plan", "verify"]

#: seconds between two questions whether a plan is there
_LOOK = 0.5

_HEALTH = {"good": "good", "warn": "note", "bad": "bad"}


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each path, then the counts.")
@server_of
def plan(server: Server, /, *, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click hands over the rest
    """Let a worker of the server find out what `sync` with the same words would do; the first 200 paths of each kind."""
    if _names_a_job(options):
        begun = server.send("POST", f"{job_path(options['name'])}/plan")
    else:
        begun = server.send("POST", "/plans", told_by(options))
    found = _planned(server, begun)
    for line in found["lines"]:
        told = {"path": line["path"], "action": line["verb"], "size": line["size"], "code": line["code"]}
        local_plan.tell_line({**told, "count": line["count"]}, as_json=as_json)
    if not found["whole"]:
        err.print("[yellow]The source is large: this is what was seen of it in two minutes[/]")
    local_plan.tell(
        local_plan.Told(counts=found["counts"], bytes=found["bytes"], held=found["worries"], hint=""), as_json=as_json
    )


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@local_verify.look_options
@click.option("--all", "all_paths", is_flag=True, help="List also what is the same.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each listed path, then the result.")
@server_of
def verify(server: Server, /, **options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators name
    """Let the server compare SRC with the collection DEST; a job of both, or --name JOB alone, lends its options."""
    look, as_json = local_verify.look_of(options), options["as_json"]
    begun = server.send(
        "POST", f"{job_path(_job(server, options))}/verify", look.model_dump(mode="json", exclude={"turn"})
    )
    _to_its_end(server, begun["run"])
    run = server.get(f"/runs/{begun['run']}")
    totals: dict[str, Any] = {}
    for line in _lines(server, begun["run"], same=options["all_paths"]):
        if "mark" in line:
            local_verify.print_line(line["mark"], line["path"], line["code"], line["reason"], as_json=as_json)
        else:
            totals = line
    more = {name: totals[name] for name in ("repaired", "content_read", "no_checksum")}
    local_verify.tell(following.summary_of(run), totals["marks"], more, as_json=as_json)
    raise SystemExit(int(exit_for_run(run["state"], run["counts"]["failed"], 0)))


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option("--send", is_flag=True, help="Also send what is not in iRODS, or not the same.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The forecast and the result as JSON objects; needs --yes.")
@server_of
def adopt(server: Server, /, *, send: bool, yes: bool, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - as above
    """Let the server take over what is in DEST already as files of SRC; first it is told what that would be."""
    if as_json and not yes:
        raise UsageError("--json cannot ask", hint="Add --yes")
    name = _job(server, options)
    found = _planned(server, server.send("POST", f"{job_path(name)}/plan"))
    if as_json:
        print_json({"forecast": {verb: {"files": number} for verb, number in found["counts"].items()}})
    else:
        for verb, number in found["counts"].items():
            out.print(f"  {units.count(number, 'file')} to {verb}")
    if not yes and not _agreed():
        err.print("Nothing was adopted")
        raise SystemExit(int(Exit.STOPPED))
    begun = server.send("POST", f"{job_path(name)}/adopt", {"send": send})
    raise SystemExit(int(following.to_end(server, begun["run"], as_json=as_json)))


@click.command()
@click.argument("zone", required=False)
@click.option("--bandwidth", metavar="SIZE|off", help="Bytes a second over all workers and jobs; off: no limit.")
@click.option("--requests", metavar="N|off", help="Requests a second over all workers and jobs; off: no limit.")
@click.option("--connections", metavar="N|default", help="Connections at a time; default: the one of the settings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each zone.")
@server_of
def limits(server: Server, /, zone: str | None, *, as_json: bool, **options: str | None) -> None:
    """Show or change what may be asked of ZONE; a change takes an administrator."""
    changes = local_limits.changes_of(options)
    found = {one["zone"]: one for one in server.get("/limits")["items"]}
    if zone is None and changes and len(found) != 1:
        raise UsageError("Which zone is meant?", hint="Known: " + ", ".join(found))
    named = next(iter(found)) if zone is None and changes else zone
    if named is not None:
        full = [one for one in found if one == named or one.endswith(f"/{named}")]
        if len(full) != 1:
            raise UsageError(f"No zone is called {named}", hint="Known: " + ", ".join(found))
        found = {full[0]: found[full[0]]}
        if changes:
            found = {full[0]: server.send("PUT", "/limits", {"zone": full[0], **changes})}
    if as_json:
        for one in found.values():
            print_json(_limit_as_json(one))
        return
    rows = [local_limits.row_of(_limit_as_json(one)) for one in found.values()]
    print_columns(local_limits.HEAD, rows, right={"bandwidth", "requests", "connections", "now"})


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@server_of
def doctor(server: Server, *, as_json: bool) -> None:
    """Say how the ledger, Redis, the zones and the workers of the server do; exit 1 if something does not answer."""
    told = server.get("/health")
    checks = [
        {"name": part["name"], "health": _HEALTH[part["verdict"]], "detail": part["told"], "mend": ""}
        for part in told["parts"]
    ]
    idle = [one["name"] for one in told["queues"] if not one["slots"] and one["waiting"]]
    slots = sum(one["slots"] for one in told["queues"])
    detail = f"nobody takes what waits in {', '.join(idle)}" if idle else f"{units.count(slots, 'slot')}"
    checks.append({"name": "workers", "health": "bad" if idle else "good", "detail": detail, "mend": ""})
    if as_json:
        print_json({"checks": checks})
    else:
        width = max(len(check["name"]) for check in checks)
        for check in checks:
            out.print(f"{check['health']:<7} {check['name']:<{width}}  {check['detail']}", markup=False, soft_wrap=True)
    raise SystemExit(int(Exit.FAILED_FILES if any(check["health"] == "bad" for check in checks) else Exit.GOOD))


def _names_a_job(options: dict[str, Any]) -> bool:
    return bool(options.get("name")) and not (options.get("source") or options.get("job_file"))


def _job(server: Server, options: dict[str, Any]) -> str:
    """Return the job that is named, or of that source and destination; stored where there is none."""
    if _names_a_job(options):
        return str(options["name"])
    told = told_by(options)
    if not told.get("name"):
        for job in server.pages("/jobs", limit=1_000):
            same = (job["definition"]["source"], job["definition"]["destination"].rstrip("/"))
            if same == (told["source"], told["destination"].rstrip("/")):
                return str(job["job"])
    return str(server.send("POST", "/jobs", told)["job"])


def _planned(server: Server, begun: dict[str, Any]) -> dict[str, Any]:
    """Return a plan once a worker has made it; raise what is wrong with either end."""
    address = begun["location"].removeprefix("/api/v1")
    while not (found := server.get(address))["ready"]:
        time.sleep(_LOOK)
    if found["problem"]:
        raise RefusedByServer({"remedy": "", **found["problem"], "detail": found["problem"]["message"]})
    plan: dict[str, Any] = found
    return plan


def _to_its_end(server: Server, run_id: int) -> None:
    try:
        following.watch(server, run_id)
    except KeyboardInterrupt:
        err.print(f"Run {run_id} goes on without this terminal: [bold]lading follow {run_id}[/]")
        raise SystemExit(int(Exit.INTERRUPTED)) from None


def _lines(server: Server, run_id: int, *, same: bool) -> Iterator[dict[str, Any]]:
    rest = b""
    for piece in server.download(f"/runs/{run_id}/comparison", same="true" if same else "false"):
        *whole, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, whole)


def _agreed() -> bool:
    try:
        return click.confirm("Adopt them?", err=True)
    except click.Abort:
        raise UsageError("Nobody answered", hint="Add --yes to adopt without being asked") from None


def _limit_as_json(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "zone": one["zone"],
        "bandwidth": one["bytes_per_second"],
        "requests": one["requests_per_second"],
        "connections": one["connections_most"],
        "connections_now": one["connections_now"],
        "waits": one["waits"],
    }
