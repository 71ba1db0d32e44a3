"""CV reviews by real workers: killed at every step, delivered again, refused by the provider, limited over two nodes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest

from tests.acceptance.conftest import PATIENCE, Place, wait_for
from tests.acceptance.test_cv_reviews import PLANTED, SECTIONS, address, contents, counted, rows, submit, with_model
from tests.integration.cv.samples import JOB

__all__ = ["address"]

pytestmark = pytest.mark.acceptance

#: steps of a review with an advertisement and a model, and of a rendering
STEPS = ("cv.extract", "cv.structure", "cv.lint", "cv.match", "cv-ai.improve", "cv.render")


def in_the_ledger(place: Place, program: str) -> str:
    """Run a few lines with Django in the home; return what they print."""
    import subprocess

    lines = f"import django; django.setup()\n{program}"
    environment = place.environment | {"DJANGO_SETTINGS_MODULE": "lading.web.settings"}
    done = subprocess.run([sys.executable, "-c", lines], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def rendered(place: Place, document: int) -> int:
    """Let version 1 be rendered; return the run."""
    return int(
        in_the_ledger(
            place,
            "from lading.cv.app import artefacts\n"
            "from lading.cv.app.models import Document\n"
            "from lading.cv.engine.render import Output, Template\n"
            f"owner = Document.objects.get(pk={document}).owner\n"
            f"print(artefacts.render(owner, {document}, 1, Output.PDF, Template.PLAIN).run_id)",
        )
    )


@pytest.mark.timeout(900)
def test_a_worker_killed_by_9_at_each_step_repeats_no_finished_one(place: Place, address: str) -> None:
    """
    Each step's work is done, nothing of it is in the ledger, and its process is killed: once for every step there is.

    The review and the rendering end; what a model said is asked for once.
    """
    home = with_model(place, address, "good")
    file = place.home.with_name("job.txt")
    file.write_text(JOB, encoding="utf-8")
    # the first process dies over its first step, each one after it over its second
    dying = home.having(LADING_CRASH="before_finish:1:once,before_finish:2")
    worker = dying.work("--queues", "cv,cv-ai", slots=1)
    review = submit(home, model="good", job=file)
    killed = _killed(home, review["run"])
    killed |= _killed(home, rendered(home, review["document"]))
    worker.terminate()
    worker.wait(60)
    # a review of what is understood begins with lint and match: a new process dies over the second one
    dying.work("--queues", "cv,cv-ai", slots=1)
    killed |= _killed(home, submit(home, model="good", job=file)["run"])

    assert set(STEPS) == killed
    assert {"done"} == {state for (state,) in home.rows("SELECT state FROM orchestration_run")}
    assert [1] * SECTIONS == contents(address)
    assert 1 == rows(home, "cv_resume") == rows(home, "cv_artefact", "length(content) > 0")
    assert 2 * SECTIONS == rows(home, "cv_sectionasked", "code = ''") == rows(home, "cv_sectionasked")
    twice = home.rows("SELECT review_id, key FROM cv_suggestion GROUP BY review_id, key HAVING count(*) > 1")
    assert [] == twice


def _killed(home: Place, run: int) -> set[str]:
    """Return the kinds of the batches of a run, once it has ended, whose process died."""
    home.end_of(run, 240)
    return {kind for (kind,) in home.rows("SELECT kind FROM orchestration_batch WHERE run_id = ? AND crashes > 0", run)}


@pytest.mark.timeout(400)
def test_a_message_delivered_again_and_again_makes_one_call(place: Place, address: str) -> None:
    """
    The model takes far longer than the broker's visibility time-out, and every message comes three times more.

    One call for each content, one set of suggestions.
    """
    home = with_model(place, address, "sleeps-12")  # six seconds is the time-out here
    home.work("--queues", "cv", slots=1)
    home.work("--queues", "cv-ai", slots=2)
    home.work("--queues", "cv-ai", slots=2)
    review = submit(home, model="sleeps-12")
    wait_for(lambda: counted(address, "sleeps-12") > 0, 60)
    in_the_ledger(
        home,
        "from lading.orchestration.celery_app import app\n"
        "from lading.orchestration.models import Batch\n"
        "for pk, kind, queue in Batch.objects.values_list('pk', 'kind', 'queue'):\n"
        "    for _ in range(3):\n"
        "        app.send_task(kind, args=[pk, 1], queue=queue, ignore_result=True)",
    )

    assert home.end_of(review["run"], 200) == "done"
    assert [1] * SECTIONS == contents(address)
    assert SECTIONS == rows(home, "cv_sectionasked", "code = ''")
    assert rows(home, "cv_suggestion") == len(home.rows("SELECT DISTINCT review_id, key FROM cv_suggestion"))
    assert SECTIONS == rows(home, "cv_spending")


#: name of the fake model -> code of each section in the end
OUTCOMES = {
    "limited-once": "",
    "broken": "CV_MODEL_UNAVAILABLE",
    "hangs": "CV_MODEL_UNAVAILABLE",
    "cut": "CV_MODEL_CUT_OFF",
    "bad-json": "CV_MODEL_MALFORMED",
    "length": "",
}


@pytest.mark.timeout(600)
def test_each_fault_of_a_provider_has_its_outcome_and_the_rules_stay(place: Place, address: str) -> None:
    """429, 500, a hang, a stream that is cut, no JSON, an answer that ran into its limit; then a circuit that opens."""
    home = with_model(place, address, "good", model_attempts="2", model_read_s="1")
    home.work("--queues", "cv", slots=1)
    found: dict[str, set[str]] = {}
    for number, name in enumerate(OUTCOMES):
        own = with_model(home, address, name)
        worker = own.work("--queues", "cv-ai", slots=1)
        review = submit(own, number, model=name)
        assert own.end_of(review["run"], 120) == "done"
        worker.terminate()
        worker.wait(60)
        where = f"review_id = {review['review']}"
        found[name] = {code for (code,) in own.rows(f"SELECT code FROM cv_sectionasked WHERE {where}")}
        assert SECTIONS == rows(own, "cv_sectionasked", where)
        assert rows(own, "cv_suggestion", f"{where} AND section IS NULL") or rows(own, "cv_finding", where)
    assert max(contents(address)) <= 2
    resting = "CV_MODEL_RESTING"
    for name, code in OUTCOMES.items():
        # the first sections meet the fault itself; once it was met three times the circuit is open, and nobody asks
        assert found[name] <= {code, resting}, found
    assert any(resting in codes for codes in found.values()), found


@pytest.mark.timeout(400)
def test_two_nodes_never_ask_more_than_the_limit_of_any_minute(place: Place, address: str) -> None:
    """By the clock of the endpoint, over a minute that begins anywhere; a minute lasts twelve seconds here."""
    limit, reviews = 6, 5
    home = with_model(place, address, "good", model_requests_per_minute=str(limit), model_calls_at_once="8")
    home.work("--queues", "cv", slots=1)
    for _ in range(2):
        home.work("--queues", "cv-ai", slots=2)
    runs = [submit(home, number, model="good")["run"] for number in range(reviews)]
    for run in runs:
        assert home.end_of(run, 240) == "done"
    moments = sorted(httpx2.get(f"{address}/moments").json())
    minute = 60 * float(home.environment["LADING_TIME_SCALE"])

    assert len(moments) == SECTIONS * reviews
    assert _most_within(moments, minute) <= limit


def _most_within(moments: Sequence[float], seconds: float) -> int:
    """Return how many of the moments lie within the seconds that hold most of them."""
    return max(sum(begin <= one < begin + seconds for one in moments) for begin in moments)


@pytest.mark.timeout(300)
def test_a_stop_hangs_up_within_a_second(place: Place, address: str) -> None:
    """While the model speaks: the endpoint sees its connection go; what was finished before stays."""
    home = with_model(place, address, "drips", model_calls_at_once="1")
    home.work("--queues", "cv", slots=1)
    home.work("--queues", "cv-ai", slots=1)
    review = submit(home, model="drips")
    wait_for(lambda: rows(home, "cv_sectionasked") > 0 and rows(home, "cv_suggestion", "is_partial") > 0, 120)
    finished = rows(home, "cv_sectionasked")
    told = float(
        in_the_ledger(
            home,
            "import time\n"
            "from lading.cv.app import reviews\n"
            "from lading.cv.app.models import Review\n"
            f"one = Review.objects.get(pk={review['review']})\n"
            "reviews.stop(one.owner, one.pk)\n"
            "print(time.time())",
        )
    )
    wait_for(lambda: _hung_up(address), 20)
    late = _hung_up(address)[0] - told
    wait_for(lambda: home.state(review["run"]) == "stopped", 30)

    assert late < 1.0 * max(1.0, PATIENCE, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert finished <= rows(home, "cv_sectionasked", "code = ''") < SECTIONS


def _hung_up(address: str) -> list[float]:
    found: list[float] = httpx2.get(f"{address}/hung-up").json()
    return found


@pytest.mark.timeout(300)
def test_a_full_run_leaves_no_word_in_redis_logs_or_results(place: Place, address: str) -> None:
    """Every key of every kind, every log, every result: searched for words of the CV, of the advertisement and of the answer."""
    home = with_model(place, address, "good")
    file = place.home.with_name("job.txt")
    file.write_text(JOB + "- Quokkawhisperer\n", encoding="utf-8")
    home.work("--queues", "cv,cv-ai", slots=2)
    review = submit(home, model="good", job=file)
    assert home.end_of(review["run"], 120) == "done"
    run = rendered(home, review["document"])
    assert home.end_of(run, 60) == "done"

    said = json.dumps(_everything(home.broker()), default=repr)
    logs = "".join(path.read_text(errors="replace") for path in home.home.parent.rglob("*.log"))
    logs += "".join(text for (text,) in home.rows("SELECT text FROM orchestration_logline"))
    told = json.dumps(home.rows("SELECT title, reason, options, notes FROM orchestration_run"))
    told += json.dumps(home.rows("SELECT subject, code, reason FROM orchestration_outcome"))
    assert f"run:{review['run']}" in said
    assert logs
    for place_of, text in {"Redis": said, "logs": logs, "runs": told}.items():
        assert [] == [word for word in (*PLANTED, "Quokkawhisperer", "Terraform") if word in text], place_of


def _everything(client: Any) -> dict[str, Any]:
    """Return every key with all that it holds."""
    found: dict[str, Any] = {}
    for key in client.scan_iter(count=1000):
        kind = client.type(key).decode()
        read = {
            "string": client.get,
            "list": lambda name: client.lrange(name, 0, -1),
            "set": client.smembers,
            "hash": client.hgetall,
            "zset": lambda name: client.zrange(name, 0, -1, withscores=True),
            "stream": client.xrange,
        }[kind]
        found[repr(key)] = repr(read(key))
    return found


@pytest.mark.timeout(300)
def test_a_burst_is_taken_while_nobody_works_and_the_web_asks_no_model(place: Place, address: str) -> None:
    """Thirty reviews begun at once, with no worker: all 202, each address answers, and the model has heard nothing."""
    home = with_model(place, address, "sleeps-20")
    from tests.acceptance.cv_crowd import crowd

    found = crowd(home, number=30)

    assert {202} == set(found.begun), found.begun
    assert {} == {name: status for name, status in found.looked.items() if status != 200}
    assert [] == contents(address)
    assert 30 == rows(home, "orchestration_run", "kind = 'cv-review' AND ended_at IS NULL")
