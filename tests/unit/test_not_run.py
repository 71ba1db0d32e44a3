"""The list of tests that did not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SUITE = """
import pytest
from tests.not_run import not_run

def test_that_runs():
    pass

def test_that_lacks_something():
    not_run("no PostgreSQL on this machine")

@pytest.mark.xfail(reason="known", strict=True)
def test_that_fails_as_expected():
    assert False
"""


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_what_did_not_run_is_listed_and_an_error_in_ci(tmp_path: Path, ci: str, status: int) -> None:
    """A missing service never looks like a passed test; an expected failure did run."""
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p tests.not_run -p no:cacheprovider\n")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode == status
    assert "1 NOT RUN" in ran.stdout
    assert "test_suite.py::test_that_lacks_something: no PostgreSQL on this machine" in ran.stdout
    assert ("an error in CI" in ran.stdout) == bool(ci)
