"""
One line of the table of outcomes, as its template writes it.

The texts are made here and not by filters: of all that a page shows these lines are the many, and a template that only puts
texts in their places takes half as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.urls import reverse

from lading.web.console.reading.outcomes import Row
from lading.web.console.templatetags.console import iso, moment, outcome_tone, size


def row_of(row: Row) -> Mapping[str, str]:
    """Return the texts of a line."""
    outcome = row.outcome
    return {
        "path": outcome.subject,
        "renamed": row.renamed,
        "outcome": outcome.outcome,
        "tone": outcome_tone(outcome.outcome),
        "code": outcome.code,
        "address": _address(outcome.code) if outcome.code else "",
        "reason": outcome.reason,
        "size": size(row.facts.size if row.facts else None),
        "iso": iso(outcome.at),
        "moment": moment(outcome.at),
    }


@lru_cache(maxsize=1000)
def _address(code: str) -> str:
    return reverse("console:code", args=[code])
