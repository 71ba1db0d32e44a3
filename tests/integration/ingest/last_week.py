"""A back-up of the ledger in rows, whatever the database is; the real commands are tried in acceptance."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

_NUMBERED = ("orchestration_run", "orchestration_batch")


class LastWeek:
    """The ledger as it was when this was made."""

    def __init__(self) -> None:
        self._rows = {model: list(model.objects.values()) for model in _models()}
        self._numbers = {table: _number(table) for table in _NUMBERED}

    def restore(self) -> None:
        """Put it in the place of today's ledger, numbers that are given next included."""
        with transaction.atomic():
            for model, rows in self._rows.items():
                model.objects.all().delete()
                model.objects.bulk_create([model(**row) for row in rows])
            for table, number in self._numbers.items():
                _set_number(table, number)


def lose() -> None:
    """Begin with an empty ledger."""
    with transaction.atomic():
        for model in _models():
            model.objects.all().delete()
        for table in _NUMBERED:
            _set_number(table, 0)


def _models() -> list[Any]:
    found: list[type[models.Model]] = []
    for label in ("orchestration", "ingest"):
        found += apps.get_app_config(label).get_models()
    return found


def _number(table: str) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute(f"SELECT last_value FROM {table}_id_seq")
        return int(cursor.fetchone()[0])


def _set_number(table: str, number: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [number, table])
        else:
            cursor.execute("SELECT setval(%s, %s, %s)", [f"{table}_id_seq", max(number, 1), number > 0])
