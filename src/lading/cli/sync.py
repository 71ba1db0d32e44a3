"""`lading sync`: the main thing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from lading.base.errors import UsageError
from lading.cli.frame import open_ledger, out, print_json

#: options that make a definition; the same for `sync`, `plan` and `jobs add`
DEFINITION_OPTIONS = (
    click.option(
        "--operation",
        type=click.Choice(["put-sync", "put", "register-sync"]),
        default=None,
        help="put-sync (default): copy what is new or changed. put: copy what is not there. "
        "register-sync: enter files into the catalogue where they lie.",
    ),
    click.option("--resource", metavar="ROOT", help="Root resource to write to; default: the zone decides."),
    click.option(
        "--zone", metavar="PROFILE", help="An irods_environment.json; default: LADING_ZONE, else the embedded zone."
    ),
    click.option("--include", multiple=True, metavar="GLOB", help="Bring only files that match (may be repeated)."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out what matches (may be repeated)."),
    click.option(
        "--touched",
        type=click.Choice(["rehash", "metadata", "ignore"]),
        default=None,
        help="When only ctime or inode differ: read again (default), renew metadata, or ignore.",
    ),
    click.option(
        "--adopt",
        type=click.Choice(["size", "checksum", "never"]),
        default=None,
        help="What proves that an object already there is the same; default: checksum.",
    ),
    click.option(
        "--priority", type=click.IntRange(1, 100), default=None, help="Share of the zone relative to other runs."
    ),
    click.option(
        "--job-file", type=click.Path(dir_okay=False, path_type=Path), help="Read the definition from a TOML file."
    ),
    click.option("--name", metavar="JOB", help="Name of the job; default: made from source, destination and zone."),
)


def definition_options(command: Any) -> Any:  # noqa: ANN401 - a decorator of click's
    """Add the options that make a definition."""
    for option in reversed(DEFINITION_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Worker processes to start for this run (default: 2 with the embedded Redis).",
)
@click.option("--max-failed", default="0", metavar="N|%", help="Failed files, or share of all, that still exit with 0.")
@click.option("--detach", is_flag=True, help="Print the run's number and leave; somebody else's workers do it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--events", is_flag=True, help="With --json: also one object for each file.")
def sync(**options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators above name
    """
    Bring what is in SRC into the collection DEST and keep it in step; never delete anything there.

    The contents of the folder SRC go into DEST; a file SRC goes to DEST/name. A second sync moves only what changed.
    """
    definition = definition_from(options)
    open_ledger()
    from lading.cli import running, syncing

    allowed = parse_allowed(options["max_failed"])
    with running.workshop(0 if options["detach"] and options["workers"] is None else options["workers"]) as shop:
        run_id = syncing.begin(definition)
        if options["detach"]:
            print_json({"run": run_id}) if options["as_json"] else out.print(run_id)
            syncing.warn_if_nobody_works()
            return
        code = syncing.bring_to_end(run_id, shop, allowed, as_json=options["as_json"], events=options["events"])
    raise SystemExit(int(code))


def definition_from(options: dict[str, Any]) -> Any:  # noqa: ANN401 - a Definition, imported late
    """Make the definition of a command's options, those of its job file below them; raise `UsageError`."""
    from lading.ingest.app.definition import Definition, explained, read_file

    given = {name: options[name] for name in Definition.model_fields if options.get(name) not in (None, ())}
    values = {**(read_file(options["job_file"]) if options.get("job_file") else {}), **given}
    for name in ("source", "destination"):
        if not values.get(name):
            raise UsageError(f"The {name} is missing", hint="lading sync SRC DEST, or a job file that names both")
    if "://" not in values["source"]:
        values["source"] = str(Path(values["source"]).expanduser().absolute())
    try:
        return Definition.model_validate(values)
    except ValidationError as error:
        raise UsageError(f"The definition is wrong: {explained(error)}") from error


def parse_allowed(text: str) -> tuple[int, float]:
    """Return (files, share) of failures that still count as good; raise `UsageError`."""
    found = re.fullmatch(r"(\d+)(%?)", text)
    if not found:
        raise UsageError(f"--max-failed takes a number or a percentage, not {text!r}")
    return (0, int(found[1]) / 100) if found[2] else (int(found[1]), 0.0)
