"""The page of known defects: every number is there, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.ingest.table import table

DEFECTS = table("known-defects.md", "defects")
NUMBERS = [f"B{number}" for number in range(1, 35)]

_TEST = re.compile(r"^def (test_(?:case_\d+_)?(b\d+)_\w+)", re.MULTILINE)
_FILES = sorted(Path(__file__).parents[1].rglob("test_*.py"))
#: name and number of each test that is named after a defect
NAMED = {name: number.upper() for file in _FILES for name, number in _TEST.findall(file.read_text())}


def test_every_number_has_its_row() -> None:
    """In order, and none that does not exist."""
    assert NUMBERS == list(DEFECTS)
    assert set(NUMBERS) >= set(NAMED.values())


@pytest.mark.parametrize("number", NUMBERS)
def test_what_the_page_says_of_a_defect_is_shown_by_a_test(number: str) -> None:
    """By each of those that are named."""
    cell = DEFECTS[number]["test"]
    names = re.findall(r"`(\w+)`", cell)

    assert cell == ", ".join(f"`{name}`" for name in names)
    assert dict.fromkeys(names, number) == {name: NAMED.get(name) for name in names}
    assert names
    assert DEFECTS[number]["here"]
