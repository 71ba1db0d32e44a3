"""CV reviews by real workers over real Redis, while workers die, Redis forgets, and the model is slow or gone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.conftest import ROOT, Place, wait_for
from tests.integration.cv.samples import RESUME

pytestmark = pytest.mark.acceptance

PLANTED = ("Marlene", "Beispiel", "Nordlicht", "Pegelamt", "marlene@", "buoys")
SECTIONS = 3


@pytest.fixture
def address() -> Iterator[str]:
    """Start a fake model as a process of its own; return its address."""
    command = [sys.executable, "-m", "tests.integration.cv.fake_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        server.kill()


def with_model(place: Place, address: str, name: str, **settings: str) -> Place:
    """Return the home for commands and workers that know the model."""
    own = {f"LADING_CV__{key.upper()}": value for key, value in settings.items()}
    return place.having(LADING_CV__MODEL_URL=address, LADING_CV__MODEL_NAME=name, **own)


def submit(place: Place, number: int = 0, *, model: str, job: Path | None = None) -> dict[str, Any]:
    """Submit a CV of its own, with an advertisement or without; return what the command said."""
    content = json.loads(json.dumps(RESUME))
    for work in content["work"]:
        work["highlights"] = [f"{text} in year {number}" for text in work["highlights"]]
    content["basics"]["summary"] += f" For {number} years."
    file = place.home.with_name(f"cv-{number}.json")
    file.write_text(json.dumps(content), encoding="utf-8")
    words = ["--job", str(job)] if job else []
    done = place.run("cv", "review", str(file), "--model", model, *words, "--json")
    assert done.code == 0, done.err
    return done.json


def contents(address: str) -> list[int]:
    """Return how often each content was sent to the model."""
    return sorted(httpx2.get(f"{address}/contents").json().values())


def counted(address: str, name: str) -> int:
    """Return how many requests there were under a name."""
    return int(httpx2.get(address).json().get(name, 0))


def rows(place: Place, table: str, where: str = "1") -> int:
    """Count rows of the ledger."""
    return int(place.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


@contextmanager
def overheard(place: Place) -> Iterator[bytearray]:
    """Yield everything that anybody says to Redis while the context lasts."""
    heard = bytearray()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(place.redis_socket))
        line.sendall(b"MONITOR\r\n")

        def listen() -> None:
            while piece := line.recv(65536):
                heard.extend(piece)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        wait_for(lambda: b"OK" in heard)
        yield heard
        line.shutdown(socket.SHUT_RDWR)
        listener.join(5)


def test_a_slow_model_takes_nobodys_slot_and_redis_may_forget(place: Place, address: str) -> None:
    """
    Every review is checked while the model still thinks about the first one; Redis loses all in the middle; each content
    is asked once, and no word of any CV is ever said to Redis or a log.
    """
    home = with_model(place, address, "sleeps", model_calls_at_once="1")
    home.work("--queues", "cv", slots=1)
    home.work("--queues", "cv-ai", slots=2)
    with overheard(home) as heard:
        runs = [submit(home, number, model="sleeps")["run"] for number in range(2)]
        wait_for(lambda: rows(home, "cv_review", "length(report) > 0") == len(runs))
        answered = rows(home, "cv_modelcall", "state = 'done'")
        home.broker().flushall()
        for run in runs:
            assert home.end_of(run) == "done"

    assert answered < SECTIONS * len(runs)
    assert [1] * SECTIONS * len(runs) == contents(address)
    assert rows(home, "cv_sectionasked", "code = ''") == SECTIONS * len(runs)
    said = bytes(heard) + home.home.with_name("work.log").read_bytes()
    assert b'"XADD"' in said
    assert [] == [word for word in PLANTED if word.encode() in said]


def test_a_worker_killed_while_the_model_speaks_costs_no_second_call(place: Place, address: str) -> None:
    """What was heard is kept, the other sections are asked about, and only a person's word asks again."""
    home = with_model(place, address, "drips")
    home.work("--queues", "cv", slots=1)
    worker = home.work("--queues", "cv-ai", slots=1)
    review = submit(home, model="drips")
    wait_for(lambda: rows(home, "cv_suggestion", "is_partial") > 0)
    os.killpg(worker.pid, signal.SIGKILL)
    home.work("--queues", "cv-ai", slots=1)

    assert home.end_of(review["run"], 90) == "done"
    assert [1] * SECTIONS == contents(address)
    assert home.rows("SELECT code FROM cv_sectionasked WHERE code <> ''") == [("CV_MODEL_CALL_LOST",)]
    assert rows(home, "cv_suggestion", "is_partial") == 0
    sections = home.rows("SELECT DISTINCT section FROM cv_suggestion WHERE section IS NOT NULL")
    assert len(sections) == SECTIONS


