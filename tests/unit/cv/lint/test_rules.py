"""Every rule fails on a CV that has its fault and passes on one that has not."""

from __future__ import annotations

from datetime import date

import pytest

from lading.cv.engine.lint.catalogue import Heading, catalogue
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.lint.review import Advice, questions, review
from lading.cv.engine.values import Document, Format, Hidden, Language, Line, Part, Resume, SectionKind, Spoken
from tests.unit.cv.lint.spoilt import FAILS, PASSES, UNKNOWN
from tests.unit.cv.lint.workshop import TODAY, Cv, items, period, points, skills, sound, text

CODES = list(catalogue().rules)


def test_every_rule_of_the_catalogue_is_written_and_spoilt() -> None:
    """A rule without a check, or a check without texts, or one that no test can fail, is a mistake."""
    assert set(CODES) == set(questions()) == set(FAILS)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_fails_on_its_fault(code: str) -> None:
    """The finding has the code's evidence or at least a pointer to what is not there."""
    rule = FAILS[code](sound()).review().of(code)

    assert Outcome.FAILED == rule.outcome, rule.reason
    assert all(finding.pointer or finding.evidence for finding in rule.findings)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_passes_without_its_fault(code: str) -> None:
    """It looked, and found nothing: that is not the same as not having looked."""
    cv = PASSES[code](sound()) if code in PASSES else sound()
    rule = cv.review().of(code)

    assert (Outcome.PASSED, (), "") == (rule.outcome, rule.findings, rule.reason)


def test_a_sound_cv_loses_nothing() -> None:
    """The sound CV is sound, or every test of one fault would test two."""
    report = sound().review()

    assert [] == [rule.code for rule in report.rules if rule.outcome is Outcome.FAILED]
    assert not report.loses


@pytest.mark.parametrize("code", CODES)
def test_a_rule_that_did_not_pass_or_fail_says_why(code: str) -> None:
    """Of an empty resume most rules cannot be asked; each has a reason then."""
    document = Document(format=Format.TEXT, sha256="0" * 64, size=0, lines=(), reader="text")
    rule = review(document, Resume(), today=TODAY, advice=Advice.ALL).of(code)

    assert (rule.outcome in {Outcome.NOT_APPLICABLE, Outcome.NOT_ASSESSED}) == bool(rule.reason)


def test_an_empty_resume_passes_nothing_but_what_can_be_seen_to_be_absent() -> None:
    """What could not be looked at has never passed."""
    document = Document(format=Format.TEXT, sha256="0" * 64, size=0, lines=(), reader="text")
    report = review(document, Resume(), today=TODAY, advice=Advice.ALL)

    assert [] == [rule.code for rule in report.rules if rule.outcome is Outcome.PASSED]


@pytest.mark.parametrize("code", ["READERS_DISAGREE", "TWO_COLUMNS"])
@pytest.mark.parametrize("kind", [Format.TEXT, Format.MARKDOWN, Format.DOCX, Format.JSON_RESUME])
def test_layout_is_not_assessed_where_there_are_no_positions(code: str, kind: Format) -> None:
    """Plain text has no positions: its columns are unknown, not absent."""
    rule = sound().drawn(format=kind, pages=(), readings=()).review().of(code)

    assert Outcome.NOT_ASSESSED == rule.outcome
    assert "positions" in rule.reason


def test_the_order_is_not_assessed_with_one_reading() -> None:
    """One reader cannot disagree with itself."""
    cv = sound()

    assert Outcome.NOT_ASSESSED == cv.drawn(readings=cv.document.readings[:1]).review().of("READERS_DISAGREE").outcome


@pytest.mark.parametrize("code", ["TEXT_IN_TABLES", "TEXT_IN_HEADER_FOOTER", "TEXT_BOXES"])
def test_a_pdf_does_not_say_what_is_a_table(code: str) -> None:
    """A PDF may well have a table; it has no way of saying so."""
    assert Outcome.NOT_ASSESSED == sound().review().of(code).outcome


@pytest.mark.parametrize(
    "code", ["WEAK_START", "FIRST_PERSON", "PASSIVE", "FILLER_PHRASE", "SENSITIVE_DATA", "TENSE_MIX"]
)
def test_words_are_not_assessed_in_an_unknown_language(code: str) -> None:
    """There are word lists for English and German."""
    rule = UNKNOWN(FAILS[code](sound())).review().of(code)

    assert Outcome.NOT_ASSESSED == rule.outcome
    assert "language" in rule.reason


