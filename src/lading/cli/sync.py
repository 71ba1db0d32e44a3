"""`lading sync`: the main thing."""

from __future__ import annotations

import re
from typing import Any

import click

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import open_ledger, out, print_json


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Worker processes to start for this run (default: 2 with the embedded Redis).",
)
@click.option("--recheck", is_flag=True, help="Compare every folder with iRODS, also where nothing changed here.")
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
    from lading.ingest.app.run_options import Relist

    allowed = parse_allowed(options["max_failed"])
    with running.workshop(0 if options["detach"] and options["workers"] is None else options["workers"]) as shop:
        relist = Relist.ALL if options["recheck"] else Relist.DUE
        run_id = syncing.begin(definition, relist, waits_for_zone=options["detach"])
        if options["detach"]:
            print_json({"run": run_id}) if options["as_json"] else out.print(run_id)
            syncing.warn_if_nobody_works(run_id)
            return
        code = syncing.bring_to_end(run_id, shop, allowed, as_json=options["as_json"], events=options["events"])
    raise SystemExit(int(code))


def parse_allowed(text: str) -> tuple[int, float]:
    """Return (files, share) of failures that still count as good; raise `UsageError`."""
    found = re.fullmatch(r"(\d+)(%?)", text)
    if not found:
        raise UsageError(f"--max-failed takes a number or a percentage, not {text!r}")
    return (0, int(found[1]) / 100) if found[2] else (int(found[1]), 0.0)
