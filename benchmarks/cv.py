"""
CV reviews under load: what a crowd waits for.

A crowd asks while a hundred reviews wait for a slow model, and a hundred reviews are begun at once. Then the web checks one CV.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil
from tests.integration.cv.samples import RESUME

from benchmarks.cv_alone import alone, three_pages
from benchmarks.open_loop import Request, Took, p95, send
from benchmarks.place import LADING, ROOT, Place, await_that, end, place
from benchmarks.rows import Row, at_least, at_most

#: reviews that wait for the model
RUNS = 100
PEOPLE = 10
#: seconds that the model thinks about each section
MODEL = "sleeps-20"
#: requests, and for how many seconds
PER_SECOND = 10
SECONDS = 30.0
_BOUNDARY = "lading-benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who asks by program and by browser."""

    token: str
    cookie: str

    def api(self, name: str, path: str) -> Request:
        """Return a request that looks."""
        return Request(name=name, path=f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, name: str, path: str, kind: str, body: bytes) -> Request:
        """Return a request that sends something."""
        looks = self.api(name, path)
        return replace(looks, method="POST", headers={**looks.headers, "Content-Type": kind}, body=body)

    def page(self, name: str, path: str) -> Request:
        """Return a request for a page."""
        return Request(name=f"page {name}", path=path, headers={"Cookie": self.cookie})

    def json(self, name: str, path: str, value: object) -> Request:
        """Return a request that sends JSON."""
        return self.post(name, path, "application/json", json.dumps(value).encode())

    def file(self, name: str, path: str, content: bytes) -> Request:
        """Return a request that sends a file as a form does."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="cv"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
        return self.post(name, path, f"multipart/form-data; boundary={_BOUNDARY}", body)


def cv(folder: Path, scale: float) -> Iterator[Row]:
    """Measure all of it."""
    yield from alone(folder)
    runs = max(int(RUNS * scale), PEOPLE)
    with _fake_model() as model, place(folder / "load", **_settings(model)) as home:
        people = _people(home)
        # what waits for the model has workers of its own, as it should
        with (
            home.workers([*LADING, "worker", "--queues", "cv"], slots=2),
            _asking(home),
            _served(home) as (address, web),
        ):
            begun = _reviews(address, people, runs)
            _await_waiting(home, runs)
            yield Row(name="reviews in flight", measured=_open(home), bound=at_least(runs))
            yield from _crowd(address, begun, web, SECONDS * min(scale * 10, 1))
            yield from _burst(address, begun, web)
            yield from _checks(address, people[0], three_pages())


def _settings(model: str) -> Mapping[str, str]:
    own = {
        "MODEL_URL": model,
        "MODEL_NAME": MODEL,
        "MODEL_CALLS_AT_ONCE": "4",
        "LINTS_PER_MINUTE": "100000",
        "UPLOADS_PER_DAY": "100000",
        "REVIEWS_PER_DAY": "100000",
        "DOCUMENTS": "1000",
    }
    return {f"LADING_CV__{name}": value for name, value in own.items()}


@contextmanager
def _fake_model() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.integration.cv.fake_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        server.kill()


@contextmanager
def _asking(home: Place) -> Iterator[None]:
    worker = home.begin([*LADING, "worker", "--queues", "cv-ai", "--slots", "4"], "asking.log")
    try:
        yield
    finally:
        end(worker)


@contextmanager
def _served(home: Place) -> Iterator[tuple[str, psutil.Popen]]:
    file = home.folder / "address"
    process = home.begin([*LADING, "web", "--listen", "127.0.0.1:0", "--address-file", str(file)], "web.log")
    try:
        await_that(file.exists, process, home.folder / "web.log")
        address = file.read_text().strip()
        await_that(lambda: _answers(address), process, home.folder / "web.log")
        yield address, process
    finally:
        end(process)


def _answers(address: str) -> bool:
    """Say whether the web takes requests: its address is known a little earlier."""
    return send(address, [Request(name="", path="/api/v1/me")])[0].status != 0


def _people(home: Place) -> Sequence[Person]:
    command = [sys.executable, "-m", "benchmarks.full_cv", str(PEOPLE)]
    said = subprocess.run(command, env=home.environment, check=True, capture_output=True, text=True).stdout
    return [Person(**one) for one in json.loads(said)]


# --- the load ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A review and what it is of."""

    person: Person
    document: int
    review: int
    run: int


def _told(address: str, asked: Request) -> Any:  # noqa: ANN401 - whatever JSON says
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    connection.request(asked.method, asked.path, body=asked.body or None, headers=dict(asked.headers))
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise RuntimeError(f"{asked.path}: {answer.status} {said[:300]!r}")
    return json.loads(said)


def _reviews(address: str, people: Sequence[Person], number: int) -> Sequence[Begun]:
    """Begin so many reviews with the model, one after the other."""
    found = []
    for each in range(number):
        person = people[each % len(people)]
        content = json.loads(json.dumps(RESUME))
        content["basics"]["summary"] += f" For {each} years."
        for job in content["work"]:
            job["highlights"] = [f"{text} in year {each}" for text in job["highlights"]]
        document = _told(address, person.file("", "/cv/documents", json.dumps(content).encode()))["id"]
        told = _told(address, person.json("", f"/cv/documents/{document}/reviews", {"model": MODEL}))
        found.append(Begun(person=person, document=document, review=told["id"], run=told["run"]))
    return found


