"""Decisions: what each makes of a suggestion, and that nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from lading.cv.engine.guard import Claim, ClaimKind, Judgement, Verdict
from lading.cv.engine.improve import (
    Change,
    Choice,
    Decision,
    Kind,
    Origin,
    Suggestion,
    Version,
    decide,
    difference,
    errors,
    first_version,
    safe,
    suggest,
)
from lading.cv.engine.improve.places import places_of
from lading.cv.engine.lint.context import Context
from tests.unit.cv.lint.workshop import NEW, TODAY, Cv, points, skills, sound, text


def _suggest(cv: Cv, version: Version) -> tuple[Suggestion, ...]:
    return suggest(Context(document=cv.document, resume=version.resume, today=TODAY), base=version.id)


def _rough() -> Cv:
    cv = sound().bullets(
        "\u2022 Built  the \ufb01rst service", "I wrote 12 handbooks for the night shift", NEW[0], NEW[0]
    )
    cv = cv.basics(phone=text("0049 431 5550123"), email=None)
    return cv.told(work=cv.resume.work[::-1], skills=skills("Python", "python"))


@pytest.fixture
def cv() -> Cv:
    """A CV with much to mend."""
    return _rough()


@pytest.fixture
def version(cv: Cv) -> Version:
    """Its first version."""
    return first_version(cv.resume)


@pytest.fixture
def suggestions(cv: Cv, version: Version) -> tuple[Suggestion, ...]:
    """What is suggested to it."""
    return _suggest(cv, version)


def _one(code: str, suggestions: tuple[Suggestion, ...]) -> Suggestion:
    return next(one for one in suggestions if one.code == code)


def _accept(one: Suggestion) -> Decision:
    return Decision(suggestion=one.id, choice=Choice.ACCEPT)


def test_what_is_not_decided_or_rejected_changes_nothing(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """No suggestion is ever applied on its own."""
    rejected = [Decision(suggestion=one.id, choice=Choice.REJECT) for one in suggestions]

    assert version is decide(version, suggestions, [])
    assert version is decide(version, suggestions, rejected)


def test_accepting_all_safe_ones_takes_form_only(cv: Cv, version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """No wording, no question and nothing of a model; afterwards nothing safe is left."""
    after = decide(version, suggestions, safe(suggestions))

    assert {"TEXT_TIDIED", "PHONE_FORM", "POINT_TWICE", "SKILL_TWICE", "ORDER_OF_POSITIONS"} == {
        one.code for one in after.taken
    }
    assert "I wrote 12 handbooks for the night shift" in {place.text for place in places_of(after.resume).values()}
    assert not [one for one in _suggest(cv, after) if one.is_safe]
    assert (2, version.id) == (after.number, after.parent)


def test_a_model_s_text_is_never_among_the_safe_ones(suggestions: tuple[Suggestion, ...]) -> None:
    """Whatever it calls itself."""
    made = [replace(one, origin=Origin.MODEL, kind=Kind.FORMAT) for one in suggestions]

    assert () == safe(made)


def test_one_accepted_suggestion_changes_one_text_and_keeps_where_it_came_from(
    version: Version, suggestions: tuple[Suggestion, ...]
) -> None:
    """The difference is exactly the suggestion; ids and lines stay."""
    one = _one("FIRST_PERSON_DROPPED", suggestions)
    after = decide(version, suggestions, [_accept(one)])
    found = difference(version.resume, after.resume)

    assert [(Change.CHANGED, one.pointer, one.before, one.after)] == [
        (change.change, change.pointer, change.before, change.after) for change in found
    ]
    old, new = places_of(version.resume)[one.pointer], places_of(after.resume)[one.pointer]
    assert (old.anchor, old.lines) == (new.anchor, new.lines)


def test_the_older_version_stays_as_it_was(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """Versions are values."""
    before = first_version(version.resume)
    decide(version, suggestions, safe(suggestions))

    assert before == version


def test_an_edit_takes_the_person_s_words_and_remembers_them(
    version: Version, suggestions: tuple[Suggestion, ...]
) -> None:
    """What was typed is a fact from then on."""
    one = _one("ASK_CONTACT", suggestions)
    after = decide(version, suggestions, [Decision(suggestion=one.id, choice=Choice.EDIT, text=" m@x.example ")])

    assert after.resume.basics.email is not None
    assert "m@x.example" == after.resume.basics.email.value
    assert ["m@x.example"] == [said.text for said in after.said]


def test_a_claim_that_asks_becomes_the_person_s_word_when_it_is_accepted(
    version: Version, suggestions: tuple[Suggestion, ...]
) -> None:
    """One by one, never with all the others."""
    one = replace(_one("FIRST_PERSON_DROPPED", suggestions), guard=Judgement(verdict=Verdict.ASKS))

    assert [one.after] == [said.text for said in decide(version, [one], [_accept(one)]).said]


def test_a_suggestion_for_another_version_is_refused(
    cv: Cv, version: Version, suggestions: tuple[Suggestion, ...]
) -> None:
    """Its place may be another text's by now."""
    after = decide(version, suggestions, [_accept(_one("PHONE_FORM", suggestions))])
    one = _one("TEXT_TIDIED", suggestions)

    with pytest.raises(errors.BaseChanged) as refused:
        decide(after, suggestions, [_accept(one)])
    assert "CV_BASE_CHANGED" == refused.value.code


