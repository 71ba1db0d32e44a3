"""The guard: what blocks, what asks, what passes; and two promises about any text."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.cv.engine.guard import ClaimKind, Ground, Verdict, judge
from tests.corpus.cv.guard.cases import Role, roles

_POINTS = [(role, point) for role in roles().values() for point in role.points]
#: what names are made of here: no ending that a verb or an ordinary noun has
_NAMES = st.builds(
    lambda first, middle, last: (first + middle + last).capitalize(),
    st.sampled_from(["zw", "qu", "xy", "vl", "kj", "yb", "zr"]),
    st.text(alphabet="aioukzvx", min_size=2, max_size=5),
    st.sampled_from(["ax", "ozz", "ukk", "ivo", "ora"]),
)


def _ground(role: Role) -> Ground:
    return Ground.of(role.texts, language=role.language)


def _judge(after: str, *texts: str, language: str = "en") -> Verdict:
    return judge(after, Ground.of(texts, language=language), before=texts[0]).verdict


@given(case=st.sampled_from(_POINTS), data=st.data())
@settings(max_examples=150, deadline=None)
def test_leaving_out_words_is_never_an_invention(case: tuple[Role, str], data: st.DataObject) -> None:
    """A rewrite that only leaves out is not blocked, whatever comes of it."""
    role, before = case
    kept = data.draw(st.lists(st.booleans(), min_size=len(before.split()), max_size=len(before.split())))
    after = " ".join(word for word, keep in zip(before.split(), kept, strict=True) if keep)

    assert Verdict.BLOCKED is not judge(after or before, _ground(role), before=before).verdict


@given(case=st.sampled_from(_POINTS), data=st.data())
@settings(max_examples=150, deadline=None)
def test_moving_words_invents_nothing_but_what_a_number_counts(case: tuple[Role, str], data: st.DataObject) -> None:
    """A rewrite of no new word is blocked only where a number says something else."""
    role, before = case
    words = data.draw(st.permutations(before.split()))
    found = judge(" ".join(words), _ground(role), before=before)

    assert found.verdict is not Verdict.BLOCKED or ClaimKind.NUMBER in {claim.kind for claim in found.claims}


def _inserted(before: str, word: str, place: int) -> str:
    words = before.split()
    words.insert(place % (len(words) + 1), word)
    return " ".join(words)


@given(case=st.sampled_from(_POINTS), name=_NAMES, place=st.integers(min_value=0, max_value=40))
@settings(max_examples=150, deadline=None)
def test_a_name_that_is_not_in_the_text_is_always_blocked(case: tuple[Role, str], name: str, place: int) -> None:
    """Wherever it is put in, at the start of the sentence too."""
    role, before = case
    found = judge(_inserted(before, name, place), _ground(role), before=before)

    assert Verdict.BLOCKED is found.verdict
    assert name in {claim.text for claim in found.claims}


@given(
    case=st.sampled_from(_POINTS),
    digits=st.text(alphabet=string.digits, min_size=1, max_size=7),
    around=st.sampled_from(["{}", "{} %", "({})", "ca. {}", "€{}", "{}k", "{}x", "~{}", "+{}"]),
    place=st.integers(min_value=0, max_value=40),
)
@settings(max_examples=200, deadline=None)
def test_a_number_that_is_not_in_the_text_is_always_blocked(
    case: tuple[Role, str], digits: str, around: str, place: int
) -> None:
    """However it is written: as a share, a sum, in brackets."""
    role, before = case
    ground = _ground(role)
    known = {value for amount in ground.amounts for value in amount.values}
    if int(digits) in known or int(digits) * 1000 in known:
        return

    assert Verdict.BLOCKED is judge(_inserted(before, around.format(digits), place), ground, before=before).verdict


_TOLD = "Cut costs by 40 % and led five engineers with Postgres since April 2019 for 1.2M dollars"


@pytest.mark.parametrize(
    "after",
    [
        "Cut costs by 40 percent and led 5 engineers with PostgreSQL since 04/2019 for $1,200,000",
        "Since 2019, led five engineers",
        "Led 5 engineers; costs fell by forty percent",
        "Saved 1.2 million dollars with Postgres",
    ],
)
def test_other_ways_of_writing_the_same_fact_pass(after: str) -> None:
    """Five is 5, 40 percent is 40 %, 1.2M is 1,200,000, a year is part of its month, an alias is the skill."""
    assert Verdict.PASSES is _judge(after, _TOLD)


@pytest.mark.parametrize(
    ("after", "kind", "text"),
    [
        ("Cut costs by 45 %", ClaimKind.NUMBER, "45 %"),
        ("Cut 40 jobs", ClaimKind.NUMBER, "40"),
        ("Cut costs by 40 euros", ClaimKind.NUMBER, "40 euros"),
        ("Doubled revenue and cut costs by 40 %", ClaimKind.NUMBER, "Doubled"),
        ("Saved over one million dollars", ClaimKind.NUMBER, "one million dollars"),
        ("Led engineers since May 2019", ClaimKind.DATE, "May 2019"),
        ("Led engineers since April 2018", ClaimKind.DATE, "April 2018"),
        ("Led engineers in weekly meetings", ClaimKind.NUMBER, "weekly"),
        ("Led engineers at Initech", ClaimKind.NAME, "Initech"),
        ("Led engineers with AWS", ClaimKind.SKILL, "AWS"),
        ("Led engineers as director", ClaimKind.TITLE, "director"),
        ("Led senior engineers", ClaimKind.TITLE, "senior"),
        ("Led engineers during my PhD", ClaimKind.DEGREE, "PhD"),
        ("Led certified engineers", ClaimKind.CERTIFICATE, "certified"),
        ("Led engineers, see led.example", ClaimKind.ADDRESS, "led.example"),
        ("Led engineers in Spanish", ClaimKind.SKILL, "Spanish"),
    ],
)
def test_each_kind_of_fact_is_named_when_it_is_new(after: str, kind: ClaimKind, text: str) -> None:
    """The card says what is missing from the person's text."""
    found = judge(after, Ground.of([_TOLD], language="en"), before=_TOLD)

    assert Verdict.BLOCKED is found.verdict
    assert (kind, text) in {(claim.kind, claim.text) for claim in found.claims}


