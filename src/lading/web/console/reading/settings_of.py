"""What a job is told, as rows of a table: what its form has in words, all else as a job file has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lading.base import units
from lading.ingest.app.definition import Definition
from lading.ingest.app.standing_options import StandingOptions
from lading.web.console.fields import FIELDS, FIXED, Kind
from lading.web.console.forms import SIZES

#: what the operation is called is always of interest
_ALWAYS = frozenset({"operation"})
#: told by a panel of its own, with how it stands
_ELSEWHERE = frozenset(StandingOptions.model_fields)


def settings_of(definition: Definition) -> Sequence[tuple[str, str]]:
    """Return label and value of everything that is not as usual."""
    told = definition.model_dump(mode="json")
    usual = {name: field.get_default(call_default_factory=True) for name, field in Definition.model_fields.items()}
    given = {name for name in told if getattr(definition, name) != usual[name]} - _ELSEWHERE
    names = [*FIELDS, *(name for name in told if name not in FIELDS)]
    return [_row(name, told[name]) for name in names if name in (given | _ALWAYS) - FIXED]


def _row(name: str, value: Any) -> tuple[str, str]:  # noqa: ANN401 - a JSON value
    field = FIELDS.get(name)
    if field is None:
        return name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if field.kind is Kind.CHOICE:
        return field.label, dict(field.choices).get(str(value), str(value))
    if field.kind is Kind.CHECK:
        return field.label, "yes" if value else "no"
    if isinstance(value, float):
        return field.label, units.duration(value)
    if name in SIZES:
        return field.label, units.size(value)
    return field.label, ", ".join(value) if isinstance(value, list) else str(value)
