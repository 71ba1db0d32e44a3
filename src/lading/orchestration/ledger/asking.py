"""Questions that are asked after each batch: Django makes their SQL once, later only the time is put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

#: stands for the time while the SQL is made: no moment, and no number of ours
_MARK = -1.25e300


class Question:
    """A question about a moment, whose answer is rows of plain values as the database has them."""

    def __init__(self, query: Callable[[float], QuerySet[Any, Any]]) -> None:
        self._query = query
        self._made: tuple[str, Sequence[Any]] | None = None

    def ask(self, at: float) -> Sequence[Sequence[Any]]:
        """Return the rows."""
        if self._made is None:
            self._made = self._query(_MARK).query.sql_with_params()
        sql, values = self._made
        with connection.cursor() as cursor:
            cursor.execute(sql, [at if value == _MARK else value for value in values])
            rows: Sequence[Sequence[Any]] = cursor.fetchall()
        return rows