def test_a_worker_that_dies_at_each_step_loses_nothing(place: Place, address: str) -> None:
    """
    Each process ends one step and dies right before the end of the next one; whoever takes that up hears the answer that
    is there, and nobody is asked twice.
    """
    home = with_model(place, address, "good")
    home.having(LADING_CRASH="before_finish:2").work("--queues", "cv,cv-ai", slots=1)
    review = submit(home, model="good")

    assert home.end_of(review["run"], 90) == "done"
    assert rows(home, "orchestration_batch", "crashes > 0") >= SECTIONS
    assert [1] * SECTIONS == contents(address)
    assert rows(home, "cv_resume") == 1
    assert rows(home, "cv_sectionasked", "code = ''") == SECTIONS


def test_stopping_hangs_up_and_going_on_asks_for_the_rest(place: Place, address: str) -> None:
    """The connection is closed within moments, also while the model is silent; finished sections stay."""
    home = with_model(place, address, "drips")
    home.work("--queues", "cv,cv-ai", slots=1)
    review = submit(home, model="drips")
    wait_for(lambda: rows(home, "cv_suggestion", "is_partial") > 0)
    assert home.run("stop", str(review["run"])).code == 0
    wait_for(lambda: counted(address, "drips hung up on") == 1, 10)
    wait_for(lambda: home.state(review["run"]) == "stopped")
    finished = rows(home, "cv_sectionasked")
    assert home.run("resume", str(review["run"]), "--detach").code == 0

    assert home.end_of(review["run"], 90) == "done"
    assert rows(home, "cv_sectionasked", "code = ''") == SECTIONS
    assert finished < SECTIONS
    assert sum(contents(address)) == SECTIONS + 1


def test_a_limit_is_waited_for_and_the_command_deletes(place: Place, address: str) -> None:
    """429 with Retry-After: the section waits, then it is asked; in the end one word deletes it all."""
    home = with_model(place, address, "limited-once")
    home.work("--queues", "cv,cv-ai", slots=2)
    review = submit(home, model="limited-once")

    assert home.end_of(review["run"], 90) == "done"
    assert [2] * SECTIONS == contents(address)
    shown = home.run("cv", "reviews", "show", str(review["review"]), "--json")
    assert shown.code == 0
    assert {one["origin"] for one in shown.json["suggestions"]} >= {"model"}
    assert home.run("cv", "reviews", "delete", str(review["review"])).code == 0
    assert home.run("cv", "reviews", "list").out.startswith("No reviews")
    tables = [name for (name,) in home.rows("SELECT name FROM sqlite_master WHERE name LIKE 'cv_%' AND type = 'table'")]
    assert {name: rows(home, name) for name in tables if name != "cv_spending"} == {
        name: 0 for name in tables if name != "cv_spending"
    }
    assert rows(home, "orchestration_run") == 0
    assert not [word for word in PLANTED if word.encode() in _files(home.home)]


def _files(home: Path) -> bytes:
    """Return everything that lies in the home."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
