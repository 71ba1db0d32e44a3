"""`sync` and `jobs` against a server: paths are those of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lading.base.errors import UsageError
from lading.base.paths import shown
from lading.cli import job_table
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import err, out, print_json
from lading.cli.remote import following
from lading.cli.remote.runs import server_of
from lading.cli.remote.server import Server, job_path
from lading.cli.sync import parse_allowed

if TYPE_CHECKING:
    from lading.ingest.app.definition import Definition


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option("--recheck", is_flag=True, help="Compare every folder with iRODS, also where nothing changed.")
@click.option("--max-failed", default="0", metavar="N|%", help="Failed files, or share of all, that still exit with 0.")
@click.option("--detach", is_flag=True, help="Print the run's number and leave.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@server_of
def sync(server: Server, /, **options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators above name
    """Let the server bring what is in its folder SRC into the collection DEST."""
    allowed = parse_allowed(options["max_failed"])
    job = _stored(server, options)
    begun = server.send("POST", f"{job_path(job['job'])}/run", {"recheck": options["recheck"]})
    if options["detach"]:
        print_json({"run": begun["run"]}) if options["as_json"] else out.print(begun["run"])
        return
    raise SystemExit(int(following.to_end(server, begun["run"], as_json=options["as_json"], allowed=allowed)))


@click.group()
def jobs() -> None:
    """Stored definitions of the server."""


@jobs.command("add")
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@server_of
def add(server: Server, /, **options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators name
    """Store a definition without running it."""
    out.print(_stored(server, options)["job"], markup=False)


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each job.")
@server_of
def list_jobs(server: Server, *, as_json: bool) -> None:
    """List the stored jobs."""
    found = (
        job_table.Listed(
            name=job["job"], paused=job["paused"], is_from_file=bool(job["origin"]), definition=job["definition"]
        )
        for job in server.pages("/jobs", limit=1_000)
    )
    job_table.tell(found, as_json=as_json)


@jobs.command("show")
@click.argument("name")
@server_of
def show(server: Server, name: str) -> None:
    """Print a definition as one JSON object."""
    print_json(server.get(job_path(name))["definition"])


@jobs.command("run")
@click.argument("name")
@click.option("--detach", is_flag=True, help="Print the run's number and leave.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@server_of
def run(server: Server, name: str, *, detach: bool, as_json: bool) -> None:
    """Run a stored job now."""
    begun = server.send("POST", f"{job_path(name)}/run")
    if detach:
        print_json({"run": begun["run"]}) if as_json else out.print(begun["run"])
        return
    raise SystemExit(int(following.to_end(server, begun["run"], as_json=as_json)))


@jobs.command("pause")
@click.argument("name")
@click.option("--off", is_flag=True, help="Let it run again.")
@server_of
def pause(server: Server, name: str, *, off: bool) -> None:
    """Let no new run of the job begin."""
    server.send("POST", f"{job_path(name)}/pause", {"paused": not off})


@jobs.command("rm")
@click.argument("name")
@server_of
def remove(server: Server, name: str) -> None:
    """Forget a job and its snapshot; nothing in iRODS is touched."""
    server.send("DELETE", job_path(name))
    err.print(f"The job {name} is forgotten; what it brought stays in iRODS", markup=False)


def _stored(server: Server, options: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = server.send("POST", "/jobs", told_by(options))
    return job


def told_by(options: dict[str, Any]) -> dict[str, Any]:
    """Return the definition that a command's options make, as the API takes it; `UsageError` for a path of this host."""
    source = options["source"]
    if source and "://" not in source and not source.startswith("/"):
        raise UsageError(f"{source} is no absolute path", hint="The server reads it: name it as the server has it")
    definition: Definition = definition_from(options)
    return definition.model_dump(mode="json", exclude_unset=True) | {"source": shown(definition.source)}
