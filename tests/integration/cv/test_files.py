"""From files of other writers to findings: what was put into the file is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.cv.engine.lint.catalogue import Heading
from lading.cv.engine.lint.file import lint
from lading.cv.engine.lint.findings import Outcome
from lading.cv.engine.resume import WORK
from tests.unit.cv.lint.workshop import TODAY

FILES = Path(__file__).parents[2] / "corpus" / "cv" / "files"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("mara.pdf", set()),
        ("mara.txt", set()),
        ("leonie.json", set()),
        ("tobias.txt", set()),
        ("cleo.pdf", {"READERS_DISAGREE", "TWO_COLUMNS"}),
        ("henrik.pdf", {"HIDDEN_TEXT", "DATE_WITHOUT_MONTH"}),
        ("noor.docx", {"HIDDEN_TEXT"}),
        ("jonas.docx", {"TEXT_IN_TABLES"}),
        ("jonas.md", set()),
    ],
)
def test_what_a_file_loses_is_found(name: str, codes: set[str]) -> None:
    """Two columns, tables, hidden text, dates without months; and of a plain file nothing."""
    report = lint(FILES / name, today=TODAY)
    lost = {rule.code for rule in report.rules if rule.heading is Heading.LOSES and rule.outcome is Outcome.FAILED}

    assert codes == lost
    assert report.summary.recovered == report.summary.expected


def test_a_finding_names_the_place_in_the_file() -> None:
    """Page and line, counted from 1, of the text it shows."""
    finding = lint(FILES / "henrik.pdf", today=TODAY).of("DATE_WITHOUT_MONTH").findings[0]

    assert (f"{WORK}/0", 1, True) == (finding.pointer, finding.page, finding.line > 1)


def test_short_names_of_months_are_no_other_way_of_writing() -> None:
    """March is spelt out in German with four letters."""
    report = lint(FILES / "leonie.docx", today=TODAY)

    assert Outcome.PASSED == report.of("MIXED_DATE_FORMATS").outcome


def test_an_empty_section_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    """A heading with nothing under it, in a file that has nothing else."""
    path = tmp_path / "cv.txt"
    path.write_text("Marlene Beispiel\nmarlene@beispiel.example\n\nExperience\n\nEducation\n", encoding="utf-8")
    report = lint(path, today=TODAY)

    assert ["Experience", "Education"] == [finding.evidence for finding in report.of("EMPTY_SECTION").findings]


@pytest.mark.parametrize("line", ["a" * 150_000 + "@", "a@" + "a." * 75_000, "+" * 150_000, "I " * 75_000])
@pytest.mark.timeout(20)
def test_a_hostile_line_costs_no_more_than_its_length(tmp_path: Path, line: str) -> None:
    """No pattern goes over a line again from each of its characters."""
    path = tmp_path / "cv.txt"
    path.write_text(f"Marlene Beispiel\n{line}\n\nExperience\n", encoding="utf-8")

    assert 1 == lint(path, today=TODAY, job="- Python").schema
