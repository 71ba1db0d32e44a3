"""
How long pages take with ten million outcomes in the ledger and eight workers busy on a zone that is 100 ms away.

Twenty people look at pages and call the API, each a second after the last answer came.
"""

from __future__ import annotations

import http.client
import json
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks import trees
from benchmarks.latency import far_away
from benchmarks.place import HOME_COLLECTION, LADING, Place, await_that, end, place
from benchmarks.rows import Row, at_most

OUTCOMES = 10_000_000
#: files that workers bring meanwhile
FILES = 40_000
SLOTS = 8
#: seconds each way to the zone
DELAY = 0.05
PEOPLE = 20
#: seconds that people look at pages
SECONDS = 60.0
#: milliseconds
_MOST = 300
_FIRST_PAINT = 1_000


def console(folder: Path, scale: float) -> Iterator[Row]:
    """Measure while files are brought."""
    with place(folder) as home:
        told = json.loads(_filled(home, int(OUTCOMES * scale)))
        source = trees.fill(folder / "source", max(int(FILES * scale), 400), per_folder=50, size=1024)
        with far_away(home, DELAY) as far, far.workers(slots=SLOTS), _served(home) as address:
            begun = [*LADING, "sync", str(source), f"{HOME_COLLECTION}/busy", "--workers", "0", "--detach"]
            subprocess.run(begun, env=far.environment, check=True, capture_output=True)
            waits = _visited(address, told)
            painted = _painted(address, told)
    everything = [wait for page in waits.values() for wait in page]
    yield Row(name="pages looked at, and calls made", measured=len(everything))
    for page, found in sorted(waits.items()):
        yield Row(name=f"{page}, p95", measured=_p95(found), unit="ms", bound=at_most(_MOST))
    yield Row(name="all pages and calls, p95", measured=_p95(everything), unit="ms", bound=at_most(_MOST))
    if painted is not None:
        yield Row(name="first paint of the run's page", measured=painted, unit="ms", bound=at_most(_FIRST_PAINT))


def _filled(home: Place, outcomes: int) -> str:
    command = [sys.executable, "-m", "benchmarks.full_console", str(outcomes)]
    return subprocess.run(command, env=home.environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def _served(home: Place) -> Iterator[str]:
    file = home.folder / "address"
    process = home.begin([*LADING, "web", "--listen", "127.0.0.1:0", "--address-file", str(file)], "web.log")
    try:
        await_that(file.exists, process, home.folder / "web.log")
        yield file.read_text().strip()
    finally:
        end(process)


def _pages(told: Mapping[str, object]) -> Mapping[str, str]:
    run, job = f"/runs/{told['run']}/", f"/jobs/{told['job']}/"
    return {
        "overview": "/",
        "overview, live": "/overview/live",
        "runs": "/runs/",
        "run": run,
        "run, live": f"{run}live",
        "run, course": f"{run}course",
        "run, all outcomes": f"{run}outcomes?outcome=",
        "run, a late page": f"{run}outcomes?outcome=created&after={30_000 << 20}",
        "run, one code": f"{run}outcomes?code=SOURCE_UNREADABLE",
        "run, a search": f"{run}outcomes?outcome=&q=well-77",
        "run, a search in vain": f"{run}outcomes?outcome=&q=nowhere",
        "jobs": "/jobs/",
        "job": job,
        "job, form": "/jobs/new",
        **_calls(f"/api/v1/runs/{told['run']}"),
    }


def _calls(run: str) -> Mapping[str, str]:
    """Return what programs ask, with the session of a page."""
    return {
        "API, runs": "/api/v1/runs",
        "API, run": run,
        "API, outcomes": f"{run}/outcomes",
        "API, outcomes late": f"{run}/outcomes?outcome=created&cursor={30_000 << 20}",
        "API, outcomes of a code": f"{run}/outcomes?code=SOURCE_UNREADABLE",
        "API, outcomes with a text": f"{run}/outcomes?text=well-77",
        "API, outcomes with a text in vain": f"{run}/outcomes?text=nowhere",
        "API, codes of a run": f"{run}/codes",
        "API, log": f"{run}/log",
        "API, jobs": "/api/v1/jobs",
        "API, job": "/api/v1/jobs/full",
        "API, health": "/api/v1/health",
        "API, limits": "/api/v1/limits",
    }


def _visited(address: str, told: Mapping[str, object]) -> Mapping[str, list[float]]:
    waits: dict[str, list[float]] = defaultdict(list)
    ends = time.monotonic() + SECONDS
    people = [threading.Thread(target=_look, args=(address, told, waits, ends)) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return waits


def _look(address: str, told: Mapping[str, object], waits: dict[str, list[float]], ends: float) -> None:
    pages = list(_pages(told).items())
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    time.sleep(random.random())
    while time.monotonic() < ends:
        name, path = random.choice(pages)
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": str(told["cookie"])})
        answer = connection.getresponse()
        answer.read()
        waits[name].append((time.perf_counter() - begun) * 1000)
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status}")
        time.sleep(1)


def _painted(address: str, told: Mapping[str, object]) -> float | None:
    """Return the milliseconds to the first paint of the large run's page, the median of five; None without Chromium."""
    program = shutil.which("chromium")
    if program is None:
        return None
    name, _, value = str(told["cookie"]).partition("=")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
        found = []
        for _ in range(5):
            page.goto(f"{address}/runs/{told['run']}/")
            entry = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            page.wait_for_timeout(500)
            found.append(float(page.evaluate(entry)))
        browser.close()
    return statistics.median(found)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]