def test_a_suggestion_for_another_text_is_refused(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """Even where it names the right version."""
    one = replace(_one("PHONE_FORM", suggestions), before="something else")

    with pytest.raises(errors.SuggestionStale):
        decide(version, [one], [_accept(one)])


_Refusal = type[errors.DecisionRefused]


@pytest.mark.parametrize(
    ("code", "choice", "words", "error"),
    [
        ("ASK_CONTACT", Choice.ACCEPT, "", errors.AnswerNeeded),
        ("ASK_CONTACT", Choice.EDIT, "  ", errors.AnswerUnreadable),
        ("ORDER_OF_POSITIONS", Choice.EDIT, "x", errors.DecisionRefused),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_code(
    suggestions: tuple[Suggestion, ...], code: str, choice: Choice, words: str, error: _Refusal
) -> None:
    """A question wants an answer, an answer wants words, an order has no words."""
    decision = Decision(suggestion=_one(code, suggestions).id, choice=choice, text=words)

    with pytest.raises(error) as refused:
        decide(first_version(_rough().resume), suggestions, [decision])
    assert refused.value.code.startswith("CV_")
    assert refused.value.hint


def test_a_blocked_suggestion_cannot_be_accepted(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """Only the person's own words can say what the text does not."""
    guard = Judgement(verdict=Verdict.BLOCKED, claims=(Claim(kind=ClaimKind.NUMBER, text="90 %"),))
    one = replace(_one("FIRST_PERSON_DROPPED", suggestions), guard=guard)

    with pytest.raises(errors.SuggestionBlocked, match="90 %"):
        decide(version, [one], [_accept(one)])
    assert decide(version, [one], [Decision(suggestion=one.id, choice=Choice.EDIT, text="Wrote it")]).number == 2


def test_two_changes_of_one_text_are_refused_together(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """Which one should win is not for the program to say."""
    one = _one("TEXT_TIDIED", suggestions)
    twin = replace(one, id="another", after="Built it")

    with pytest.raises(errors.SuggestionsConflict):
        decide(version, [one, twin], [_accept(one), _accept(twin)])
    with pytest.raises(errors.SuggestionsConflict):
        decide(version, [one], [_accept(one), _accept(one)])
    with pytest.raises(errors.SuggestionUnknown):
        decide(version, [], [_accept(one)])


def test_a_date_is_understood_or_refused() -> None:
    """An answer about dates has to be dates."""
    cv = sound().period("2019 - 2021", "2019", "2021")
    version = first_version(cv.resume)
    suggestions = _suggest(cv, version)
    one = _one("ASK_DATES", suggestions)

    after = decide(version, suggestions, [Decision(suggestion=one.id, choice=Choice.EDIT, text="Mar 2019 - Feb 2021")])
    period = after.resume.work[0].period
    assert period is not None
    assert ("2019-03", "2021-02") == (str(period.start), str(period.end))
    with pytest.raises(errors.AnswerUnreadable):
        decide(version, suggestions, [Decision(suggestion=one.id, choice=Choice.EDIT, text="for a while")])


def test_a_split_point_keeps_its_id_and_gets_neighbours() -> None:
    """The first part is the point; the others are new."""
    cv = sound().work(0, highlights=points(f"{NEW[0]}. {NEW[1]}. {NEW[2]}.", listed=False))
    version = first_version(cv.resume)
    suggestions = _suggest(cv, version)
    after = decide(version, suggestions, safe(suggestions))

    assert ["b0", "b0.1", "b0.2"] == [point.id for point in after.resume.work[0].highlights]
    assert [Change.CHANGED, Change.ADDED, Change.ADDED] == [
        one.change for one in difference(version.resume, after.resume)
    ]


def test_equal_contents_have_equal_ids() -> None:
    """An id says what is in a version, not when it was made."""
    assert first_version(sound().resume).id == first_version(sound().resume).id
    assert first_version(sound().resume).id != first_version(_rough().resume).id


def test_a_version_can_be_kept_as_json(version: Version, suggestions: tuple[Suggestion, ...]) -> None:
    """Whoever stores it gets it back equal, with where every text came from."""
    adapter = TypeAdapter(Version)
    after = decide(version, suggestions, safe(suggestions))

    assert after == adapter.validate_json(adapter.dump_json(after))
