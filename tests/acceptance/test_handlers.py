"""A handler by command: whatever dies on the way, each object has its hook, and the run says so."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for

pytestmark = pytest.mark.acceptance

FILES = 600

_HANDLER = """
from lading.ingest import Handler

class Mine(Handler):
    def post_data_object_create(self, event):
        with open({log!r}, "a") as log:
            log.write(event.path + chr(10))
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where the handler writes the path of each object that was made."""
    path = tmp_path / "log"
    (tmp_path / "mine.py").write_text(_HANDLER.replace("{log!r}", repr(str(path))))
    return path


def called(log: Path) -> set[str]:
    return set(log.read_text().split()) if log.exists() else set()


def test_a_worker_killed_between_put_and_record_owes_its_hooks(place: Place, log: Path) -> None:
    """Kill -9 in the middle of batches: in the end every object has had its hook, none was sent twice in effect."""
    fill(place.source, FILES)
    sync = place.begin(
        "sync", str(place.source), place.collection, "--json", "--handler", str(log.with_name("mine.py"))
    )
    wait_for(lambda: len(called(log)) > 50)
    for process in place.processes("lading worker"):
        process.send_signal(signal.SIGKILL)
    done = ended(sync, 90)

    assert 0 == done.code, done.err
    assert oracle.source_tree(place.source).keys() == called(log)
    assert oracle.differences(place.source, place.home, place.collection) == []
    assert done.json["hooks"] <= len(log.read_text().split())


def test_a_stopped_run_leaves_its_hooks_to_the_next_one(place: Place, log: Path) -> None:
    """What a stopped run had sent without recording it is found by the next run, with the debt."""
    fill(place.source, FILES)
    words = ("sync", str(place.source), place.collection, "--json", "--handler", str(log.with_name("mine.py")))
    sync = place.begin(*words)
    wait_for(lambda: len(called(log)) > 50)
    os.kill(sync.pid, signal.SIGINT)  # its own workers: the run is paused
    ended(sync, 30)
    assert 0 == place.run("stop", "1").code
    done = place.run(*words)

    assert 0 == done.code, done.err
    assert oracle.source_tree(place.source).keys() == called(log)
    owed = place.rows("SELECT count(*) FROM ingest_owedhook")
    assert [(0,)] == owed


def test_a_handler_that_is_wrong_is_a_sentence(place: Place, log: Path) -> None:
    """Nothing is started."""
    wrong = log.with_name("wrong.py")
    wrong.write_text("class Mine: pass\n")
    done = place.sync("--handler", str(wrong))

    assert 0 != done.code
    assert "classes below lading.ingest.Handler" in done.err
    assert [] == place.rows("SELECT * FROM orchestration_run")
