"""The alert rules as they lie in the repository, read without Prometheus."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "prometheus"
RULES = FOLDER / "lading-alerts.yml"
CASES = FOLDER / "lading-alerts.test.yml"


@dataclass(frozen=True)
class Alert:
    """One alert."""

    name: str
    expression: str
    severity: str
    summary: str
    description: str
    runbook: str


_FIELDS = {
    "expression": "expr",
    "severity": "severity",
    "summary": "summary",
    "description": "description",
    "runbook": "runbook_url",
}


def alerts() -> list[Alert]:
    """Return all of them; every field has to be there."""
    _, *parts = re.split(r"^ +- alert: ", RULES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [Alert(part.splitlines()[0], **{name: _value(part, key) for name, key in _FIELDS.items()}) for part in parts]


def _value(part: str, key: str) -> str:
    found = re.search(rf"^ +{key}: (.+)$", part, re.MULTILINE)
    assert found is not None, f"{part.splitlines()[0]} has no {key}"
    return found[1].strip("'")
