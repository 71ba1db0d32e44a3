"""From what a browser sent of schedule, watch and messages to the values of a definition, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from pydantic import ValidationError

from lading.base.config_groups import When
from lading.ingest.app.definition import Definition
from lading.ingest.app.standing_options import ScheduleOptions, WatchOptions
from lading.web.console.fields import Field, Group, Kind
from lading.web.console.forms import Filled
from lading.web.console.standing_fields import FIELDS, GROUPS

_STARTED = "Value error, "
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"))
_WHENS = tuple(when.value for when in When)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form as a page shows it."""

    texts: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    #: what is wrong with the whole
    problem: str = ""

    @property
    def groups(self) -> Iterator[tuple[Group, Sequence[Filled], bool]]:
        """Yield each group with its fields, all of them open."""
        for group in GROUPS:
            yield group, [self._filled(one) for one in group.fields], group.is_open

    def _filled(self, one: Field) -> Filled:
        return Filled(field=one, text=self.texts.get(one.name, ""), error=self.errors.get(one.name, ""))


def of(definition: Definition) -> Form:
    """Return the form of what a job does unasked."""
    schedule, watch = definition.schedule, definition.watch or WatchOptions()
    kept = schedule or ScheduleOptions(every=1)
    addresses = {when: "\n".join(_addresses(definition, when)) for when in _WHENS}
    return Form(
        texts={
            "every": short(schedule.every) if schedule and schedule.every else "",
            "cron": schedule.cron or "" if schedule else "",
            "time_zone": schedule.time_zone or "" if schedule else "",
            "catch_up": kept.catch_up.value,
            "overlap": kept.overlap.value,
            "window": definition.window or "",
            "watch": "on" if definition.watch else "",
            "reconcile": short(watch.reconcile),
            "poll": short(watch.poll),
            "queue": watch.queue or "",
            **addresses,
        }
    )


def sent(posted: QueryDict) -> Mapping[str, str]:
    """Return the texts that a browser sent."""
    texts = {name: posted.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    return texts | {name: "on" for name, one in FIELDS.items() if one.kind is Kind.CHECK and texts[name]}


def values_of(texts: Mapping[str, str], before: Definition) -> dict[str, Any]:
    """Return what the texts say, as a job file has it. Whether a schedule is switched on is not theirs to say."""
    return {
        "schedule": _schedule(texts, before),
        "window": texts["window"] or None,
        "watch": _given(texts, "reconcile", "poll", "queue") if texts["watch"] else None,
        "notify": [_notice(when, address) for when in _WHENS for address in _lines(texts[when])],
    }


def refused(texts: Mapping[str, str], error: ValidationError) -> Form:
    """Return the form with what is wrong beside its fields."""
    notices = [when for when in _WHENS for _ in _lines(texts[when])]
    errors: dict[str, str] = {}
    others: list[str] = []
    for item in error.errors():
        name, told = _place(item["loc"], notices), item["msg"].removeprefix(_STARTED)
        if name in FIELDS:
            errors.setdefault(name, told)
        else:
            others.append(told)
    return Form(texts=texts, errors=errors, problem="; ".join(others))


def short(seconds: float) -> str:
    """Return a duration as the form takes it: `6h`, `90s`."""
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def _schedule(texts: Mapping[str, str], before: Definition) -> dict[str, Any] | None:
    if not texts["every"] and not texts["cron"]:
        return None
    told = _given(texts, "every", "cron", "catch_up", "overlap")
    zone = {"time_zone": texts["time_zone"]} if texts["cron"] and texts["time_zone"] else {}
    return told | zone | {"enabled": before.schedule is None or before.schedule.enabled}


def _given(texts: Mapping[str, str], *names: str) -> dict[str, Any]:
    return {name: texts[name] for name in names if texts[name]}


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _notice(when: str, address: str) -> dict[str, Any]:
    return {"when": when, "webhook" if "://" in address else "email": address}


def _addresses(definition: Definition, when: str) -> Iterator[str]:
    for row in definition.notify:
        if row.when.value == when:
            yield from row.email
            yield from [row.webhook] if row.webhook else []


def _place(place: tuple[int | str, ...], notices: Sequence[str]) -> str:
    """Return the field that a wrong place of a definition is shown in; "" for none."""
    first, *rest = place or ("",)
    if first == "notify" and rest and isinstance(rest[0], int):
        return notices[rest[0]]
    if first in ("schedule", "watch"):
        inner = next((str(part) for part in rest if part in FIELDS), "")
        return inner or ("cron" if first == "schedule" else "watch")
    return str(first)
