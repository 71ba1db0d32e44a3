"""From a version, suggestions and decisions to the next version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lading.cv.engine.guard.values import Verdict
from lading.cv.engine.improve import errors
from lading.cv.engine.improve.places import Edits, anchor_of, edited, entries_of, places_of
from lading.cv.engine.improve.suggestion import Kind, Operation, Suggestion
from lading.cv.engine.improve.version import Said, Taken, Version, version_id
from lading.cv.engine.values import Resume

#: slashes in the pointer of an entry
_ENTRY = 2
_AGAIN = "Ask for suggestions to this version"


class Choice(StrEnum):
    """What a person makes of a suggestion."""

    ACCEPT = "accept"
    #: take the person's own words instead
    EDIT = "edit"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about one suggestion."""

    suggestion: str
    choice: Choice
    #: of an edit: the person's words
    text: str = ""


def safe(suggestions: Iterable[Suggestion]) -> tuple[Decision, ...]:
    """Accept all safe ones: what rules found and changes only the form; never a model's text, never a question."""
    return tuple(Decision(suggestion=one.id, choice=Choice.ACCEPT) for one in suggestions if one.is_safe)


def decide(version: Version, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Version:
    """
    Return the next version; the same one where nothing was accepted. What is not decided stays as it is.

    ========  ==================  ==========================
    choice    suggestion          becomes
    ========  ==================  ==========================
    REJECT    any                 nothing
    ACCEPT    question            refused: wants an answer
    ACCEPT    blocked             refused
    ACCEPT    asks                its text, and it is said
    ACCEPT    any other           its text
    EDIT      any, with a text    the text, and it is said
    EDIT      without a text      refused
    ========  ==================  ==========================

    Raise a `DecisionRefused`; then nothing is changed at all.
    """
    known = {one.id: one for one in suggestions}
    chosen = _chosen(version, known, tuple(decisions))
    if not chosen:
        return version
    edits = _edits(chosen)
    resume = edited(version.resume, edits)
    said = tuple(_said(chosen, version.resume))
    return Version(
        id=version_id(resume),
        number=version.number + 1,
        parent=version.id,
        resume=resume,
        taken=tuple(_taken(one, text) for one, text, _ in chosen),
        said=(*version.said, *said),
    )


#: suggestion, the text that it becomes, whether that is the person's word
_Chosen = tuple[Suggestion, str, bool]


def _chosen(version: Version, known: Mapping[str, Suggestion], decisions: tuple[Decision, ...]) -> list[_Chosen]:
    if len({decision.suggestion for decision in decisions}) < len(decisions):
        raise errors.SuggestionsConflict("One suggestion was decided twice", hint="Decide each suggestion once")
    chosen = []
    for decision in decisions:
        suggestion = known.get(decision.suggestion)
        if suggestion is None:
            raise errors.SuggestionUnknown(f"There is no suggestion {decision.suggestion}", hint=_AGAIN)
        if decision.choice is not Choice.REJECT:
            _check(suggestion, version)
            chosen.append((suggestion, *_becomes(suggestion, decision)))
    return sorted(chosen, key=lambda one: (one[0].pointer, one[0].id))


def _check(suggestion: Suggestion, version: Version) -> None:
    """Raise where the suggestion is for another version, or for another text."""
    if suggestion.base != version.id:
        message = f"The suggestion was made for {suggestion.base}, and the resume is now {version.id}"
        raise errors.BaseChanged(message, hint=_AGAIN)
    if suggestion.before != stands(version.resume, suggestion):
        raise errors.SuggestionStale(f"The text at {suggestion.pointer} is another one now", hint=_AGAIN)


def stands(resume: Resume, suggestion: Suggestion) -> str:
    """Return what stands at the place of a suggestion now; "" where nothing does."""
    if suggestion.operation is Operation.MOVE:
        return "\n".join(names_of(resume, suggestion.pointer))
    place = places_of(resume).get(suggestion.pointer)
    if place is not None:
        return place.text
    names = dict(_named_entries(resume))
    return names.get(suggestion.pointer, "")


def names_of(resume: Resume, pointer: str) -> list[str]:
    """Return the elements of a list, each by the name that a person knows it by."""
    if pointer == "/sections":
        return [section.heading or section.kind.value for section in resume.sections]
    parts = pointer.count("/")
    if pointer.endswith("/keywords"):
        under = f"{pointer}/"
        return [place.text for at, place in places_of(resume).items() if at.startswith(under)]
    return [name for at, name in _named_entries(resume) if at.startswith(f"{pointer}/") and at.count("/") == parts + 1]


def _named_entries(resume: Resume) -> Iterator[tuple[str, str]]:
    places = places_of(resume)
    for pointer, _ in entries_of(resume):
        keys = ("position", "name", "studyType", "institution", "language", "period")
        named = (places[at].text for key in keys if (at := f"{pointer}/{key}") in places)
        yield pointer, ", ".join(named)


def _becomes(suggestion: Suggestion, decision: Decision) -> tuple[str, bool]:
    """Return the text that a suggestion becomes, and whether that is the person's word; see `decide`."""
    if decision.choice is Choice.EDIT:
        return _answer(suggestion, decision.text), True
    if suggestion.guard.verdict is Verdict.BLOCKED:
        claims = ", ".join(claim.text for claim in suggestion.guard.claims)
        raise errors.SuggestionBlocked(f"Nothing in your text says: {claims}", hint="Edit it, or reject it")
    if suggestion.kind is Kind.QUESTION:
        raise errors.AnswerNeeded(f"{suggestion.code} is a question", hint="Answer it in your own words, or reject it")
    return suggestion.after, suggestion.guard.verdict is Verdict.ASKS


def _answer(suggestion: Suggestion, text: str) -> str:
    """Return what the person typed, on one line."""
    if suggestion.operation is Operation.MOVE or not _is_text(suggestion):
        raise errors.DecisionRefused(f"{suggestion.code} has no text to edit", hint="Accept it or reject it")
    text = " ".join(text.split())
    if not text:
        raise errors.AnswerUnreadable("The answer is empty", hint="Type the text, or reject the suggestion")
    return text


def _is_text(suggestion: Suggestion) -> bool:
    """Say whether the place is a text, and not an entry as a whole."""
    return not suggestion.pointer.rsplit("/", 1)[-1].isdigit() or suggestion.pointer.count("/") > _ENTRY


def _edits(chosen: list[_Chosen]) -> Edits:
    replaced: dict[str, str] = {}
    split: dict[str, tuple[str, ...]] = {}
    moved: dict[str, tuple[int, ...]] = {}
    removed: set[str] = set()
    for suggestion, text, is_said in chosen:
        at, operation = suggestion.pointer, suggestion.operation
        if at in {*replaced, *split, *moved, *removed}:
            message = f"Two accepted suggestions change {at}"
            raise errors.SuggestionsConflict(message, hint="Accept one of them, then ask for suggestions again")
        if operation is Operation.MOVE:
            moved[at] = suggestion.order
        elif operation is Operation.REPLACE or is_said:
            replaced[at] = text
        elif operation is Operation.REMOVE:
            removed.add(at)
        else:
            split[at] = tuple(text.splitlines())
    return Edits(replaced=replaced, removed=frozenset(removed), split=split, moved=moved)


def _said(chosen: list[_Chosen], resume: Resume) -> Iterator[Said]:
    for suggestion, text, is_said in chosen:
        if is_said and suggestion.operation is not Operation.MOVE:
            yield Said(anchor=anchor_of(resume, suggestion.pointer), text=text)


def _taken(suggestion: Suggestion, text: str) -> Taken:
    return Taken(
        suggestion=suggestion.id,
        code=suggestion.code,
        origin=suggestion.origin.value,
        pointer=suggestion.pointer,
        before=suggestion.before,
        after=text,
    )
