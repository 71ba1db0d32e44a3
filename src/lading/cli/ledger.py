"""`lading ledger`: back-ups of the ledger, and what is said of one that was restored."""

from __future__ import annotations

from pathlib import Path

import click

from lading.base.config import SecretUrl
from lading.base.errors import UsageError
from lading.cli.frame import Group, err, open_django, open_ledger, out

_DOUBTED = (
    "Until each job has run once, nothing of it is sent before it was looked for in iRODS, and deletions are held "
    "for `lading approve`"
)


@click.group(cls=Group)
def ledger() -> None:
    """Back the ledger up, put a back-up in its place, move it to PostgreSQL."""


@ledger.command("back-up")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def back_up(file: Path | None) -> None:
    """
    Copy the ledger to FILE (default: a new file in LADING_HOME/backups), whatever goes on meanwhile.

    One in PostgreSQL is copied by pg_dump, which has to be on PATH.
    """
    open_django()
    from lading.orchestration.ledger import backups

    if file is not None and file.exists():
        raise UsageError(f"{file} is there already", hint="Take another name: no back-up is written over")
    out.print(str(backups.back_up(file)), soft_wrap=True, markup=False)


@ledger.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, *, yes: bool) -> None:
    """
    Put the back-up FILE in the place of a ledger in SQLite; a copy of what is there is kept.

    Stop everything first: workers, `lading up`, the web application. What is there may be of any version, and unusable.
    """
    open_django()
    from lading.orchestration.ledger import schema

    if not yes:
        _ask(f"Put {file} in the place of the ledger?")
    kept = schema.restore(file)
    err.print(f"The ledger is that of {file}; what it was lies in {kept}", soft_wrap=True, markup=False)
    err.print(_DOUBTED, soft_wrap=True)


@ledger.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def restored(*, yes: bool) -> None:
    """
    Say that the ledger was restored by other means, such as pg_restore.

    It is noticed by itself on every host from which a run began or on which one ended since; said once too often it costs
    some questions to iRODS, and a look at the next deletions.
    """
    open_django()
    from lading.orchestration.ledger import going_back, schema, upgrading

    if not yes:
        _ask("Doubt what every job knows?")
    if not schema.compare().is_empty:
        upgrading.release()  # the back-up was made by one, which it says is under way
    open_ledger()
    going_back.declare()
    err.print(_DOUBTED, soft_wrap=True)


@ledger.command()
@click.option(
    "--to", "target", required=True, metavar="URL", help="postgresql://user:password@host/name, an empty one."
)
def move(target: str) -> None:
    """
    Copy a ledger in SQLite to PostgreSQL, whole or not at all; it is not changed itself.

    Stop everything first. A password is better in PGPASSWORD or ~/.pgpass than in the command.
    """
    open_ledger()
    from lading.orchestration.ledger import moving, workers

    if workers.living():
        raise UsageError("Workers are at work", hint="Stop everything first: what they do would be in one ledger only")
    total = moving.move(SecretUrl(target), _moved)
    err.print(f"{total:,} rows are there. Set LADING_DATABASE_URL to it everywhere before anything is started again")


def _moved(table: str, rows: int) -> None:
    if rows:
        err.print(f"  {table:<32} {rows:>12,}", markup=False)


def _ask(question: str) -> None:
    if not err.is_terminal:
        raise UsageError("Nobody is there to ask", hint="Add --yes")
    click.confirm(question, abort=True, err=True)
