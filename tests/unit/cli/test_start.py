"""What the commands import before they do anything: help has to come at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from lading.cli.main import main
heavy = {"pydantic", "django", "celery", "kombu", "redis", "irods", "boto3", "cryptography"}
for words in (["--help"], ["--version"], ["sync", "--help"], ["runs", "--help"], ["show", "--help"], ["worker", "--help"]):
    main(words, standalone_mode=False)
    print("loaded:", words, sorted(heavy & sys.modules.keys()), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def loaded() -> list[str]:
    """Return what a process of its own had loaded after each of the commands."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    return [line for line in ended.stderr.splitlines() if line.startswith("loaded:")]


def test_help_needs_no_settings_and_no_framework(loaded: list[str]) -> None:
    """Each of these would more than double the time until somebody sees the help."""
    assert len(loaded) == 6
    assert [line for line in loaded if not line.endswith("[]")] == []
