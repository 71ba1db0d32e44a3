"""How a rule is written: a generator of passages under a code, and the gates before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Finding, Outcome, Passage, Skip, Verdict, not_applicable, not_assessed
from lading.cv.engine.values import Format

#: says why a rule is not asked of a CV, or None where it is
Gate = Callable[[Context], Skip | None]
#: yields each passage that is as the rule says it should not be
Check = Callable[[Context], Iterator[Passage]]

#: evidence is cut here; the place says where the rest is
_LONGEST_EVIDENCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check and what has to be there before it can be asked."""

    code: str
    check: Check
    gates: tuple[Gate, ...]

    def ask(self, cv: Context) -> Verdict:
        """Return the verdict on one CV."""
        for gate in self.gates:
            skip = gate(cv)
            if skip is not None:
                return Verdict(code=self.code, outcome=skip.outcome, reason=skip.reason)
        found = tuple(_finding(self.code, passage) for passage in self.check(cv))
        return Verdict(code=self.code, outcome=Outcome.FAILED if found else Outcome.PASSED, findings=found)


class Questions:
    """The rules of one module, by code."""

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}

    def rule(self, code: str, *gates: Gate) -> Callable[[Check], Check]:
        """Enter a check under its code; raise `ValueError` where the code is taken."""

        def enter(check: Check) -> Check:
            if code in self.asked:
                raise ValueError(f"{code} is there twice")
            self.asked[code] = Asked(code=code, check=check, gates=gates)
            return check

        return enter


def _finding(code: str, passage: Passage) -> Finding:
    text = " ".join(passage.text.split())
    if len(text) > _LONGEST_EVIDENCE:
        text = text[: _LONGEST_EVIDENCE - 1] + "\u2026"
    return Finding(code=code, pointer=passage.pointer, evidence=text, where=passage.where)


# --- gates -----------------------------------------------------------------------------------------------------


def only(*formats: Format) -> Gate:
    """Ask of these formats only; to others it does not apply."""

    def gate(cv: Context) -> Skip | None:
        if cv.document.format in formats:
            return None
        return not_applicable(f"not a question to {named(cv.document.format)}")

    return gate


def needs_layout(cv: Context) -> Skip | None:
    """Ask only where positions are known."""
    if cv.document.format is Format.PDF:
        return None
    if cv.document.format is Format.DOCX:
        return not_assessed("a word-processor file has no positions until it is laid out; export it as PDF to see")
    return not_assessed(f"no positions in {named(cv.document.format)}")


def needs_language(cv: Context) -> Skip | None:
    """Ask only where there are word lists for the CV's language."""
    return None if cv.words else not_assessed("the language was not recognised as one with word lists (en, de)")


def needs_verbs(cv: Context) -> Skip | None:
    """Ask only in languages whose bullets begin with verbs."""
    if cv.words is None or cv.words.bullets_begin_with_verbs:
        return None
    return not_applicable("in this language bullets customarily begin with a noun")


def needs_bullets(cv: Context) -> Skip | None:
    """Ask only where positions or projects have list items."""
    if cv.bullets:
        return None
    if cv.resume.work or cv.resume.volunteer:
        return not_applicable("no position has bullets")
    return not_assessed("no positions were recovered")


def needs_work(cv: Context) -> Skip | None:
    """Ask only where positions were recovered."""
    return None if cv.resume.work else not_assessed("no positions were recovered")


def needs_skills(cv: Context) -> Skip | None:
    """Ask only where a list of skills was recovered."""
    return None if cv.skills else not_applicable("no list of skills was recovered")


def needs_lines(cv: Context) -> Skip | None:
    """Ask only where the file has lines of text."""
    return None if cv.document.lines else not_applicable(f"{named(cv.document.format)} has fields, not lines")


def named(kind: Format) -> str:
    """Return a format as a sentence names it."""
    return {
        Format.TEXT: "plain text",
        Format.MARKDOWN: "Markdown",
        Format.JSON_RESUME: "JSON Resume",
        Format.DOCX: "a word-processor file",
        Format.PDF: "a PDF",
    }[kind]
