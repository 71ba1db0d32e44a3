"""A stored suggestion as a plain value, for whoever prints JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lading.cv.app import packing
from lading.cv.app.models import Suggestion
from lading.cv.engine.improve.report import suggestion_report


def suggestion_value(row: Suggestion) -> dict[str, Any]:
    """Return a suggestion as `lading cv improve --json` prints it, and what was decided about it."""
    decision = getattr(row, "decision", None)
    return {
        **asdict(suggestion_report(packing.SUGGESTION.unpack(row.body))),
        "partial": row.is_partial,
        "decision": decision.choice if decision else "",
    }