@pytest.mark.parametrize(
    ("code", "section"), [("NO_EXPERIENCE", "work"), ("NO_EDUCATION", "education"), ("NO_SKILLS", "skills")]
)
def test_a_section_is_not_missed_where_its_heading_would_not_be_understood(code: str, section: str) -> None:
    """A CV in Finnish may well have work experience."""
    assert Outcome.NOT_ASSESSED == UNKNOWN(sound().told(**{section: ()})).review().of(code).outcome
    assert Outcome.PASSED == UNKNOWN(sound()).review().of(code).outcome


@pytest.mark.parametrize("code", ["NO_ACTION_VERB", "TENSE_MIX"])
def test_german_bullets_may_begin_with_nouns(code: str) -> None:
    """That is the custom, not a fault."""
    cv = sound().told(language=Language.GERMAN)

    assert Outcome.NOT_APPLICABLE == cv.review().of(code).outcome


@pytest.mark.parametrize(
    ("code", "bullet"),
    [
        ("WEAK_START", "Verantwortlich für 40 Bojen"),
        ("FIRST_PERSON", "Aufbau meiner 40 Bojen und ich"),
        ("PASSIVE", "Die Bojen wurden gewartet"),
        ("FILLER_PHRASE", "Teamfähig auf 11 Fahrten"),
    ],
)
def test_german_words_are_known(code: str, bullet: str) -> None:
    """The German lists are used for a German CV, and only for one."""
    german = sound().told(language=Language.GERMAN).bullets(bullet)

    assert Outcome.FAILED == german.review().of(code).outcome
    assert Outcome.PASSED == sound().bullets(bullet).review().of(code).outcome


def test_an_acronym_is_no_pronoun() -> None:
    """US sales are not about us."""
    assert (
        Outcome.PASSED == sound().bullets("Grew US sales by 40 percent in 3 years").review().of("FIRST_PERSON").outcome
    )


def test_an_address_with_a_blank_is_malformed_and_not_missing() -> None:
    """Telling somebody who wrote an address that there is none helps nobody."""
    report = sound().basics(email=None).on_top("marlene @ beispiel").review()

    assert Outcome.FAILED == report.of("MALFORMED_EMAIL").outcome
    assert Outcome.PASSED == report.of("MISSING_EMAIL").outcome


def test_a_labelled_number_that_cannot_be_dialled_is_not_missing() -> None:
    """As with the address."""
    report = sound().basics(phone=None).on_top("Phone: ask my mother").review()

    assert Outcome.FAILED == report.of("UNPARSEABLE_PHONE").outcome
    assert Outcome.PASSED == report.of("MISSING_PHONE").outcome


def test_without_contact_data_there_is_nothing_to_be_malformed() -> None:
    """Not applicable: the missing address is another rule's finding."""
    report = sound().basics(email=None, phone=None, profiles=()).review()

    codes = ("MALFORMED_EMAIL", "UNPARSEABLE_PHONE", "LINK_WITHOUT_SCHEME")
    assert {Outcome.NOT_APPLICABLE} == {report.of(code).outcome for code in codes}


def test_gaps_are_not_assessed_without_months() -> None:
    """From 2021 to 2021 may be one month or twelve."""
    report = sound().period("2021 - present", "2021", "now").review()

    assert {Outcome.NOT_ASSESSED} == {report.of(code).outcome for code in ("GAP", "OVERLAP")}


def test_education_by_year_alone_hides_no_gap_and_makes_none() -> None:
    """A year alone is taken at its widest."""
    cv = sound()
    school = cv.resume.education[0]
    by_year = cv.told(
        education=(type(school)(id="e0", institution=school.institution, period=period("2012 - 2017", "2012", "2017")),)
    )

    assert Outcome.PASSED == by_year.review().of("GAP").outcome


def test_a_year_beside_a_month_is_not_reversed() -> None:
    """2019-04 to 2019 is in order: the end may be any month of that year."""
    assert (
        Outcome.PASSED
        == sound().period("Apr 2019 - 2019", "2019-04", "2019", number=1).review().of("REVERSED_PERIOD").outcome
    )


def test_missing_and_unreadable_dates_are_two_things() -> None:
    """Where something is written, it is not missing."""
    report = sound().period("a long time", "", "", number=1).review()

    assert Outcome.PASSED == report.of("MISSING_DATE").outcome
    assert "a long time" == report.of("UNPARSEABLE_DATE").findings[0].evidence


