"""Every rule fails on a CV that has its fault and passes on one that has not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.cv.engine.lint.catalogue import catalogue
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.lint.review import questions
from lading.cv.engine.values import Format, Hidden, Language, Line, Part
from tests.unit.cv.lint.spoilt import FAILS, PASSES, UNKNOWN
from tests.unit.cv.lint.workshop import period, skills, sound

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


def test_a_skill_counts_as_evidenced_under_any_of_its_names() -> None:
    """Postgres in a bullet answers PostgreSQL in the list."""
    cv = sound().told(skills=skills("PostgreSQL", "Tide gauges")).bullets("Moved 18 databases to Postgres")

    assert Outcome.PASSED == cv.review().of("SKILL_NOT_EVIDENCED").outcome


@pytest.mark.parametrize(("level", "outcome"), [(2, Outcome.FAILED), (3, Outcome.PASSED)])
def test_a_heading_that_only_the_file_knows_is_nonstandard(level: int, outcome: Outcome) -> None:
    """At the level of the known ones; a deeper one is the title of an entry, and the name is no heading."""
    cv = sound()
    known = {section.line for section in cv.resume.sections if section.heading}
    lines = tuple(replace(line, heading=2 if line.number in known else 0) for line in cv.document.lines)
    marked = cv.drawn(lines=(replace(lines[0], heading=2), *lines[1:])).lines("Where I worked", heading=level)

    assert outcome == marked.review().of("NONSTANDARD_HEADING").outcome


def test_headings_are_judged_where_none_was_understood() -> None:
    """A file that marks its headings says what they are, even if each is of its own invention."""
    cv = sound().told(sections=()).lines("Where I worked", heading=1)

    assert ["Where I worked"] == [f.evidence for f in cv.review().of("NONSTANDARD_HEADING").findings]
    assert Outcome.NOT_ASSESSED == sound().told(sections=()).review().of("NONSTANDARD_HEADING").outcome


def test_an_adverb_may_come_before_the_verb() -> None:
    """And a bullet of figures alone begins with no word at all."""
    assert Outcome.PASSED == sound().bullets("Successfully led 3 teams").review().of("NO_ACTION_VERB").outcome
    assert Outcome.PASSED == sound().bullets("2019", "2020", "2021").review().of("REPEATED_VERB").outcome


def test_an_undated_education_covers_no_time() -> None:
    """Nor does it leave a gap."""
    cv = sound()
    school = replace(cv.resume.education[0], period=period("long ago", "", ""))

    assert Outcome.PASSED == cv.told(education=(school,)).review().of("GAP").outcome
