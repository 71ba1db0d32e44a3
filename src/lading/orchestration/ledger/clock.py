"""The database's time, so that leases do not depend on clocks of workers."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models.expressions import Func


class DatabaseTime(Func):
    """Seconds since the epoch on the database's clock, as an expression."""

    output_field = models.FloatField()
    template = "EXTRACT(EPOCH FROM clock_timestamp())::double precision"
    arity = 0

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # noqa: ANN401 - Django's own signature
        """SQLite has no epoch function before 3.42; a Julian day carries 40 microseconds."""
        return self.as_sql(compiler, connection, template="((julianday('now') - 2440587.5) * 86400.0)", **extra)


def now() -> float:
    """Return the database's time in seconds since the epoch."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT (julianday('now') - 2440587.5) * 86400.0")
        else:
            cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::double precision")
        return float(cursor.fetchone()[0])
