"""Which codes a run's outcomes have, and how often: counted up to a bound, so that millions cost what thousands do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from lading.base import codes

#: more than that is told as "more than"
MOST = 10_000

#: each code is found by a step in the index of codes, and counted in it
_STATEMENT = """
WITH RECURSIVE found(code) AS (
    SELECT (SELECT min(code) FROM orchestration_outcome WHERE run_id = %(run)s AND NOT (code = ''))
    UNION ALL
    SELECT (SELECT min(o.code) FROM orchestration_outcome o
            WHERE o.run_id = %(run)s AND NOT (o.code = '') AND o.code > found.code)
    FROM found WHERE found.code IS NOT NULL
)
SELECT found.code,
       (SELECT count(*) FROM (SELECT 1 FROM orchestration_outcome o
            WHERE o.run_id = %(run)s AND o.code = found.code AND NOT (o.code = '') LIMIT %(most)s) counted),
       (SELECT o.outcome FROM orchestration_outcome o
            WHERE o.run_id = %(run)s AND o.code = found.code AND NOT (o.code = '') ORDER BY o.id LIMIT 1)
FROM found WHERE found.code IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One code of a run's outcomes."""

    code: str
    #: at most `MOST` + 1
    count: int
    #: of the first path that has the code
    outcome: str
    #: what the catalogue says; "" for a code that it does not know
    meaning: str

    @property
    def is_many(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST

    @property
    def told(self) -> str:
        """How many there are."""
        return f"{MOST:,}+" if self.is_many else f"{self.count:,}"


def reasons_of(run_id: int) -> Sequence[Reason]:
    """Return the codes of a run, failures first, then the most frequent ones; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"run": run_id, "most": MOST + 1})
        found = [_reason(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.outcome != "failed", -one.count, one.code))


def _reason(code: str, count: int, outcome: str) -> Reason:
    entry = codes.catalogue().get(code)
    return Reason(code=code, count=count, outcome=outcome, meaning=entry.meaning if entry else "")
