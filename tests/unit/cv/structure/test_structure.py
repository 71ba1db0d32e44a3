"""From lines to a resume: what is there is found, what is not there stays unknown."""

from __future__ import annotations

import json

import pytest

from lading.cv.engine.extract import extract_bytes
from lading.cv.engine.resume import Language, Resume, SectionKind, Sure, Text
from lading.cv.engine.structure import structure

_CV = """Ines Tannwald
Joiner
Hull | +44 1632 960 118 | ines@example.com | www.example.com/ines

Experience
----------
Joiner, Oakmoor Ltd, Hull      May 2019 - Present
- Made stairs for ten houses

Apprentice, Beechlands, York      2015 - 2018
- Mended doors

Skills
------
Oak, ash (basic), glue
"""


def _read(text: str) -> Resume:
    return structure(extract_bytes(text.encode()))


def _value(text: Text | None) -> str | None:
    return text.value if text else None


def test_a_plain_cv_is_understood() -> None:
    """Contact data, positions with partial dates, skills; education is not made up."""
    resume = _read(_CV)

    basics = resume.basics
    assert ("Ines Tannwald", "ines@example.com", "+44 1632 960 118", "Hull") == (
        _value(basics.name),
        _value(basics.email),
        _value(basics.phone),
        _value(basics.location),
    )
    assert ["www.example.com/ines"] == [profile.url.value for profile in basics.profiles]
    assert [("Joiner", "Oakmoor Ltd", "Hull"), ("Apprentice", "Beechlands", "York")] == [
        (_value(work.position), _value(work.employer), _value(work.location)) for work in resume.work
    ]
    assert ["Oak", "ash (basic)", "glue"] == [skill.name.value for skill in resume.skills]
    assert () == resume.education
    assert () == resume.languages


def test_each_field_names_its_line() -> None:
    """Lines are counted over the whole document."""
    resume = _read(_CV)

    assert resume.work[0].employer is not None
    assert (5,) == resume.work[0].employer.lines
    assert resume.work[0].period is not None
    assert "May 2019 - Present" == resume.work[0].period.written


