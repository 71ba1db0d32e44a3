"""What one check and one rendering of a CV take, without any load."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from tests.integration.cv.samples import RESUME

from benchmarks.place import LADING
from benchmarks.rows import Row, at_most
from lading.cv.engine.extract import extract_bytes, get_ready
from lading.cv.engine.lint.review import Advice, review
from lading.cv.engine.render import Output, Template
from lading.cv.engine.render.render import render
from lading.cv.engine.structure import structure

_DAY = date(2026, 11, 21)
_PAGES = 3
#: seconds in which a child is surely ready
_CHILD_S = 1.5


def alone(folder: Path) -> Iterator[Row]:
    """Measure the command and the engine, without any load."""
    folder.mkdir(parents=True, exist_ok=True)
    content, file = three_pages(), folder / "cv.pdf"
    file.write_bytes(content)
    walls = []
    environment = {**os.environ, "LADING_HOME": str(folder / "none"), "LADING_CONFIG": os.devnull}
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([*LADING, "cv", "lint", str(file), "--json"], env=environment, capture_output=True, check=False)
        walls.append(time.perf_counter() - begun)
    yield Row(name="lading cv lint, three pages, median", measured=statistics.median(walls), unit="s", bound=at_most(1))
    warm, used = _timed(partial(_lint, content), 10, _another_child)
    yield Row(name="lint, three pages, warm, median", measured=warm, unit="ms", bound=at_most(150))
    yield Row(name="lint, three pages, processor time", measured=used, unit="ms")
    resume = structure(extract_bytes(content))
    for template in Template:
        warm, used = _timed(partial(render, resume, Output.PDF, template), 5)
        yield Row(name=f"render, {template.value}, median", measured=warm, unit="ms", bound=at_most(300))


def _lint(content: bytes) -> None:
    document = extract_bytes(content)
    review(document, structure(document), today=_DAY, job=None, advice=Advice.DEFAULT)


def _another_child() -> None:
    """Let the child for the next file be there, as in a process that had time for it."""
    get_ready()
    time.sleep(_CHILD_S)


def _timed(act: Callable[[], object], times: int, between: Callable[[], object] = lambda: None) -> tuple[float, float]:
    """Return the median of the milliseconds that it takes, after one that loads what is needed; and the processor's."""
    act()
    waits, before = [], _processor()
    for _ in range(times):
        between()
        begun = time.perf_counter()
        act()
        waits.append((time.perf_counter() - begun) * 1000)
    return statistics.median(waits), (_processor() - before) * 1000 / times


def _processor() -> float:
    """Return the seconds of this process, and of the children that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def three_pages() -> bytes:
    """Return a PDF of three pages."""
    content = json.loads(json.dumps(RESUME))
    content["work"] = [{**job, "name": f"{job['name']} {each}"} for each in range(6) for job in content["work"]]
    resume = structure(extract_bytes(json.dumps(content).encode()))
    made = render(resume, Output.PDF, Template.PLAIN).content
    assert len(extract_bytes(made).pages) == _PAGES
    return made
