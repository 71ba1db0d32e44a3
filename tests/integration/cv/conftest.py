"""A sound CV and an advertisement, in files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Start a fake model as a process of its own; return its address."""
    command = [sys.executable, "-m", "tests.integration.cv.fake_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        server.kill()
