"""A report as a whole: order, summary, what is asked and what is not."""

from __future__ import annotations

from datetime import date

import pytest

import lading.cv
from lading.cv.engine.lint.catalogue import Heading, catalogue
from lading.cv.engine.lint.file import lint
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.lint.words import vocabulary
from lading.cv.engine.resume import WORK
from lading.cv.engine.values import Document, Format, Resume, SectionKind, Spoken
from tests.unit.cv.lint.spoilt import FAILS
from tests.unit.cv.lint.workshop import TODAY, Cv, items, points, sound, text

CODES = list(catalogue().rules)


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


def test_long_evidence_is_cut() -> None:
    """The place says where the rest is."""
    evidence = sound().bullets("Built " * 100).review().of("TOO_LONG").findings[0].evidence

    assert (200, "\u2026") == (len(evidence), evidence[-1])


def test_findings_come_in_the_order_of_the_document() -> None:
    """The tenth position comes after the ninth."""
    cv = sound()
    works = tuple(type(cv.resume.work[0])(id=f"w{n}", highlights=points("Built it")) for n in range(12))
    pointers = [finding.pointer for finding in cv.told(work=works).review().of("TOO_SHORT").findings]

    assert [f"{WORK}/{n}/highlights/0" for n in range(12)] == pointers


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


def test_the_summary_counts_fields_and_names_those_not_recovered() -> None:
    """4 of the person, 4 for each of two positions, 3 of the education, 1 for the skills."""
    cv = sound().basics(phone=None).work(1, employer=None).told(education=())
    summary = cv.review().summary

    assert (11, 14) == (summary.recovered, summary.expected)
    assert ("/basics/phone", f"{WORK}/1/name", "/education") == summary.not_recovered
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


def test_there_are_no_words_of_other_languages() -> None:
    """Asking for them is a mistake."""
    with pytest.raises(KeyError):
        vocabulary("fi")


def test_the_package_gives_lint_away() -> None:
    """`from lading.cv import lint` is the documented way in."""
    assert lint is lading.cv.lint
