"""A child that was started ahead reads one file as any other child, and stays no longer than its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from lading.cv.engine.errors import Broken
from lading.cv.engine.extract import extract_bytes, get_ready
from lading.cv.engine.extract.children import reader
from tests.unit.cv.extract.files import docx, paragraph, pdf, show

CONTENT = pdf(show("Ines Tannwald, Ingenieurin"))
PARENT = """
import sys
from lading.cv.engine.extract import children
children.get_ready()
print(children._ready[0].pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    """Begin and end without a child."""
    _end()
    yield
    _end()


def _end() -> None:
    with reader() as child:
        child.kill()


def _waiting() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "--ahead" in _words(child)]


def _words(child: psutil.Process) -> list[str]:
    """Return the command of a child; one that has just begun has none for a moment."""
    while True:
        try:
            if words := child.cmdline():
                return words
        except (psutil.ZombieProcess, psutil.NoSuchProcess):
            return []
        os.sched_yield()


@pytest.mark.parametrize("content", [CONTENT, docx(paragraph("Ines Tannwald, Ingenieurin"))], ids=["pdf", "docx"])
def test_it_reads_what_another_one_reads_and_one_file_only(content: bytes) -> None:
    """It is the one that waited, and is gone afterwards; nobody starts another one unasked."""
    fresh = extract_bytes(content)
    get_ready()
    get_ready()
    (child,) = _waiting()

    ahead = extract_bytes(content)

    assert fresh == ahead
    assert [] == _waiting()
    assert not child.is_running()
    assert fresh == extract_bytes(content)


def test_one_that_died_meanwhile_is_missed_by_nobody() -> None:
    """A new one is started in its place."""
    get_ready()
    _waiting()[0].kill()
    while _waiting():
        os.sched_yield()

    assert "Ines Tannwald, Ingenieurin" == extract_bytes(CONTENT).lines[0].text


def test_its_limits_are_those_of_its_order() -> None:
    """It may no more write a file than any other child: it is confined before it sees the file."""
    get_ready()
    child = psutil.Process(_waiting()[0].pid)
    assert (-1, -1) == child.rlimit(psutil.RLIMIT_FSIZE)
    with pytest.raises(Broken):
        extract_bytes(b"%PDF-1.7 broken")
    assert not child.is_running()


def test_it_ends_with_its_parent() -> None:
    """Also if that one is killed."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    assert [] == psutil.wait_procs([child], timeout=20)[1]
