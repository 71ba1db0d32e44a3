"""
A check that did not run never looks like a check that passed.

A test that needs what this machine lacks calls `not_run("why")`. The summary lists every test that did not run with its
reason; where CI=true, each one that is not a named exception fails the session.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import NoReturn

import pytest

#: pattern of a test's name -> why it may be missing in CI as well
EXCEPTIONS: dict[str, str] = {
    "tests/integration/cv/test_cv_apart.py::*": "many containers let nobody make a network of their own",
}


def not_run(reason: str) -> NoReturn:
    """End the test: it did not run, for this reason."""
    pytest.skip(reason)


def in_ci() -> bool:
    """Say whether a test that did not run is an error."""
    return os.environ.get("CI", "").lower() in {"true", "1"}


def is_excepted(name: str) -> bool:
    """Say whether a test may be missing in CI."""
    return any(fnmatch(name, pattern) for pattern in EXCEPTIONS)


class NotRun:
    """Collects every skip, whoever asked for it."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a skipped test; an expected failure did run."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.found.append((report.nodeid, _reason(report.longrepr)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a skipped module."""
        if report.skipped:
            self.found.append((report.nodeid, _reason(report.longrepr)))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what did not run."""
        if self.found:
            terminalreporter.section(f"{len(self.found)} NOT RUN", sep="=", yellow=True)
            for line in self._lines():
                terminalreporter.write_line(line)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail in CI."""
        if (
            in_ci()
            and session.exitstatus == pytest.ExitCode.OK
            and any(not is_excepted(name) for name, _ in self.found)
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _lines(self) -> Iterator[str]:
        for name, reason in self.found:
            verdict = "  [an error in CI]" if in_ci() and not is_excepted(name) else ""
            yield f"{name}: {reason}{verdict}"


def pytest_configure(config: pytest.Config) -> None:
    """Listen to this session."""
    config.pluginmanager.register(NotRun(), "not-run")


def _reason(longrepr: object) -> str:
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(text).removeprefix("Skipped: ")
