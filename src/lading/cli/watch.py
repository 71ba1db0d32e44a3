"""`lading watch`: what arrives in folders and buckets is brought."""

from __future__ import annotations

from typing import Any

import click

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import Exit, open_ledger
from lading.cli.standing_options import watch_options, with_standing


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@watch_options
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Worker processes to start for SRC (default: 2 with the embedded Redis); for all jobs: none.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each run that ended.")
def watch(**options: Any) -> None:  # noqa: ANN401 - click hands over what the decorators above name
    """
    Watch SRC and bring what arrives into the collection DEST; without words: all jobs with `watch = true`.

    SRC is a folder, or a bucket (s3://BUCKET/PREFIX) whose notices of events go to a queue (--queue) or are
    posted to the web here (--webhook).

    The first run looks at everything, later ones at what something has happened to; every hour (--reconcile) everything is
    looked at again. A file is taken once it was left alone for 2 s (--quiet).
    """
    as_json = options.pop("as_json")
    if not options["source"] and not options["job_file"]:
        _watch_all(options, as_json=as_json)
        return
    definition = definition_from(with_standing(options | {"watches": True}))
    open_ledger(waits=True)
    from lading.cli import anew, running, syncing, watching
    from lading.ingest.app import event_sources, jobs
    from lading.ingest.app.scheduling import Standing

    event_sources.refuse_unwatchable(definition)
    with running.workshop(options["workers"]) as shop:
        syncing.check(definition, waits_for_zone=True)
        job = jobs.store(definition, standing=Standing.KEPT)
        try:
            reason = watching.until_interrupted(shop, [job.name], as_json=as_json)
        except KeyboardInterrupt:
            raise SystemExit(int(Exit.GOOD)) from None
    anew.begin(reason)


def _watch_all(options: dict[str, Any], *, as_json: bool) -> None:
    given = sorted(name for name, value in options.items() if value not in (None, (), False) and name != "workers")
    if given:
        raise UsageError(
            f"--{given[0].replace('_', '-')} is about one source",
            hint="lading watch SRC DEST, or `lading jobs edit NAME --watch` and `lading watch`",
        )
    open_ledger(waits=True)
    from lading.cli import anew, running, watching

    with running.workshop(options["workers"] or 0) as shop:
        try:
            reason = watching.until_interrupted(shop, None, as_json=as_json)
        except KeyboardInterrupt:
            raise SystemExit(int(Exit.GOOD)) from None
    anew.begin(reason)
