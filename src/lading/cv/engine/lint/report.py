"""
What a lint gives back, as it is written to JSON.

These are the published shapes: `data/lint.schema.json` is made from them. Fields are added under the same schema
number; one that changes its meaning or goes away makes a new one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from lading.cv.engine.lint.catalogue import Heading
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.match.values import Asked, Demand, Standing

#: of the JSON object
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was read."""

    format: str
    #: who read the text
    reader: str
    #: "en", "de" or "und"
    language: str
    #: 0 where the format has no pages
    pages: int
    #: an academic CV gets no advice unless it is asked for
    academic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was recovered: fields with a value, of the fields that such a CV has. It is a count and no grade."""

    #: grows whenever the same CV may be counted in another way
    version: int
    recovered: int
    expected: int
    #: JSON Pointers of the fields without a value
    not_recovered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceSource:
    """Who gives an advice, and for which country."""

    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReport:
    """One thing that one rule found."""

    #: JSON Pointer into the resume; "" is the document as a whole
    pointer: str
    evidence: str
    #: counted from 1; 0 where unknown
    page: int
    #: counted from 1; 0 where unknown
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """One rule and its outcome."""

    code: str
    heading: Heading
    group: str
    title: str
    outcome: Outcome
    #: why it is not applicable or was not assessed; else ""
    reason: str
    meaning: str
    action: str
    source: AdviceSource | None
    findings: tuple[FindingReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReport:
    """How the resume answers one thing that the advertisement asks."""

    name: str
    #: "term", or what else is asked
    kind: Literal["term"] | Asked
    #: for a term: it is in Lading's list of skills, not guessed from its capital letters; else true
    known: bool
    demand: Demand
    standing: Standing
    reason: str
    #: the sentence of the advertisement
    sentence: str
    #: JSON Pointer of the passage that answers; "" where there is none
    pointer: str
    evidence: str
    page: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """An advertisement, answered; no figure stands for the whole."""

    version: int
    answers: tuple[AnswerReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a lint says of one CV."""

    schema: Literal[1] = SCHEMA
    #: version of the catalogue of rules
    catalogue: int
    #: the day that "today" was taken for, as YYYY-MM-DD
    date: str
    document: About
    summary: Summary
    #: every rule once, in the order of the catalogue
    rules: tuple[RuleReport, ...]
    #: None where no advertisement was given
    job: JobReport | None

    def of(self, code: str) -> RuleReport:
        """Return one rule's report; raise `KeyError` for a code that is not in the catalogue."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)

    @property
    def loses(self) -> bool:
        """Whether a rule under *what software loses* failed."""
        return any(rule.outcome is Outcome.FAILED and rule.heading is Heading.LOSES for rule in self.rules)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `lading cv lint --json` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why there is no report."""

    code: str
    message: str
    #: what can be done; may be empty
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReport:
    """What is printed in place of a report where the file or the advertisement cannot be read."""

    schema: Literal[1] = SCHEMA
    error: Problem

    def as_json(self) -> dict[str, Any]:
        """Return the object that `lading cv lint --json` prints."""
        return asdict(self)
