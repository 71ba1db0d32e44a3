"""An advertisement is answered term by term: evidenced, listed only, missing, not assessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.errors import UsageError
from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.match import Demand, Evidence, JobWithoutTerms, Match, Standing, match
from lading.cv.engine.match.skills import _data, find_skills, skill_named, skills
from lading.cv.engine.resume import WORK


def _passage(text: str, pointer: str = f"{WORK}/0/highlights/0") -> Passage:
    return Passage(pointer=pointer, text=text)


CV = Evidence(
    listed=(_passage("Kubernetes", "/skills/0"), _passage("Python", "/skills/1")),
    told=(_passage("Built a service in Python on Postgres"),),
    languages=(_passage("Deutsch", "/languages/0"),),
    education=(_passage("MSc Oceanography", "/education/0"),),
    degrees=(_passage("MSc Oceanography", "/education/0"),),
    months=54,
)


def _answers(text: str, evidence: Evidence = CV, language: str = "en") -> dict[str, Standing]:
    found = match(text, evidence, language=language)
    return {answer.term.name: answer.standing for answer in found.terms}


def _demands(text: str, evidence: Evidence = CV) -> dict[str, Standing]:
    found = match(f"- Python\n{text}", evidence, language="en")
    return {answer.name: answer.standing for answer in found.demands}


def test_a_term_is_evidenced_listed_or_missing() -> None:
    """Under any of its names; what is told counts more than what is listed."""
    expected = {
        "Python": Standing.EVIDENCED,
        "PostgreSQL": Standing.EVIDENCED,
        "Kubernetes": Standing.LISTED_ONLY,
        "Terraform": Standing.MISSING,
    }

    assert expected == _answers("- Python, PostgreSQL, K8s and Terraform")


def test_nothing_is_assessed_where_nothing_was_read() -> None:
    """An unreadable CV has no gaps that anybody could know of."""
    found = match("- Python", Evidence(), language="en")

    assert [Standing.NOT_ASSESSED] == [answer.standing for answer in found.terms]
    assert found.terms[0].reason


@pytest.mark.parametrize(
    "text", ["", "   \n", "We are looking for somebody nice.", "Wir suchen jemanden, der anpackt."]
)
def test_an_advertisement_without_terms_is_an_error(text: str) -> None:
    """Zero terms must never look like no gaps."""
    with pytest.raises(JobWithoutTerms) as caught:
        match(text, CV, language="en")

    assert "JOB_WITHOUT_TERMS" == caught.value.code
    assert caught.value.hint
    assert isinstance(caught.value, UsageError)


def test_sections_about_the_employer_ask_nothing() -> None:
    """Docker in the benefits is no requirement, nor is what the company sells."""
    text = "About us\nWe sell Oracle.\n\nRequirements:\n- Python\n\nBenefits:\n- Docker and Azure on every desk"

    assert {"Python": Standing.EVIDENCED} == _answers(text)


def test_a_legal_sentence_asks_nothing() -> None:
    """It stands in a section of its own or in none."""
    text = "- Python\nWe are an equal opportunity employer regardless of race, SAP or Excel."

    assert ["Python"] == list(_answers(text))


def _demand(text: str, name: str) -> Demand:
    found = match(text, CV, language="en")
    return next(answer.term.sentence.demand for answer in found.terms if answer.term.name == name)


@pytest.mark.parametrize(
    ("text", "demand"),
    [
        ("Requirements:\n- Terraform", Demand.REQUIRED),
        ("Nice to have:\n- Terraform", Demand.PREFERRED),
        ("Requirements:\n- Terraform would be a plus", Demand.PREFERRED),
        ("You must know Terraform", Demand.REQUIRED),
        ("Our stack has Terraform", Demand.UNSPECIFIED),
        ("Ihr Profil:\n- Terraform", Demand.REQUIRED),
        ("- Terraform von Vorteil", Demand.PREFERRED),
        ("Requirements:\n- Python, ideally Terraform", Demand.PREFERRED),
        ("Requirements:\n- Terraform, ideally Python", Demand.REQUIRED),
        ("Nice to have:\n- Terraform\nRequirements:\n- Terraform", Demand.REQUIRED),
    ],
)
def test_heading_and_cue_words_say_how_firmly_a_term_is_asked(text: str, demand: Demand) -> None:
    """A cue in the sentence wins over the heading, and the firmest mention wins."""
    assert demand == _demand(text, "Terraform")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("going to good places", []),
        ("Go and C++ but not C", ["Go", "C++", "C"]),
        ("R&D in C#", ["C#"]),
        ("Spring Boot", ["Spring Boot"]),
        ("excel at what you do", []),
        ("MS Excel and excel sheets", ["Excel"]),
        ("a go-to person", []),
        ("Go above and beyond", []),
        ("Docker/Go", ["Docker", "Go"]),
        ("REST-APIs", ["REST"]),
        ("a calm sea, lean and green", []),
        ("K8s, GoLang; node.js.", ["Kubernetes", "Go", "Node.js"]),
        ("maschinelles   Lernen", ["Machine learning"]),
    ],
)
def test_names_are_whole_terms(text: str, names: list[str]) -> None:
    """A name inside another word, or of an ordinary word in lower case, is none."""
    assert names == [skill.name for skill in find_skills(text)[0]]


def test_a_skill_has_one_name_and_no_name_two_skills() -> None:
    """Otherwise the answer would depend on the order of the list."""
    names = [(name.casefold(), skill.name) for skill in skills() for name in skill.names]
    owners: dict[str, set[str]] = {}
    for name, owner in names:
        owners.setdefault(name, set()).add(owner)

    assert {} == {name: owner for name, owner in owners.items() if len(owner) > 1}
    assert all(skill_named(name) for name, _ in names)


def test_exact_names_are_in_the_list() -> None:
    """One that is not would be a slip of the pen."""
    names = {skill.name for skill in skills()}

    assert set() == {name for name in _data()["exact"] if name not in names}


def test_unknown_names_are_guessed_and_marked() -> None:
    """By inner capitals in any language, by capitals inside a sentence in English only."""
    found = match("- Erfahrung mit GraalVM und einer Datenbank", CV, language="de")
    english = match("- Experience with Quarkus", CV, language="en")

    assert [("GraalVM", False)] == [(answer.term.name, answer.term.is_known) for answer in found.terms]
    assert [("Quarkus", False)] == [(answer.term.name, answer.term.is_known) for answer in english.terms]


def test_a_title_names_no_skill_by_its_capitals() -> None:
    """Registered Nurse is what the position is called."""
    assert ["Python"] == list(_answers("Registered Nurse - Night Shift\n\n- Python"))


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("at least 4 years of professional experience", Standing.EVIDENCED),
        ("5+ years of experience", Standing.MISSING),
        ("4 years of experience with Python", Standing.NOT_ASSESSED),
        ("8 years of experience with Python", Standing.MISSING),
    ],
)
def test_years_are_counted_from_dated_work(text: str, standing: Standing) -> None:
    """54 months are four years; how many of them were Python, software cannot say."""
    found = match(f"- Python\n- {text}", CV, language="en")

    assert [standing] == [answer.standing for answer in found.demands]


def test_years_are_not_assessed_where_dates_are_unknown() -> None:
    """An unknown number is not a small one."""
    unknown = Evidence(told=CV.told, months=None)

    assert {"5 years": Standing.NOT_ASSESSED} == _demands("- 5 years of experience", unknown)


def test_the_age_of_the_company_is_no_demand() -> None:
    """A hundred years of experience are nobody's."""
    assert {} == _demands("- a company with 100 years of experience")


