"""Cases 13 to 15: messages that come twice, late or in any order, and files that kill whoever touches them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, fill

pytestmark = pytest.mark.acceptance

FILES = 600
SMALL_BATCHES = {"LADING_TRANSFER__BATCH_FILES": "20", "LADING_WINDOW_PER_SLOT": "8"}

#: number of the request that stores a small file
PUT = 606

#: the command, sending every message twice
TWICE = ("-m", "tests.chaos.twice")


def ends_right(place: Place, run: int = 1) -> None:
    """See a run through: each file is there, sent once, told once."""
    assert "done" == place.end_of(run)
    assert place.broken_promises(run) == []
    assert {"created": FILES} == oracle.manifest_counts(place.home, run)
    assert place.zone.counters()[PUT] == FILES


def test_case_13_every_message_delivered_twice_changes_nothing(place: Place) -> None:
    """The second one finds the lease taken, or the batch done."""
    fill(place.source, FILES)
    place = place.having(**SMALL_BATCHES)
    for _ in range(2):
        place.work(slots=2, program=TWICE)
    place.detach()

    ends_right(place)
    log = place.home.with_name("work.log").read_text()
    assert log.count("sent twice") >= len(place.rows("SELECT 1 FROM orchestration_batch")) - 1
    assert [] == place.rows("SELECT 1 FROM orchestration_batch WHERE fence > 1")


def test_case_14_messages_in_any_order_and_late_change_nothing(place: Place) -> None:
    """The queue is shuffled all the time; some messages are taken out and put back after seconds."""
    fill(place.source, FILES)
    place = place.having(**SMALL_BATCHES)
    with shuffled(place) as shuffles:
        place.work(slots=2)
        place.detach()
        ends_right(place)

    assert shuffles


@contextmanager
def shuffled(place: Place) -> Iterator[list[int]]:
    """Shuffle the queue and hold messages back while the context lasts; yield how long the queues were."""
    ending = threading.Event()
    lengths: list[int] = []

    def stir() -> None:
        chance = random.Random(14)
        with place.broker() as broker:
            shuffle = broker.register_script(_SHUFFLE)
            held: list[tuple[float, bytes]] = []
            while not ending.wait(0.02) or held:
                found: list[bytes] = shuffle(keys=["lading:filesystem"], args=[chance.randrange(1 << 30)])
                lengths.extend([len(found)] if len(found) > 1 else [])
                if found and chance.random() < 0.3 and broker.lrem("lading:filesystem", 1, found[0]):
                    held.append((time.monotonic() + chance.uniform(0, 3), found[0]))
                for due in [one for one in held if one[0] < time.monotonic() or ending.is_set()]:
                    held.remove(due)
                    broker.lpush("lading:filesystem", due[1])

    stirring = threading.Thread(target=stir)
    stirring.start()
    try:
        yield lengths
    finally:
        ending.set()
        stirring.join()


#: KEYS a queue; ARGV a seed. Returns its messages in their new order.
_SHUFFLE = """
local found = redis.call('LRANGE', KEYS[1], 0, -1)
math.randomseed(tonumber(ARGV[1]))
for i = #found, 2, -1 do local j = math.random(i); found[i], found[j] = found[j], found[i] end
for i, message in ipairs(found) do redis.call('LSET', KEYS[1], i - 1, message) end
return found
"""

_POISON = """
import os, signal
from lading.ingest import Handler

class Poison(Handler):
    def pre_data_object_create(self, event):
        if event.path.endswith("file-00033.dat") and os.path.exists({sign!r}):
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_case_15_a_file_that_kills_its_worker_is_found_and_parked_alone(place: Place, tmp_path: Path) -> None:
    """It is one failed line with its reason; all others arrive, and it can be tried again."""
    fill(place.source, 100)
    handler = tmp_path / "poison.py"
    sign = tmp_path / "poisonous"
    sign.touch()
    handler.write_text(_POISON.replace("{sign!r}", repr(str(sign))))
    place = place.having(LADING_LEASE__ATTEMPTS="3", LADING_TRANSFER__BATCH_FILES="10")
    done = place.sync("--handler", str(handler))

    assert (1, 99, 1) == (done.code, done.json["counts"]["created"], done.json["counts"]["failed"])
    (line,) = [line for line in oracle.manifest(place.home, 1) if line["outcome"] == "failed"]
    assert ("folder-000/file-00033.dat", "WORKER_LOST") == (line["path"], line["code"])
    assert line["reason"]
    assert place.broken_promises() == []
    sign.unlink()
    again = place.run("retry", "1", "--json")
    assert (0, 1) == (again.code, again.json["counts"]["created"]), again.err
