"""`lading adopt`: what is in iRODS already becomes a job's without being sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lading.base import units
from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import Exit, err, open_ledger, out, print_json

if TYPE_CHECKING:
    from lading.ingest.app.adoption import Forecast

#: what a plan says, and what that means here: adopted, or sent again
_ADOPTED = {
    "look": "to adopt if their bytes are the same",
    "adopt": "to adopt by size, unverified",
    "keep": "known already",
}
_SENT = {"create": "not in iRODS", "update": "not the same", "register": "not registered"}


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option("--send", is_flag=True, help="Also send what is not in iRODS, or not the same.")
@click.option(
    "--from-redis",
    metavar="URL",
    help="Believe the sync_time keys of the iRODS ingest framework in this Redis: what did not change since is not read.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--workers", type=click.IntRange(0, 64), help="Worker processes to start for this run.")
@click.option("--json", "as_json", is_flag=True, help="The forecast and the result as JSON objects; needs --yes.")
def adopt(*, send: bool, yes: bool, as_json: bool, **options: Any) -> None:  # noqa: ANN401 - click hands over the rest
    """
    Take over what is in DEST already as files of SRC: each is read here and compared with the catalogue's checksum.

    First both sides are listed, and it is told what would be adopted and what is not the same. Nothing is sent unless
    told to --send; a later `lading sync` sends what was not adopted.
    """
    definition = definition_from(options)
    if as_json and not yes:
        raise UsageError("--json cannot ask", hint="Add --yes")
    open_ledger()
    from lading.cli import running, syncing
    from lading.ingest.app import adoption, starting
    from lading.ingest.app.run_options import Sends

    with running.workshop(options["workers"]) as shop:
        starting.check(definition)
        job = starting.job_to_adopt(definition, options["from_redis"])
        _foretell(adoption.forecast(definition), as_json=as_json, send=send)
        if not yes and not _agreed():
            err.print("Nothing was adopted")
            raise SystemExit(int(Exit.STOPPED))
        sends = Sends.WHAT_DIFFERS if send else Sends.NOTHING
        run = starting.adopt(job, sends, has_sync_times=options["from_redis"] is not None)
        code = syncing.bring_to_end(run.pk, shop, (0, 0.0), as_json=as_json, events=False)
        unverified = adoption.unverified(job.pk)
        if unverified and not as_json:
            out.print(
                f"  {units.count(unverified, 'file')} unverified: taken by size, read when their folder's turn comes"
            )
    raise SystemExit(int(code))


def _agreed() -> bool:
    """Ask; raise `UsageError` where nobody can answer."""
    try:
        return click.confirm("Adopt them?", err=True)
    except click.Abort:
        raise UsageError("Nobody answered", hint="Add --yes to adopt without being asked") from None


def _foretell(found: Forecast, *, as_json: bool, send: bool) -> None:
    """Say what listings show."""
    if as_json:
        print_json(
            {"forecast": {verb: {"files": found.files[verb], "bytes": found.bytes[verb]} for verb in found.files}}
        )
        return
    for verb, words in (_ADOPTED | _SENT).items():
        if found.files[verb]:
            size = f", {units.size(found.bytes[verb])}" if verb != "keep" else ""
            later = ("" if send else " (left for a later sync)") if verb in _SENT else ""
            out.print(f"  {units.count(found.files[verb], 'file')} {words}{size}{later}")
    for verb in ("skip", "fail"):
        if found.files[verb]:
            out.print(f"  {found.files[verb]:,} that {verb}")