def test_a_degree_is_evidenced_unrecognised_or_missing() -> None:
    """A school without a recognisable degree is not assessed, never missing."""
    text = "- A university degree"
    trained = Evidence(told=CV.told, education=(_passage("Sandbank Academy", "/education/0"),))

    assert {"degree": Standing.EVIDENCED} == _demands(text)
    assert {"degree": Standing.NOT_ASSESSED} == _demands(text, trained)
    assert {"degree": Standing.MISSING} == _demands(text, Evidence(told=CV.told))


def test_a_language_can_only_be_listed() -> None:
    """Under its name in either language; its level is for a person to judge."""
    assert {"German": Standing.LISTED_ONLY, "English": Standing.MISSING} == _demands("- fluent German\n- good English")
    assert {"German": Standing.NOT_ASSESSED} == _demands("- fluent German", Evidence(told=CV.told))


def test_a_question_is_for_the_person_alone() -> None:
    """No CV answers whether one may work somewhere."""
    assert {"work permit": Standing.NOT_ASSESSED} == _demands("- valid work permit")


def test_a_thing_asked_twice_is_answered_once() -> None:
    """The first sentence is shown."""
    assert ["German"] == list(_demands("- German\n- and again German"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered_or_refused(text: str) -> None:
    """Whatever is pasted, there is a match with terms or the error that says why not."""
    try:
        found: Match | None = match(text, CV, language=None)
    except JobWithoutTerms:
        found = None

    assert found is None or found.terms
