"""`lading cv lint` in a process of its own: what it imports, what it touches, and that it always says the same."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.cli.cv import cv
from tests.integration.cv.samples import DAY, RESUME


def _run(*arguments: object, before: str = "", seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the command in a fresh process; `before` is Python that comes first."""
    code = f"{before}\nimport sys\nfrom lading.cli.main import main\nsys.argv = ['lading', *sys.argv[1:]]\nmain()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


_TELL_MODULES = """
import atexit, sys
heavy = {"django", "celery", "kombu", "redis", "boto3", "botocore", "irods", "socketserver", "httpx", "requests"}
atexit.register(lambda: print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
"""

_NO_NETWORK = """
import sys
def _deny(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind"}:
        raise SystemExit("the network was used")
sys.addaudithook(_deny)
"""


def test_no_framework_is_imported(resume: Path, job: Path) -> None:
    """Neither Django nor Celery nor a client of anything is loaded, in a process of its own."""
    found = _run("cv", "lint", resume, "--job", job, before=_TELL_MODULES)

    assert 0 == found.returncode, found.stderr
    assert "[]" == found.stderr.strip()


def test_no_network_is_used(resume: Path, job: Path) -> None:
    """A process that may not open a connection gives the same output."""
    arguments = ("cv", "lint", resume, "--job", job, "--json", *DAY)
    denied = _run(*arguments, before=_NO_NETWORK)

    assert 0 == denied.returncode, denied.stderr
    assert _run(*arguments).stdout == denied.stdout


def test_the_same_file_gives_the_same_bytes(resume: Path, job: Path) -> None:
    """In two processes with other seeds of hashing, where sets come in other orders."""
    outputs = set()
    for seed in ("1", "2", "3"):
        found = _run("cv", "lint", resume, "--job", job, "--json", "--advice", "all", *DAY, seed=seed)
        outputs.add(hashlib.sha256(found.stdout.encode()).hexdigest())

    assert 1 == len(outputs)


def _shuffled(value: Any, source: random.Random) -> Any:
    """Return a JSON value with the keys of every object in another order; lists keep theirs."""
    if isinstance(value, dict):
        keys = list(value)
        source.shuffle(keys)
        return {key: _shuffled(value[key], source) for key in keys}
    return [_shuffled(item, source) for item in value] if isinstance(value, list) else value


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(resume: Path, job: Path, source: random.Random) -> None:
    """Two files that say the same get the same report, to the byte."""
    resume.write_text(json.dumps(RESUME), encoding="utf-8")
    arguments = ["lint", str(resume), "--job", str(job), "--json", "--advice", "all", *DAY]
    plain = CliRunner().invoke(cv, arguments).stdout
    resume.write_text(json.dumps(_shuffled(RESUME, source)), encoding="utf-8")

    assert plain == CliRunner().invoke(cv, arguments).stdout
    assert json.loads(plain)["rules"]


def test_it_starts_quickly(resume: Path) -> None:
    """Under a second from the start of the process; the best of three, for the machine may be busy."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        _run("cv", "lint", resume)
        took.append(time.perf_counter() - began)

    assert min(took) < 1.0