@pytest.mark.parametrize(
    "text",
    [
        "word",
        "1234567",
        "- one\n- two\n",
        "the quick brown fox jumps over the lazy dog and does not say who it is or what it can do.\n",
        "Lebenslauf\n",
        "Experience\n----------\n",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    """A text that says nothing gives an empty resume, not a guess."""
    resume = _read(text)

    assert resume.basics.name is None
    assert resume.basics.email is None
    assert resume.basics.phone is None
    assert () == (*resume.work, *resume.education, *resume.skills, *resume.languages)


@pytest.mark.parametrize(
    "number", ["+49 2019 555 123", "020 1999 0123", "(555) 010-7734", "0171/5550168", "Tel 5550168"]
)
def test_a_telephone_number_with_a_year_in_it_is_one(number: str) -> None:
    """Digits that would be a year elsewhere are digits here."""
    assert number.removeprefix("Tel ") == _value(_read(f"Ines Tannwald\n{number}\n").basics.phone)


def test_a_single_date_ends_a_course_of_study_and_starts_a_position() -> None:
    """A degree is dated by its end; for a position nothing says when it ended."""
    resume = _read(
        "Education\n---\nBA History, Wearmouth University, 2012\n\nExperience\n---\nJoiner, Oakmoor Ltd, 2013\n"
    )

    study, work = resume.education[0].period, resume.work[0].period
    assert study is not None
    assert work is not None
    assert (None, "2012") == (study.start, str(study.end))
    assert ("2013", None, False) == (str(work.start), work.end, work.ongoing)


def test_what_only_its_order_tells_is_a_guess() -> None:
    """Neither part looks like a position or an employer: the order is taken, and that is said."""
    resume = _read("Experience\n---\nFoo, Bar\t2012 - 2013\n")

    assert resume.work[0].position is not None
    assert ("Foo", Sure.GUESSED) == (resume.work[0].position.value, resume.work[0].position.sure)


def test_a_heading_of_other_words_is_no_standard_one() -> None:
    """What it is about is found by its cues, and that parsers may not know it is said."""
    resume = _read(
        "Ines Tannwald\n# Experience\nJoiner, Oakmoor Ltd, 2013\n# My tech stack\nOak, ash\n# Education\nBA, 2012\n"
    )

    found = {section.heading: (section.kind, section.standard) for section in resume.sections}
    assert (SectionKind.SKILLS, False) == found["My tech stack"]
    assert (SectionKind.WORK, True) == found["Experience"]


def test_an_entry_keeps_its_id_when_others_come_and_go() -> None:
    """Ids are of the content, so that decisions about an entry outlive a new version."""
    whole = _read(_CV)
    without = _read(
        _CV.replace("Joiner, Oakmoor Ltd, Hull      May 2019 - Present\n- Made stairs for ten houses\n", "")
    )

    assert whole.work[1].id == without.work[0].id
    assert len({work.id for work in whole.work}) == len(whole.work)


def test_equal_entries_have_ids_of_their_own() -> None:
    """Two bullets of the same words are two bullets."""
    text = "Experience\n---\nJoiner, Oakmoor Ltd, 2013\n- Made stairs\n- Made stairs\n"

    bullets = _read(text).work[0].highlights

    assert ["Made stairs"] * 2 == [bullet.text for bullet in bullets]
    assert bullets[0].id != bullets[1].id


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Led the work of ten people in the yard with a budget for wood", Language.ENGLISH),
        ("Leitung der Werkstatt mit zehn Leuten und dem Budget für das Holz", Language.GERMAN),
        ("Joiner", Language.UNKNOWN),
        ("El taller de madera con diez personas", Language.UNKNOWN),
    ],
)
def test_the_language_is_known_or_said_to_be_unknown(text: str, language: Language) -> None:
    """Rules of a language are asked only where the language is sure."""
    assert language is _read(text).language


def test_json_resume_is_taken_as_it_states() -> None:
    """Every field is stated and keeps its line; a date that cannot be read keeps how it was written."""
    value = {
        "basics": {
            "name": "Ines Tannwald",
            "location": {"city": "Hull", "countryCode": "GB"},
            "profiles": [{"url": "x.example"}],
        },
        "work": [
            {
                "name": "Oakmoor",
                "position": "Joiner",
                "startDate": "2019-05",
                "endDate": "present",
                "highlights": ["Stairs"],
            }
        ],
        "education": [{"institution": "York", "startDate": "spring"}],
        "projects": [{"name": "Boat", "startDate": "2020", "endDate": "2021"}],
    }

    resume = _read(json.dumps(value))

    assert ("Ines Tannwald", "Hull, GB") == (_value(resume.basics.name), _value(resume.basics.location))
    assert resume.work[0].employer == Text(value="Oakmoor", lines=(5,), sure=Sure.STATED)
    assert resume.work[0].period is not None
    assert (True, None) == (resume.work[0].period.ongoing, resume.work[0].period.end)
    assert resume.education[0].period is not None
    assert (None, "spring") == (resume.education[0].period.start, resume.education[0].period.written)
    assert ["Boat"] == [item.name.value for item in resume.items]


@pytest.mark.parametrize(
    "broken",
    ['{"work": {"name": 1}}', '{"work": [[1], "x", null]}', '{"basics": [1, 2]}', '{"skills": [{"keywords": "x"}]}'],
)
def test_json_of_wrong_types_gives_what_it_can(broken: str) -> None:
    """A list where an object should be is an absent value, not an error."""
    resume = _read(broken)

    assert resume.basics.name is None
    assert () == resume.skills


def test_the_same_document_gives_the_same_resume() -> None:
    """Deterministic to the last field."""
    assert _read(_CV) == _read(_CV)
