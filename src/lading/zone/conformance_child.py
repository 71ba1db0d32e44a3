# ruff: noqa: N802 - the names of methods are those of unittest
"""Run one unittest module and write each test's outcome to a file, one JSON line at a time.

It runs in a process of its own, so that a module which aborts, hangs or changes the environment
spoils nothing but its own results.
"""

from __future__ import annotations

import json
import socket
import sys
import unittest
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO, TypeAlias

ErrorInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class RecordingResult(unittest.TestResult):
    """Write every outcome the moment it is known, so that nothing is lost when the process is killed."""

    def __init__(self, report: TextIO) -> None:
        super().__init__()
        self._report = report
        self._failing_parts: set[str] = set()

    def startTest(self, test: unittest.TestCase) -> None:
        """Note that the test began: one without an outcome was cut off."""
        super().startTest(test)
        self._write(test, "started")

    def addSuccess(self, test: unittest.TestCase) -> None:
        """Write a pass, unless a part of the test failed."""
        super().addSuccess(test)
        if test.id() not in self._failing_parts:
            self._write(test, "passed")

    def addFailure(self, test: unittest.TestCase, err: ErrorInfo) -> None:
        """Write a failed assertion."""
        super().addFailure(test, err)
        self._write(test, "failed", err)

    def addError(self, test: unittest.TestCase, err: ErrorInfo) -> None:
        """Write any other exception."""
        super().addError(test, err)
        self._write(test, "error", err)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Write that the test did not run, and why."""
        super().addSkip(test, reason)
        self._write(test, "skipped", detail=reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: ErrorInfo) -> None:
        """Write a pass: it ended as the test's author says."""
        super().addExpectedFailure(test, err)
        self._write(test, "passed")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """Write a failure: it ended otherwise than the test's author says."""
        super().addUnexpectedSuccess(test)
        self._write(test, "failed", detail="passed although its author expects a failure")

    def addSubTest(
        self,
        test: unittest.TestCase,
        subtest: unittest.TestCase,
        err: ErrorInfo | None,
    ) -> None:
        """Write a failure at the first part of a test that fails."""
        super().addSubTest(test, subtest, err)
        if err is not None and test.id() not in self._failing_parts:
            self._failing_parts.add(test.id())
            self._write(test, "failed", err)

    def _write(
        self,
        test: unittest.TestCase,
        outcome: str,
        err: ErrorInfo | None = None,
        *,
        detail: str = "",
    ) -> None:
        text = self._exc_info_to_string(err, test) if err else detail  # type: ignore[attr-defined]
        line = {"test": test.id(), "outcome": outcome, "detail": text}
        self._report.write(json.dumps(line) + "\n")
        self._report.flush()


def cases(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Yield the single tests of a suite, however deeply nested."""
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from cases(part)
        else:
            yield part


def main(module: str, report_path: str) -> None:
    """Run the tests of `module`; the report first names them all, then tells their outcomes."""
    # The tests compare addresses of host names to learn whether the server is on this machine. It is.
    socket.gethostname = lambda: "localhost"
    with open(report_path, "w", encoding="utf-8") as report:  # noqa: PTH123 - tests may change the working folder
        suite = unittest.defaultTestLoader.loadTestsFromName(module)
        planned = ({"test": case.id(), "outcome": "planned", "detail": ""} for case in cases(suite))
        report.writelines(json.dumps(line) + "\n" for line in planned)
        report.flush()
        suite.run(RecordingResult(report))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
