"""A sound CV and an advertisement, in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cv.samples import JOB, RESUME


@pytest.fixture
def resume(tmp_path: Path) -> Path:
    """Return a sound CV in a file."""
    path = tmp_path / "cv.json"
    path.write_text(json.dumps(RESUME), encoding="utf-8")
    return path


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """Return an advertisement in a file."""
    path = tmp_path / "job.txt"
    path.write_text(JOB, encoding="utf-8")
    return path
