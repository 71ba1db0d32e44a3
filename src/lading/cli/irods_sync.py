"""`lading irods-sync`: start, stop, list, watch and adopt jobs with the words of automated ingest."""

from __future__ import annotations

import argparse
import json
import sys

import click

from lading.base.errors import LadingError
from lading.cli import irods_sync_arguments as arguments
from lading.cli.frame import Exit, fail, open_ledger

#: what scripts take for "some files failed", and for "the command itself was wrong"
FAILED = 255
_REFUSED = Exit.FAILED_FILES


@click.command("irods-sync", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def irods_sync(words: tuple[str, ...]) -> None:
    """Carry out the commands of automated ingest: start, stop, list, watch."""
    given = arguments.parsed(words)
    try:
        code = _done(given)
    except LadingError as error:
        fail(error.message, error.hint, _REFUSED)
    raise SystemExit(code)


def _done(given: argparse.Namespace) -> int:
    """Carry one command out; return its exit code."""
    if any(one is not None for one in (given.redis_host, given.redis_port, given.redis_db)):
        from lading.base import config

        config.use_redis(host=given.redis_host, port=given.redis_port, database=given.redis_db)
    open_ledger()
    from lading.cli import irods_sync_jobs as jobs

    if given.command == "list":
        _print(jobs.listed())
        return 0
    commands = {"start": jobs.start, "stop": jobs.stop, "watch": jobs.watch, "adopt": jobs.adopt}
    return commands[given.command](given)


def _print(value: object) -> None:
    """Print one JSON object of the shape that scripts for automated ingest read, and nothing beyond it."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
