"""The page of the cases of CV reviews: every one is there, and the tests that it names exist."""

from __future__ import annotations

import re

import pytest

from tests.integration.ingest.table import table
from tests.unit.test_fault_cases import TESTS

CASES = table("cv-acceptance.md", "cv-acceptance")
NUMBERS = [str(number) for number in range(1, 15)]


def test_every_case_has_its_row() -> None:
    """In order, and none that does not exist."""
    assert NUMBERS == list(CASES)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_the_page_says_of_a_case_is_shown_by_tests(number: str) -> None:
    """By each of those that are named."""
    cell = CASES[number]["test"]
    names = re.findall(r"`(\w+)`", cell)

    assert names, cell
    assert cell == ", ".join(f"`{name}`" for name in names)
    assert set() == set(names) - TESTS
    assert CASES[number]["what holds"]
