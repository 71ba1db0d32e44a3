"""Suggestions by rules: what each is made for, and what holds for all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.cv.engine.improve import Origin, Suggestion, first_version, suggest
from lading.cv.engine.improve.catalogue import catalogue
from lading.cv.engine.improve.suggest import Wish
from lading.cv.engine.improve.tidy import email_form, link_form, phone_form, tidied
from lading.cv.engine.lint.catalogue import catalogue as lint_rules
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.review import Advice
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Language, Profile, SectionKind, Skill
from tests.unit.cv.lint.workshop import NEW, TODAY, Change, Cv, items, points, skills, sound, text


def _suggest(cv: Cv, wish: Wish | None = None) -> tuple[Suggestion, ...]:
    context = Context(document=cv.document, resume=cv.resume, today=TODAY)
    return suggest(context, base=first_version(cv.resume).id, wish=wish)


def _of(code: str, cv: Cv) -> list[Suggestion]:
    return [one for one in _suggest(cv) if one.code == code]


def test_a_sound_cv_gets_no_suggestion() -> None:
    """Whoever has nothing to mend is left in peace."""
    assert () == _suggest(sound())


_TWO = "Built a service that reads forty buoys; wrote the handbook for the night shift on the island, with drawings of each of its many parts, and trained the staff of two harbours in its use"

#: code -> what calls for it, the place, and what would stand there
MADE: dict[str, tuple[Change, str, str]] = {
    "TEXT_TIDIED": (
        lambda cv: cv.bullets("\u2022 Built the \ufb01rst   service \ue0b7 , alone", *NEW[1:]),
        f"{WORK}/0/highlights/0",
        "Built the first service, alone",
    ),
    "DATE_FORM": (
        lambda cv: cv.period("03/2021 - present", "2021-03", "now"),
        f"{WORK}/0/period",
        "Mar 2021 \u2013 present",
    ),
    "LINK_SCHEME": (
        lambda cv: cv.basics(profiles=(Profile(url=text("github.com/marlene")),)),
        "/basics/profiles/0/url",
        "https://github.com/marlene",
    ),
    "EMAIL_FORM": (
        lambda cv: cv.basics(email=text("marlene (at) Beispiel.example")),
        "/basics/email",
        "marlene@beispiel.example",
    ),
    "PHONE_FORM": (lambda cv: cv.basics(phone=text("0049 (0)431/555-0123")), "/basics/phone", "+49 431 555 0123"),
    "HEADING_STANDARD": (
        lambda cv: cv.told(
            sections=(*cv.resume.sections[:2], replace(cv.resume.sections[2], heading="My adventures", standard=False))
        ),
        "/sections/2/heading",
        "Experience",
    ),
    "SKILL_TWICE": (lambda cv: cv.told(skills=skills("Python", "Docker", "python")), "/skills/2", ""),
    "SKILL_OTHER_NAME": (lambda cv: cv.told(skills=skills("PostgreSQL", "Postgres")), "/skills/1", ""),
    "POINT_TWICE": (lambda cv: cv.bullets(*NEW, NEW[1]), f"{WORK}/0/highlights/5", ""),
    "ENTRY_TWICE": (lambda cv: cv.told(work=(*cv.resume.work, cv.resume.work[1])), f"{WORK}/2", ""),
    "ORDER_OF_POSITIONS": (
        lambda cv: cv.told(work=cv.resume.work[::-1]),
        WORK,
        "Senior engineer, Nordlicht Messnetze, Mar 2021 - present\nEngineer, Pegelamt Sandbank, Sep 2017 - Feb 2021",
    ),
    "ORDER_OF_SECTIONS": (
        lambda cv: cv.told(sections=(cv.resume.sections[0], *cv.resume.sections[:0:-1])),
        "/sections",
        "basics\nSummary\nLanguages\nSkills\nEducation\nExperience",
    ),
    "PARAGRAPH_SPLIT": (
        lambda cv: cv.work(0, highlights=points(f"{NEW[0]}. {NEW[1]}. {NEW[2]}.", listed=False)),
        f"{WORK}/0/highlights/0",
        "\n".join(f"{sentence}." for sentence in NEW[:3]),
    ),
    "FIRST_PERSON_DROPPED": (
        lambda cv: cv.bullets("I built 12 services for six harbours, with drawings", *NEW[1:]),
        f"{WORK}/0/highlights/0",
        "Built 12 services for six harbours, with drawings",
    ),
    "TENSE_PAST": (
        lambda cv: cv.bullets("Lead the station of 12 people on the northern island", number=1),
        f"{WORK}/1/highlights/0",
        "Led the station of 12 people on the northern island",
    ),
    "FILLER_DROPPED": (lambda cv: cv.told(skills=skills("Python", "Team player")), "/skills/1", ""),
    "LONG_POINT_SPLIT": (
        lambda cv: cv.bullets(_TWO, *NEW[1:]),
        f"{WORK}/0/highlights/0",
        _TWO.replace("; w", "\nW"),
    ),
    "ASK_CONTACT": (lambda cv: cv.basics(phone=None), "/basics/phone", ""),
    "ASK_FIELD": (lambda cv: cv.work(0, employer=None), f"{WORK}/0/name", ""),
    "ASK_DATES": (lambda cv: cv.period("2019 - 2021", "2019", "2021"), f"{WORK}/0/period", ""),
    "ASK_ACHIEVEMENT": (
        lambda cv: cv.bullets("Responsible for 12 services along the coast of the country", *NEW[1:]),
        f"{WORK}/0/highlights/0",
        "",
    ),
    "ASK_NUMBER": (
        lambda cv: cv.bullets(*["Built the service that the harbour masters use at night"] * 2, number=1).bullets(
            "Built the other service that the harbour masters use", "Built one more service for the harbour masters"
        ),
        f"{WORK}/0/highlights/0",
        "",
    ),
    "ASK_WHO": (
        lambda cv: cv.bullets("The 12 services were built in one winter on the island", *NEW[1:]),
        f"{WORK}/0/highlights/0",
        "",
    ),
    "ASK_EXAMPLE": (
        lambda cv: cv.bullets("Built 12 services as a hard-working member of the station", *NEW[1:]),
        f"{WORK}/0/highlights/0",
        "",
    ),
}


@pytest.mark.parametrize("code", MADE)
def test_each_rule_suggests_what_it_is_for(code: str) -> None:
    """The place, the text after and the kind of the catalogue; the reason is a sentence."""
    spoil, pointer, after = MADE[code]
    found = next(one for one in _of(code, spoil(sound())) if one.pointer == pointer)

    assert after == found.after
    assert catalogue()[code].kind is found.kind
    assert Origin.RULE is found.origin
    assert found.reason
    assert "{" not in found.reason


def test_every_code_of_the_catalogue_is_tried_here_or_in_its_own_test() -> None:
    """A suggestion that nothing calls for would not be one."""
    assert set(catalogue()) == {*MADE, "SKILLS_FOR_JOB", "MODEL_REWRITE"}


def test_what_a_suggestion_mends_is_a_rule_of_the_lint() -> None:
    """A code that is not in the lint's catalogue would lead nowhere."""
    assert {entry.mends for entry in catalogue().values() if entry.mends} <= set(lint_rules().rules)