def test_what_the_person_added_counts() -> None:
    """A fact that was typed is a fact: no second question is asked about it."""
    said = "I led 12 people at Initech"

    assert Verdict.BLOCKED is _judge("Led 12 people at Initech", _TOLD)
    assert Verdict.PASSES is _judge("Led 12 people at Initech", _TOLD, said)


def test_an_activity_that_nobody_told_is_asked_about() -> None:
    """It has no number and no name, so only the person can say."""
    found = judge("Cut costs by 40 % and introduced code review", Ground.of([_TOLD], language="en"), before=_TOLD)

    assert Verdict.ASKS is found.verdict
    assert {"code", "review"} <= set(found.new_words)


@pytest.mark.parametrize("after", ["Cut costs by 40 % at google", "Cut costs by 40 %, the largest cut", "Won by 40 %"])
def test_one_word_is_enough_to_ask_where_it_weighs_or_may_be_a_name(after: str) -> None:
    """A brand in small letters, a superlative, an award: what no dictionary explains waits for the person's word."""
    found = judge(after.replace("Won", "Won the award"), Ground.of([_TOLD], language="en"), before=_TOLD)

    assert Verdict.ASKS is found.verdict
    assert found.new_words


@pytest.mark.parametrize(
    "number", ["\u00bd", "\u2463\u2464", "\uff14\uff15 %", "'09", "2016-2018", "45plus", "x45", "four dozen"]
)
def test_a_number_in_any_disguise_is_a_number(number: str) -> None:
    """Fractions, circles, wide digits, ranges, and digits glued to letters."""
    assert Verdict.BLOCKED is _judge(f"Cut costs by {number}", _TOLD)


