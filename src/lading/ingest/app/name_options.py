"""The part of a definition that says how names become logical paths."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from lading.ingest.engine.character_map import CharacterMap, Pairs
from lading.ingest.engine.naming import Naming
from lading.ingest.engine.twins import TwinRule, Twins


def _in_order(value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds; pydantic judges the rest
    """Take a table as pairs: some databases keep no order of keys."""
    return tuple(value.items()) if isinstance(value, dict) else value


def _usable(value: Pairs) -> Pairs:
    CharacterMap(value)
    return value


class NameOptions(BaseModel):
    """How names are changed, and which of them may stand side by side."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: which characters of names become which, in this order; a table or a list of pairs
    character_map: Annotated[Pairs, BeforeValidator(_in_order), AfterValidator(_usable)] = ()
    #: whether names that are the same text in different bytes are brought
    twins: Twins = Twins.REPORT
    #: whether names that differ in case only are twins, too
    case_twins: bool = False


def naming_of(options: NameOptions) -> Naming:
    """Return what turns names into logical paths."""
    return Naming(characters=CharacterMap(options.character_map))


def twin_rule_of(options: NameOptions) -> TwinRule:
    """Return what becomes of twins."""
    return TwinRule(twins=options.twins, fold_case=options.case_twins)
