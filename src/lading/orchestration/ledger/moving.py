"""
Moving a ledger from SQLite to PostgreSQL: all rows under one lock of the source, in one transaction of the target.

The source is read and never written to; nobody else can write to it meanwhile. What goes wrong leaves the target as empty
as it was, so the move can be made again.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections, transaction
from django.db.models import Field, Model

from lading.base import config
from lading.base.config import SecretUrl
from lading.base.errors import CopyDiffers, LedgerUnreachable, UsageError

#: name of the connection to the target
_TARGET = "target"

#: tables in which migrations leave rows
_FURNITURE = frozenset({"django_content_type", "auth_permission", "orchestration_addition"})

#: rows read at a time
_CHUNK = 2_000

#: called with a table and the number of its rows once it is copied
Tell = Callable[[str, int], None]


def move(to: SecretUrl, tell: Tell) -> int:
    """
    Copy the ledger to the empty database in PostgreSQL that `to` names; return how many rows it has.

    Raise `UsageError` for a ledger that is none in SQLite, a target that is none in PostgreSQL or is not empty,
    `LedgerUnreachable` where the target refuses, and `CopyDiffers` where it holds other numbers of rows in the end.
    """
    if not config.current().is_database_embedded:
        raise UsageError("The ledger is in PostgreSQL already", hint="pg_dump and pg_restore move it from there")
    if to.scheme != "postgresql":
        raise UsageError("A ledger is moved to PostgreSQL only", hint="--to postgresql://user@host/name")
    with _connected(to):
        try:
            refuse_filled()
            _make_tables(to)
            # the lock of a writer, without a write
            with transaction.atomic(), transaction.atomic(using=_TARGET):
                return _copy(tell)
        except DatabaseError as error:
            raise LedgerUnreachable(
                f"The ledger could not be moved: {error}", hint="The target is as empty as it was"
            ) from error


def _make_tables(to: SecretUrl) -> None:
    """Let another process make them, whose one ledger the target is: some migrations know no other than the usual one."""
    settings = config.current().model_copy(update={"database_url": to})
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LADING_")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lading", "upgrade", "--backed-up"],
        env=inherited | settings.as_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LedgerUnreachable(f"The tables could not be made in the target: {done.stderr.strip()}")


def refuse_filled() -> None:
    """Raise `UsageError` where the target has rows that migrations do not make, or tables that are not Lading's."""
    target = connections[_TARGET]
    with target.cursor() as cursor:
        there = set(target.introspection.table_names(cursor))
    ours = {model._meta.db_table for model in models()}  # noqa: SLF001 - Django's documented API
    foreign = there - ours - {"django_migrations"}
    filled = [
        model._meta.db_table  # noqa: SLF001 - as above
        for model in models()
        if model._meta.db_table in there  # noqa: SLF001 - as above
        and model._meta.db_table not in _FURNITURE  # noqa: SLF001 - as above
        and model._default_manager.using(_TARGET).exists()  # noqa: SLF001 - as above
    ]
    if foreign or filled:
        names = ", ".join(sorted([*foreign, *filled])[:5])
        raise UsageError(f"The target is not empty: {names}", hint="createdb makes one that is")


def models() -> list[type[Model]]:
    """Return all tables, each after those that it points to."""
    left = list(apps.get_models(include_auto_created=True))
    ordered: list[type[Model]] = []
    while left:
        ready = [model for model in left if not _points_to(model) & (set(left) - {model})]
        ordered += ready
        left = [model for model in left if model not in ready]
    return ordered


def _points_to(model: type[Model]) -> set[type[Model]]:
    related = (field.related_model for field in model._meta.local_fields)  # noqa: SLF001 - Django's documented API
    return {one for one in related if isinstance(one, type)}


@contextmanager
def _connected(to: SecretUrl) -> Iterator[None]:
    described = importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"]).database(
        config.current().model_copy(update={"database_url": to})
    )
    connections.databases[_TARGET] = described
    connections.configure_settings(connections.databases)
    try:
        yield
    finally:
        connections[_TARGET].close()
        del connections[_TARGET]
        del connections.databases[_TARGET]


def _copy(tell: Tell) -> int:
    target = connections[_TARGET]
    with target.cursor() as cursor:
        # checked row by row: a list of ten million checks to be made in the end does not fit into memory
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in reversed(models()):
            cursor.execute(f"DELETE FROM {target.ops.quote_name(model._meta.db_table)}")  # noqa: S608, SLF001 - names of our own models
    total = 0
    for model in models():
        _copy_table(model)
        total += _compared(model, tell)
    with target.cursor() as cursor:
        for model in models():
            _go_on_counting(cursor, model)
    return total


def _copy_table(model: type[Model]) -> None:
    target = connections[_TARGET]
    quote = target.ops.quote_name
    fields = [field for field in model._meta.local_fields if field.column]  # noqa: SLF001 - Django's documented API
    columns = ", ".join(quote(str(field.column)) for field in fields)
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))  # noqa: SLF001 - as above
    with (
        target.wrap_database_errors,
        target.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,  # noqa: SLF001 - as above
    ):
        for row in rows.iterator(chunk_size=_CHUNK):
            copy.write_row(_prepared(fields, row))


def _prepared(fields: Iterable[Field[Any, Any]], row: tuple[Any, ...]) -> list[Any]:
    target = connections[_TARGET]
    return [field.get_db_prep_save(value, connection=target) for field, value in zip(fields, row, strict=True)]


def _compared(model: type[Model], tell: Tell) -> int:
    table = model._meta.db_table  # noqa: SLF001 - Django's documented API
    had, has = model._base_manager.count(), model._base_manager.using(_TARGET).count()  # noqa: SLF001 - as above
    if had != has:
        raise CopyDiffers(f"{table} has {had} rows, and its copy {has}")
    tell(table, has)
    return has


def _go_on_counting(cursor: Any, model: type[Model]) -> None:  # noqa: ANN401 - a cursor of Django's
    """Let numbers go on behind the highest one ever given: that of a row which is gone is not given again, either."""
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001 - Django's documented API
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [connections[_TARGET].ops.quote_name(table), key])
    sequence = cursor.fetchone()[0]
    if sequence is None:
        return
    with connections["default"].cursor() as source:
        source.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = source.fetchone()
    if row and row[0]:
        cursor.execute("SELECT setval(%s, %s)", [sequence, row[0]])
