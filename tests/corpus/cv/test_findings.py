"""What a check of each CV of the corpus has to say, and what it must not: held against files written before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.lint.review import Advice, review
from tests.corpus.cv.measure import names, read, truth

pytestmark = pytest.mark.timeout(900)
_TODAY = date(2026, 11, 21)
#: CV -> what a check says of it in error, and why that stays
_KNOWN = {"prose.pdf": ["MISSING_LOCATION is said"]}  # a place of one word after two gaps


def _expected(name: str) -> dict[str, list[str]]:
    findings = truth(name)["findings"]
    assert isinstance(findings, dict)
    return findings


def _wrong(name: str) -> Iterator[str]:
    """Yield each rule of which a CV was expected to hear the other thing."""
    document, resume = read(name)
    report = review(document, resume, today=_TODAY, advice=Advice.ALL)
    outcomes = {rule.code: rule.outcome for rule in report.rules}
    findings = _expected(name)
    yield from (f"{code} is silent" for code in findings["fail"] if outcomes[code] is not Outcome.FAILED)
    yield from (f"{code} is said" for code in findings["do not fail"] if outcomes[code] is Outcome.FAILED)


@pytest.mark.parametrize("name", [name for name in names() if not truth(name)["held_out"]])
def test_the_check_says_what_a_person_would(name: str) -> None:
    """Every rule that has to speak does, and none that has to be silent."""
    assert _KNOWN.get(name, []) == list(_wrong(name))


def test_the_check_is_seldom_wrong_about_what_was_never_looked_at() -> None:
    """Held out: counted, not shown; at most so many of all expected answers may be other ones."""
    chosen = [name for name in names() if truth(name)["held_out"]]
    wrong = sum(len(list(_wrong(name))) for name in chosen)
    expected = sum(len(codes) for name in chosen for codes in _expected(name).values())
    print(f"\n{expected - wrong} of {expected} answers as expected")

    assert wrong <= 0.03 * expected