def test_letters_standing_alone_are_garbled() -> None:
    """Letter-spaced headings fall apart into single letters."""
    lines = tuple(Line(number=n, text="C U R R I C U L U M") for n in range(1, 4))

    assert Outcome.FAILED == sound().drawn(lines=lines).review().of("GARBLED_TEXT").outcome


def test_a_run_of_lines_in_a_table_is_one_finding() -> None:
    """A table of ten rows is one thing to mend."""
    cv = (
        sound()
        .drawn(format=Format.DOCX)
        .lines("one", "two", part=Part.TABLE)
        .lines("body")
        .lines("three", part=Part.TABLE)
    )

    assert ["one", "three"] == [finding.evidence for finding in cv.review().of("TEXT_IN_TABLES").findings]


def test_hidden_text_is_shown_with_why_nobody_sees_it() -> None:
    """The person has to find it in the file."""
    finding = sound().lines("hire me", hidden=Hidden.OFF_PAGE).review().of("HIDDEN_TEXT").findings[0]

    assert ("outside the page: hire me", 1) == (finding.evidence, finding.page)


def test_long_evidence_is_cut() -> None:
    """The place says where the rest is."""
    evidence = sound().bullets("Built " * 100).review().of("TOO_LONG").findings[0].evidence

    assert (200, "\u2026") == (len(evidence), evidence[-1])


def test_findings_come_in_the_order_of_the_document() -> None:
    """The tenth position comes after the ninth."""
    cv = sound()
    works = tuple(type(cv.resume.work[0])(id=f"w{n}", highlights=points("Built it")) for n in range(12))
    pointers = [finding.pointer for finding in cv.told(work=works).review().of("TOO_SHORT").findings]

    assert [f"/work/{n}/highlights/0" for n in range(12)] == pointers


def test_an_academic_cv_gets_no_advice_unless_asked() -> None:
    """Three publications make one; what software loses is said all the same."""
    cv = sound().told(items=items(SectionKind.PUBLICATIONS, "Tides I", "Tides II", "Tides III"))
    advised = [rule for rule in cv.review(advice=Advice.DEFAULT).rules if rule.heading is Heading.ADVICE]

    assert {Outcome.NOT_ASSESSED} == {rule.outcome for rule in advised}
    assert Outcome.PASSED == cv.review(advice=Advice.ALL).of("WEAK_START").outcome
    assert Outcome.PASSED == cv.review(advice=Advice.DEFAULT).of("MISSING_NAME").outcome


def test_rules_that_are_off_by_default_say_so() -> None:
    """A photograph is customary in some countries."""
    assert Outcome.NOT_ASSESSED == sound().review(advice=Advice.DEFAULT).of("PHOTO").outcome
    assert Outcome.NOT_ASSESSED == sound().review(advice=Advice.NONE).of("WEAK_START").outcome


def test_a_skill_counts_as_evidenced_under_any_of_its_names() -> None:
    """Postgres in a bullet answers PostgreSQL in the list."""
    cv = sound().told(skills=skills("PostgreSQL", "Tide gauges")).bullets("Moved 18 databases to Postgres")

    assert Outcome.PASSED == cv.review().of("SKILL_NOT_EVIDENCED").outcome


def test_the_summary_counts_fields_and_names_those_not_recovered() -> None:
    """4 of the person, 4 for each of two positions, 3 of the education, 1 for the skills."""
    cv = sound().basics(phone=None).work(1, employer=None).told(education=())
    summary = cv.review().summary

    assert (11, 14) == (summary.recovered, summary.expected)
    assert ("/basics/phone", "/work/1/name", "/education") == summary.not_recovered
    assert (16, 16) == (sound().review().summary.recovered, sound().review().summary.expected)


def test_the_day_decides_what_is_in_the_future() -> None:
    """Today is an argument, so a report can be repeated."""
    cv: Cv = FAILS["FUTURE_DATE"](sound())
    later = review(cv.document, cv.resume, today=date(2027, 6, 1), advice=Advice.ALL)

    assert Outcome.PASSED == later.of("FUTURE_DATE").outcome


def test_the_language_of_the_cv_has_no_part_in_its_languages() -> None:
    """A CV in English may list German only."""
    cv = sound().told(languages=(Spoken(id="l0", language=text("Deutsch")),))

    assert "en" == cv.review().document.language
