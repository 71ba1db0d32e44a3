"""What an advertisement asks for, and where the resume answers it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lading.base.errors import UsageError
from lading.cv.engine.lint.findings import Passage

#: grows whenever the same advertisement and resume may give another answer
MATCH_VERSION = 1


class JobWithoutTerms(UsageError):  # noqa: N818 - the tree is named by the remedy
    """The advertisement names nothing that a resume could be compared with."""

    code = "JOB_WITHOUT_TERMS"


class Standing(StrEnum):
    """How the resume answers one thing that is asked."""

    #: it is named where the resume tells what was done
    EVIDENCED = "evidenced"
    #: it is named in a list and nowhere else
    LISTED_ONLY = "listed only"
    MISSING = "missing"
    #: software cannot say; the reason is given
    NOT_ASSESSED = "not assessed"


class Demand(StrEnum):
    """How firmly the advertisement asks."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    UNSPECIFIED = "unspecified"


class Asked(StrEnum):
    """What kind of thing, other than a term, the advertisement asks for."""

    YEARS = "years"
    DEGREE = "degree"
    LANGUAGE = "language"
    #: something only the person can answer: a permit, a place, a shift
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the resume has to answer with; an empty one can answer nothing."""

    #: lists: skills, interests, languages' keywords
    listed: tuple[Passage, ...] = ()
    #: text that tells what was done: summary, positions, projects, education
    told: tuple[Passage, ...] = ()
    languages: tuple[Passage, ...] = ()
    education: tuple[Passage, ...] = ()
    #: degrees among the education
    degrees: tuple[Passage, ...] = ()
    #: months of dated work, overlaps counted once; None where a position has no readable dates
    months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the advertisement."""

    text: str
    demand: Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A skill, tool or name that the advertisement asks for."""

    name: str
    #: every name it goes by
    names: tuple[str, ...]
    #: whether it is in Lading's list of skills; else it is guessed from its capital letters
    is_known: bool
    #: whether capitals count, as in Go and R
    is_exact: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAnswer:
    """How the resume answers one term."""

    term: Term
    standing: Standing
    #: the best passage found, or None
    passage: Passage | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandAnswer:
    """How the resume answers something other than a term."""

    asked: Asked
    #: what is asked: "5 years", "German", or the words of the advertisement
    name: str
    sentence: Sentence
    standing: Standing
    passage: Passage | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An advertisement, answered; no figure stands for the whole."""

    terms: tuple[TermAnswer, ...]
    demands: tuple[DemandAnswer, ...]