def test_skills_that_an_advertisement_asks_for_come_first_and_none_is_added() -> None:
    """What the advertisement asks for is no evidence; it only changes the order."""
    group = Skill(id="s", name=text("Data"), keywords=tuple(map(text, ("Docker", "Python", "PostgreSQL"))))
    cv = sound().told(skills=(group,))
    found = [one for one in _suggest(cv, Wish(job="We need PostgreSQL and Kafka.")) if one.code == "SKILLS_FOR_JOB"]

    assert ["PostgreSQL\nDocker\nPython"] == [one.after for one in found]
    assert not found[0].is_safe


def test_an_academic_cv_is_asked_nothing_of_taste() -> None:
    """Form is mended, advice is not given unless it is asked for."""
    cv = sound().bullets("I built 12 services for six harbours, with drawings", *NEW[1:])
    cv = cv.told(items=items(SectionKind.PUBLICATIONS, "One", "Two", "Three"))

    assert not _of("FIRST_PERSON_DROPPED", cv)
    assert any(one.code == "FIRST_PERSON_DROPPED" for one in _suggest(cv, Wish(advice=Advice.ALL)))


def test_an_id_stays_when_the_entry_moves() -> None:
    """The same change to the same point is the same suggestion, wherever the entry stands."""
    cv = sound().work(1, highlights=points("\u2022 Built it in two winters on the northern island"))
    moved = cv.told(work=cv.resume.work[::-1])

    assert _of("TEXT_TIDIED", cv)[0].id == _of("TEXT_TIDIED", moved)[0].id
    assert _of("TEXT_TIDIED", cv)[0].pointer != _of("TEXT_TIDIED", moved)[0].pointer


def test_a_german_cv_keeps_its_words() -> None:
    """Headings and words for now are those of the language."""
    cv = sound().told(language=Language.GERMAN)
    cv = cv.period("03/2021 - heute", "2021-03", "now")

    assert ["Mar 2021 \u2013 heute"] != [one.after for one in _of("DATE_FORM", cv)]
    assert "M\u00e4rz 2021 \u2013 heute" in {one.after for one in _of("DATE_FORM", cv)}


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_tidying_twice_changes_nothing_more_and_keeps_every_letter(content: str) -> None:
    """Form only: letters and digits stay, in their order, but for joined letters."""
    once = tidied(content)

    assert once == tidied(once)
    kept = [char for char in content if char.isalnum() and not "\ufb00" <= char <= "\ufb06"]
    assert kept == [char for char in once if char in kept][: len(kept)] or any(
        "\ufb00" <= char <= "\ufb06" for char in content
    )


@given(st.from_regex(r"(\+|00)?[1-9][0-9 ()/.-]{5,16}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_no_digit_of_a_phone_number_changes(number: str) -> None:
    """But for 00 and (0), which say the same as + and nothing."""
    after = phone_form(number)
    bare = number.removeprefix("00") if number.startswith("00") else number
    if number.startswith(("00", "+")):
        bare = bare.replace("(0)", "")

    assert [char for char in bare if char.isdigit()] == [
        char for char in after.removeprefix("00") if char.isdigit()
    ] or after == number


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("E-Mail: a.b (at) Web.EXAMPLE", "a.b@web.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("ask me", "ask me"),
    ],
)
def test_an_address_that_stays_none_is_left_alone(before: str, after: str) -> None:
    """Only what becomes an address is changed."""
    assert after == email_form(before)
    assert "https://x.example/ a" != link_form("x.example/ a")