def _open(home: Place) -> int:
    return int(home.rows("SELECT count(*) FROM orchestration_run WHERE ended_at IS NULL")[0][0])


def _await_waiting(home: Place, number: int) -> None:
    """Return once so many reviews wait for the model."""
    assert home.process is not None
    for _ in range(300):
        if home.rows("SELECT count(*) FROM orchestration_run WHERE stage = 'improving'")[0][0] >= number:
            return
        time.sleep(1)
    raise RuntimeError("the reviews did not come as far as the model")


def _looks(one: Begun, number: int) -> Sequence[Request]:
    """Return a request for everything that somebody may ask about a review."""
    person, document, shown = one.person, f"/cv/documents/{one.document}", f"/cv/reviews/{one.review}"
    gets = {
        "documents": "/cv/documents",
        "document": document,
        "original": f"{document}/original",
        "versions": f"{document}/versions",
        "changes": f"{document}/versions/1/changes",
        "outgoing": f"{document}/outgoing?model={MODEL}",
        "jobs": "/cv/jobs",
        "reviews": "/cv/reviews",
        "review": shown,
        "findings": f"{shown}/findings",
        "report": f"{shown}/report",
        "suggestions": f"{shown}/suggestions",
        "model": "/cv/model",
        "webhooks": "/cv/webhooks",
        "run": f"/runs/{one.run}",
    }
    pages = {"documents": "/cv/", "review": shown, "versions": f"{document}/versions"}
    return [
        *[person.api(name, path) for name, path in gets.items()],
        *[person.page(name, path) for name, path in pages.items()],
        replace(person.api("events", f"/runs/{one.run}/events"), is_stream=True),
        person.file("upload", "/cv/documents", f"Ada Beispiel, number {number}\n".encode()),
        person.json("job", "/cv/jobs", {"text": f"Requirements:\n- Python\n- {number} years\n"}),
        person.json("begin", f"{document}/reviews", {"model": MODEL}),
        person.json("accept safe", f"{shown}/decisions/safe", {"version": 1}),
        person.json("render", f"{document}/versions/1/renderings", {"format": "md"}),
    ]


def _crowd(address: str, begun: Sequence[Begun], web: psutil.Popen, seconds: float) -> Iterator[Row]:
    number = int(seconds * PER_SECOND)
    requests: list[Request] = []
    for begin in islice(cycle(begun), number):
        looks = _looks(begin, len(requests))
        # another one of each review's, so that each is asked as often as any other
        requests.append(replace(looks[len(requests) % len(looks)], at=len(requests) / PER_SECOND))
    before = _used(web)
    took = send(address, requests)
    used = _used(web) - before
    by_name: dict[str, list[float]] = defaultdict(list)
    for one in took:
        by_name[one.name].append(one.wait)
    # a second decision about the same review is refused, as it should be
    bad = Counter(
        f"{one.name}, {one.status}" for one in took if not 200 <= one.status < 300 and one.name != "accept safe"
    )
    yield Row(name="crowd, requests", measured=len(took))
    yield Row(name="crowd, answers that are errors", measured=sum(bad.values()), bound=at_most(0))
    for name, number in bad.items():
        yield Row(name=f"crowd, answers of {name}", measured=number)
    for name, waits in sorted(by_name.items()):
        yield Row(name=f"crowd, {name}, median", measured=statistics.median(waits), unit="ms")
    yield Row(name="crowd, p95", measured=p95([one.wait for one in took]), unit="ms", bound=at_most(100))
    yield Row(name="crowd, processor time of web", measured=used * 1000 / len(took), unit="ms/request")


def _burst(address: str, begun: Sequence[Begun], web: psutil.Popen) -> Iterator[Row]:
    requests = [one.person.json("begin", f"/cv/documents/{one.document}/reviews", {"model": MODEL}) for one in begun]
    before = _used(web)
    took: Sequence[Took] = send(address, requests)
    used = _used(web) - before
    yield Row(name="burst, requests at once", measured=len(took))
    yield Row(name="burst, 202", measured=sum(one.status == 202 for one in took), bound=at_least(len(begun)))
    yield Row(name="burst, slowest", measured=max(one.wait for one in took) / 1000, unit="s", bound=at_most(2))
    yield Row(name="burst, processor time of web", measured=used * 1000 / len(took), unit="ms/request")


def _used(process: psutil.Popen) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _checks(address: str, person: Person, content: bytes) -> Iterator[Row]:
    waits = [send(address, [person.file("lint", "/cv/lint", content)])[0] for _ in range(6)]
    assert {200} == {one.status for one in waits}, waits
    seconds = [one.wait / 1000 for one in waits]
    yield Row(name="POST lint, three pages, slowest", measured=max(seconds), unit="s", bound=at_most(2))
    yield Row(name="POST lint, three pages, median", measured=statistics.median(seconds[1:]) * 1000, unit="ms")
