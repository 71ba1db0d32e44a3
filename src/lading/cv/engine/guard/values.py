"""What the guard says of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: grows whenever the same texts may be judged in another way
GUARD_VERSION = 2


class Verdict(StrEnum):
    """What may become of a rewritten text."""

    #: everything it tells stands in the ground
    PASSES = "passes"
    #: it tells something that only the person can confirm
    ASKS = "asks"
    #: it states a fact that is not in the ground; it is never offered
    BLOCKED = "blocked"


class ClaimKind(StrEnum):
    """What kind of fact a text states."""

    NUMBER = "number"
    DATE = "date"
    #: a person, product, place or organisation
    NAME = "name"
    TITLE = "title"
    DEGREE = "degree"
    CERTIFICATE = "certificate"
    SKILL = "skill"
    ADDRESS = "address"
    #: characters that show nothing, of which the text before has none
    UNSEEN = "unseen character"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Claim:
    """One fact that a text states."""

    kind: ClaimKind
    #: as the text writes it
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on a rewritten text, and why."""

    verdict: Verdict
    #: hard facts that are not in the ground
    claims: tuple[Claim, ...] = ()
    #: new words that tell something; they wait for the person's word where the verdict is `ASKS`
    new_words: tuple[str, ...] = ()
    #: hard facts of the text before that the rewrite no longer states
    losses: tuple[Claim, ...] = ()
