"""Rows by the hundred: written as they are, without a model and a compiled expression for each value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.db import connection
from django.db.models import Field, Model

Value: TypeAlias = str | int | float | bytes | None


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """
    Insert rows, each with a value for each named field, in one prepared statement.

    The values are what the database takes: nothing is converted, and no field has a default. Raises what any insert does.
    """
    waiting = list(rows)
    if not waiting:
        return
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in names]  # noqa: SLF001 - Django's documented API
    columns = ", ".join(quote(field.column) for field in fields if isinstance(field, Field) and field.column)
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", waiting)  # noqa: S608, SLF001 - names of our own models
