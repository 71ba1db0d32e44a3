"""From what a browser sent to a `Definition`, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from pydantic import ValidationError

from lading.base.errors import LadingError
from lading.base.paths import shown
from lading.ingest.app.definition import Definition
from lading.web.console.fields import FIELDS, FIXED, GROUPS, Field, Group, Kind

_STARTED = "Value error, "


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One field with what is in it, and what is wrong with that."""

    field: Field
    text: str
    error: str = ""
    is_fixed: bool = False

    @property
    def is_checked(self) -> bool:
        """Whether a box is ticked."""
        return self.text == "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a job as a page shows it."""

    texts: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    #: what is wrong with the whole
    problem: str = ""
    is_stored: bool = False

    @property
    def groups(self) -> Iterator[tuple[Group, Sequence[Filled], bool]]:
        """Yield each group with its fields, and whether it is open."""
        for group in GROUPS:
            filled = [self._filled(one) for one in group.fields]
            yield group, filled, group.is_open or any(one.error or _differs(one) for one in filled)

    def _filled(self, one: Field) -> Filled:
        name = one.name
        return Filled(
            field=one,
            text=self.texts.get(name, ""),
            error=self.errors.get(name, ""),
            is_fixed=self.is_stored and name in FIXED,
        )


class Refused(Exception):  # noqa: N818 - it is caught at once, by the view that shows the form again
    """The form cannot become a definition."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.problem)
        self.form = form


def empty() -> Form:
    """Return the form of a job that is not there yet."""
    return Form(texts={name: _text(one, one.usual) for name, one in FIELDS.items()})


def of(definition: Definition, *, is_stored: bool) -> Form:
    """Return the form of a definition; of a stored one what it is known by is fixed."""
    told = definition.model_dump(mode="json") | {"source": shown(definition.source)}
    return Form(texts={name: _text(one, told[name]) for name, one in FIELDS.items()}, is_stored=is_stored)


def definition_in(sent: QueryDict, before: Definition | None = None) -> Definition:
    """
    Return what the form says, on top of a stored definition: what has no field stays as it is. Raise `Refused`.

    What a stored job is known by is not taken from the form.
    """
    texts = {name: _sent(sent, one) for name, one in FIELDS.items()}
    if before is not None:
        kept = of(before, is_stored=True).texts
        texts |= {name: kept[name] for name in FIXED}
    missing = {name: "This is needed" for name, one in FIELDS.items() if one.required and not texts[name]}
    if missing:
        raise Refused(Form(texts=texts, errors=missing, is_stored=before is not None))
    told = before.model_dump(mode="json") if before is not None else {}
    values = {name: _value(one, texts[name]) for name, one in FIELDS.items() if before is None or name not in FIXED}
    try:
        return Definition.model_validate(told | values)
    except ValidationError as error:
        errors, problem = _explained(error)
        raise Refused(Form(texts=texts, errors=errors, problem=problem, is_stored=before is not None)) from error
    except LadingError as error:
        raise Refused(refused(texts, error, is_stored=before is not None)) from error


def refused(texts: Mapping[str, str], error: LadingError, *, is_stored: bool) -> Form:
    """Return the form with what was wrong with the whole of it."""
    return Form(texts=texts, problem=str(error), is_stored=is_stored)


def _sent(sent: QueryDict, one: Field) -> str:
    text = sent.get(one.name, "").replace("\r\n", "\n").strip()
    return "on" if one.kind is Kind.CHECK and text else text


def _value(one: Field, text: str) -> Any:  # noqa: ANN401 - whatever pydantic is to judge
    if one.kind is Kind.CHECK:
        return text == "on"
    if one.kind is Kind.LINES:
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    return text or one.usual


def _text(one: Field, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    told = getattr(value, "value", value)
    if told is None:
        return ""
    return f"{told}B" if one.name in SIZES and told else f"{told:g}" if isinstance(told, float) else str(told)


#: a number without a unit is refused as a size
SIZES = frozenset({"min_size", "max_size", "bandwidth"})


def _differs(one: Filled) -> bool:
    return one.text != _text(one.field, one.field.usual)


def _explained(error: ValidationError) -> tuple[dict[str, str], str]:
    """Return what is wrong with each field, and with all of them together."""
    errors: dict[str, str] = {}
    others: list[str] = []
    for item in error.errors():
        name, told = str(item["loc"][0]) if item["loc"] else "", item["msg"].removeprefix(_STARTED)
        if name in FIELDS:
            errors.setdefault(name, told)
        else:
            others.append(f"{name}: {told}" if name else told)
    return errors, "; ".join(others)
