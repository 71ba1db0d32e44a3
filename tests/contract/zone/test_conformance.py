"""How the run of the client's own tests is judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lading.zone import conformance
from lading.zone.conformance import Outcome, Result, Verdict, judge


@pytest.mark.parametrize(
    ("outcome", "expected_to_fail", "verdict"),
    [
        (Outcome.PASSED, False, Verdict.PASSED),
        (Outcome.PASSED, True, Verdict.UNEXPECTED),
        (Outcome.FAILED, False, Verdict.UNEXPECTED),
        (Outcome.FAILED, True, Verdict.FAILED_AS_EXPECTED),
        (Outcome.ERROR, False, Verdict.UNEXPECTED),
        (Outcome.ERROR, True, Verdict.FAILED_AS_EXPECTED),
        (Outcome.SKIPPED, False, Verdict.SKIPPED),
        (Outcome.SKIPPED, True, Verdict.UNEXPECTED),
    ],
)
def test_the_list_of_expected_failures_may_only_shrink(
    outcome: Outcome, expected_to_fail: bool, verdict: Verdict
) -> None:
    """An expected failure that passes, or that did not run, is as wrong as an unexpected failure."""
    assert verdict == judge(outcome, expected_to_fail=expected_to_fail)


def test_a_test_without_an_outcome_is_an_error(tmp_path: Path) -> None:
    """A module that is stopped half-way loses no test."""
    report = tmp_path / "report.jsonl"
    lines = [
        {"test": "irods.test.a_test.T.test_one", "outcome": "planned", "detail": ""},
        {"test": "irods.test.a_test.T.test_two", "outcome": "planned", "detail": ""},
        {"test": "irods.test.a_test.T.test_one", "outcome": "passed", "detail": ""},
        {"test": "irods.test.a_test.T.test_two", "outcome": "started", "detail": ""},
    ]
    report.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    results = conformance.read_report(report, "a_test", end="stopped")

    assert [Outcome.PASSED, Outcome.ERROR] == [result.outcome for result in results]
    assert ["", "stopped"] == [result.detail for result in results]


def test_a_module_without_any_test_is_an_error(tmp_path: Path) -> None:
    """A module that cannot be imported does not count as good."""
    results = conformance.read_report(tmp_path / "missing.jsonl", "a_test", end="ended at once")

    assert [Outcome.ERROR] == [result.outcome for result in results]


def test_an_expected_failure_that_passes_asks_to_be_taken_out() -> None:
    """The complaint names the file."""
    passed = Result(module="a_test", test="a_test.T.test_one", outcome=Outcome.PASSED)

    complaints = list(conformance.complaints([passed], {"a_test.T.test_one": "reason"}))

    assert ["a_test.T.test_one: passes now; take it out of conformance_expected.toml"] == complaints


def test_an_expected_failure_without_a_reason_is_refused(tmp_path: Path) -> None:
    """Each entry says why."""
    listed = tmp_path / "expected.toml"
    listed.write_text('[expected]\n"a_test.T.test_one" = " "\n', "utf-8")

    with pytest.raises(SystemExit, match=r"no reason for a_test\.T\.test_one"):
        conformance.expected_failures(listed)


def test_the_last_line_counts_everything() -> None:
    """The total is one line that a machine can read."""
    results = [
        Result(module="a_test", test="a_test.T.test_one", outcome=Outcome.PASSED),
        Result(module="a_test", test="a_test.T.test_two", outcome=Outcome.FAILED),
        Result(module="a_test", test="a_test.T.test_three", outcome=Outcome.SKIPPED),
    ]

    total = conformance.total(results, {"a_test.T.test_two": "reason"})

    assert "conformance: 1 passed, 1 failed as expected, 1 skipped, 0 unexpected" == total


def test_the_expected_failures_of_the_zone_have_reasons_and_belong_to_modules_that_run() -> None:
    """The shipped list can be read."""
    expected = conformance.expected_failures()
    modules = conformance.client_modules(conformance.client_test_folder())

    assert [] == [test for test in expected if test.partition(".")[0] not in modules]