def test_a_number_that_moved_to_another_thing_is_blocked() -> None:
    """The words are the same, what they say is not. Where words only went, it is asked about."""
    told = "Led 4 engineers through the move to 7 services"

    assert Verdict.BLOCKED is _judge("Led 7 engineers through the move to services", told)
    assert Verdict.BLOCKED is _judge("Led all 7 engineers through the move", told)
    assert Verdict.ASKS is _judge("Cut 40 jobs", "Cut 40 % of 7 jobs")


def test_a_course_that_was_turned_is_blocked() -> None:
    """From 6 hours to 35 minutes is no rise, whatever words are around it."""
    told = "Brought the batch from 6 hours to 35 minutes"

    assert Verdict.BLOCKED is _judge("Brought the batch from 35 minutes to 6 hours", told)
    assert Verdict.PASSES is _judge("The batch went down from six hours to 35 minutes", told)
    assert Verdict.BLOCKED is _judge("Senkung von 20 auf 50 Minuten", "Senkung von 50 auf 20 Minuten", language="de")


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u202e", "\u2066", "\ufeff", "\U000e0041"])
def test_characters_that_show_nothing_are_blocked_unless_the_text_has_them(hidden: str) -> None:
    """Zero width, soft hyphens, marks of direction, tags: what is judged has to be what is seen."""
    told = "Cut costs by 40 %"

    assert Verdict.BLOCKED is _judge(f"Cut co{hidden}sts by 40 %", told)
    assert Verdict.BLOCKED is _judge(f"Cut costs by 4{hidden}40 %", told)
    assert Verdict.PASSES is _judge(f"Cut co{hidden}sts by 40 percent", f"Cut co{hidden}sts by 40 %")


@pytest.mark.parametrize(
    ("after", "told", "language"),
    [
        ("Moved 14 servers with downtime", "Moved 14 servers without downtime", "en"),
        ("Umzug von 14 Servern mit Ausfall", "Umzug von 14 Servern ohne Ausfall", "de"),
        ("Moved 14 servers without customers", "Moved 14 servers of customers", "en"),
    ],
)
def test_what_was_denied_and_is_claimed_waits_for_a_word(after: str, told: str, language: str) -> None:
    """Leaving out *not* turns a sentence round; so does adding it."""
    assert Verdict.ASKS is _judge(after, told, language=language)


@pytest.mark.parametrize("after", ["Moved 14 servers with zero downtime", "Downtime-free move of 14 servers"])
def test_another_way_to_deny_is_no_news(after: str) -> None:
    """Without, zero and -free deny alike."""
    assert Verdict.PASSES is _judge(after, "Moved 14 servers without downtime")


def test_leading_is_more_than_taking_part() -> None:
    """Who supported did not lead."""
    assert Verdict.ASKS is _judge("Led the move to new servers", "Supported the move to new servers")
    assert Verdict.PASSES is _judge("Directed the move to new servers", "Led the move to new servers")


def test_what_is_left_out_is_said() -> None:
    """A person should see that a figure went."""
    losses = judge("Cut costs and led engineers", Ground.of([_TOLD], language="en"), before=_TOLD).losses

    assert {"40 %", "five", "Postgres", "April 2019"} <= {claim.text for claim in losses}


def test_the_same_texts_get_the_same_verdict_in_any_order() -> None:
    """Nothing depends on the order in which the person's texts are given."""
    texts = ["Led 4 engineers", "at Initech", "since April 2019"]
    forward = judge("Led 4 engineers at Initech since 2019", Ground.of(texts, language="en"), before=texts[0])
    back = judge("Led 4 engineers at Initech since 2019", Ground.of(texts[::-1], language="en"), before=texts[0])

    assert forward == back
