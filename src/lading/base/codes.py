"""The catalogue of all codes: what each one means, and what can be done. The texts are data; see `codes.toml`."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from lading.base.errors import Remedy, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One code as people and programs know it; it never changes its meaning."""

    code: str
    remedy: Remedy
    #: one sentence
    meaning: str
    #: what a person does: Markdown
    action: str


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Return all codes, by name."""
    text = resources.files(__package__).joinpath("codes.toml").read_text(encoding="utf-8")
    return {code: _entry(code, fields) for code, fields in sorted(tomllib.loads(text).items())}


def find(code: str) -> Entry:
    """Return one entry, however it is written; raise `UsageError` with the nearest one that exists."""
    wanted = code.strip().upper().replace("-", "_")
    found = catalogue().get(wanted)
    if found is None:
        near = difflib.get_close_matches(wanted, catalogue(), n=1)
        hint = f"Did you mean {near[0]}?" if near else "`lading explain` without a code lists them all"
        raise UsageError(f"There is no code {wanted}", hint=hint)
    return found


def _entry(code: str, fields: Mapping[str, str]) -> Entry:
    return Entry(
        code=code,
        remedy=Remedy(fields["remedy"]),
        meaning=fields["meaning"],
        action=fields["action"].strip().replace("\n", " "),
    )
