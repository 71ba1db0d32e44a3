"""Back-ups of a ledger: of SQLite by SQLite itself, of PostgreSQL by `pg_dump`, which is restored by hand."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from django.db import connection

from lading.base import config
from lading.base.config_addresses import POOL_MODE
from lading.base.errors import BackUpFailed, LedgerUnreachable, UsageError
from lading.orchestration.ledger.workers import slots_by_queue

#: (app, name) of a migration that was applied
Migrations = set[tuple[str, str]]


def back_up(target: Path | None = None) -> Path:
    """
    Copy the ledger, whoever uses it meanwhile, and return where.

    Raise `UsageError` where PostgreSQL's tool is not here, `BackUpFailed` with its own words where it failed.
    """
    source = config.current().database_file
    if source is None:
        tool = dumping_tool()
        target = target or _place("dump")
        _dump(tool, target)
        return target
    target = target or _place("sqlite3")
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def dumping_tool() -> str:
    """Return the path of `pg_dump`; raise `UsageError` where there is none."""
    found = shutil.which("pg_dump")
    if found is None:
        raise UsageError(
            "The ledger is in PostgreSQL, and there is no pg_dump on PATH here",
            hint="Back it up on a host that has it (pg_dump --format=custom); `lading upgrade --backed-up` takes your word",
        )
    return found


def _dump(tool: str, target: Path) -> None:
    """Let `pg_dump` write its own format, in one transaction of its own; the password is in no command line."""
    address = urlsplit(config.current().database_url.get_secret_value())
    target.touch(mode=0o600, exist_ok=False)
    done = subprocess.run(
        [tool, "--format=custom", f"--file={target}", f"--dbname={without_password(address)}"],
        env=os.environ | ({"PGPASSWORD": unquote(address.password)} if address.password else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        target.unlink()
        raise BackUpFailed(f"pg_dump failed: {done.stderr.strip()}", hint="It has to be as new as the server")


def restoring(file: Path) -> str:
    """Return the commands that make the database in PostgreSQL anew from what `pg_dump` wrote."""
    address = urlsplit(config.current().database_url.get_secret_value())
    name, user = address.path.strip("/"), unquote(address.username or "")
    to = {"--host": unquote(address.hostname or ""), "--port": str(address.port or ""), "--username": user}
    server = " ".join(f"{option}={shlex.quote(value)}" for option, value in to.items() if value)
    owner = f"--owner={shlex.quote(user)} " if user else ""
    made = f"dropdb {server} --if-exists {name} && createdb {server} {owner}{name}"
    return f"{made} && pg_restore {server} --no-owner --dbname={name} {shlex.quote(str(file))}"


def without_password(address: SplitResult) -> str:
    """Return an address as the tools of PostgreSQL take it."""
    host = address.netloc.rpartition("@")[2]
    known = urlencode([(name, value) for name, value in parse_qsl(address.query) if name != POOL_MODE])
    return address._replace(netloc=f"{address.username}@{host}" if address.username else host, query=known).geturl()


def _place(ending: str) -> Path:
    """Return a file of the home that is not there yet."""
    folder = config.current().home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"ledger-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (f"{stem}{f'-{number}' if number else ''}.{ending}" for number in range(1_000))
    return next(folder / name for name in names if not (folder / name).exists())


def migrations_of(file: Path) -> Migrations:
    """Return what was applied to a back-up; raise `LedgerUnreachable` for a file that is none, or is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
            sound = found.execute("PRAGMA quick_check(1)").fetchone()[0]
            if sound != "ok":
                raise LedgerUnreachable(f"{file} is damaged: {sound}", hint="Take another back-up")
            return set(found.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error as error:
        raise LedgerUnreachable(f"{file} is no back-up of a ledger: {error}") from error


def put_in_place(file: Path, *, is_empty: bool) -> Path:
    """Let the ledger be what a back-up has; return where a copy of what it was lies. Nobody may work meanwhile."""
    ledger = config.current().database_file
    if ledger is None:
        raise UsageError(
            "The ledger is in PostgreSQL, which has its own tools for that",
            hint="pg_restore it while nothing of Lading runs, then `lading ledger restored`",
        )
    if not is_empty and any(slots_by_queue().values()):
        raise UsageError("Workers are at work", hint="Stop them first: what they do would be lost, and done again")
    kept = back_up()
    connection.close()
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(ledger, timeout=30)) as now:
        old.backup(now)
    return kept
