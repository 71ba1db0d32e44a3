"""The page of faults: every case is there, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.ingest.table import table

FAULTS = table("faults.md", "faults")
NUMBERS = [str(number) for number in range(1, 58)]

_FILES = sorted(Path(__file__).parents[1].rglob("*.py"))
TESTS = {name for file in _FILES for name in re.findall(r"^ *def (test_\w+)", file.read_text(), re.MULTILINE)}


def test_every_case_has_its_row() -> None:
    """In order, and none that does not exist."""
    assert NUMBERS == list(FAULTS)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_the_page_says_of_a_case_is_shown_by_tests(number: str) -> None:
    """By each of those that are named."""
    cell = FAULTS[number]["test"]
    names = re.findall(r"`(\w+)`", cell)

    assert names, cell
    assert cell == ", ".join(f"`{name}`" for name in names)
    assert set() == set(names) - TESTS
    assert FAULTS[number]["what happens"]


def test_a_test_that_is_named_after_a_case_stands_in_its_row() -> None:
    """Nobody has to search for it."""
    named = {name: str(int(found[1])) for name in TESTS if (found := re.match(r"test_(?:case|fault)_(\d+)_", name))}

    assert {} == {name: number for name, number in named.items() if name not in FAULTS[number]["test"]}
