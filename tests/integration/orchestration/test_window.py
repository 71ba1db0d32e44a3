"""Rows first, messages in a window: how many are out, to whom, and when they are sent again."""

from __future__ import annotations

import base64
import json
import os
import signal
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lading import services
from lading.base import config
from lading.orchestration import broker, enqueue
from lading.orchestration.kinds import Ending, NewBatch
from lading.orchestration.ledger import claims, clock, control, sweep, tallies, workers
from lading.orchestration.models import OPEN, Batch, BatchState, Run, RunState, Window, Worker
from tests.integration.orchestration.conftest import BATCH, SCAN, Start

QUEUE = broker.PREFIX + "filesystem"


@pytest.fixture(autouse=True)
def redis_is_there(embedded: services.Holder) -> None:
    """Start from an empty broker with one worker slot."""
    embedded.restart_dead()
    broker.client().flushall()


@pytest.fixture
def one_slot(db: None) -> None:
    """Let one worker process live, however long the machine takes to write what the test needs."""
    workers.beat("one", "host", 1, "filesystem")
    Worker.objects.update(heartbeat=clock.now() + 60)


def messages() -> Counter[int]:
    """Return how many messages each batch has in the queue."""
    return Counter(arguments(raw)[0] for raw in raw_messages())


def raw_messages() -> list[bytes]:
    """Return the messages of the queue as kombu left them."""
    found: Any = broker.client().lrange(QUEUE, 0, -1)
    return list(found)


def arguments(raw: bytes) -> list[int]:
    """Return what a message of kombu's gives to its task."""
    arguments: list[int] = json.loads(base64.b64decode(json.loads(raw)["body"]))[0]
    return arguments


def test_only_the_window_is_sent(start: Start, one_slot: None) -> None:
    """Of a thousand waiting batches four have a message for each slot."""
    start(*map(str, range(1000)))
    enqueue.pump()

    assert config.current().window_per_slot == sum(messages().values())


def test_nothing_is_sent_where_nobody_works(start: Start) -> None:
    """A queue without workers keeps its rows and gets no message."""
    start("a")

    assert enqueue.pump() == 0


def test_an_ended_batch_lets_the_next_one_in(start: Start, one_slot: None) -> None:
    """The window slides."""
    run = start(*map(str, range(10)))
    enqueue.pump()
    first = Batch.objects.filter(run=run).order_by("pk")[0]
    held = claims.claim(first.pk, "one")
    assert held is not None
    claims.finish(held, Ending())

    assert enqueue.pump() == 1


def test_ten_sweeps_over_many_waiting_batches_send_no_message_twice(start: Start, one_slot: None) -> None:
    """A slow worker is no reason to send again."""
    start(*map(str, range(2000)))
    for _ in range(10):
        sweep.sweep()

    assert config.current().window_per_slot == sum(messages().values())
    assert {1} == set(messages().values())


def test_a_flushed_broker_gets_its_window_again(start: Start, one_slot: None) -> None:
    """All messages are gone, all rows are there."""
    start(*map(str, range(20)))
    enqueue.pump()
    broker.client().flushall()
    sweep.sweep()

    assert config.current().window_per_slot == sum(messages().values())


def test_a_sender_that_died_before_sending_is_noticed(start: Start, one_slot: None) -> None:
    """Marked, but never sent: after a while it is sent."""
    start("a")
    Batch.objects.update(window=Window.SENDING, window_at=1)
    sweep.sweep()

    assert sum(messages().values()) == 1


def test_b18_a_run_ends_although_redis_was_away(start: Start, one_slot: None, embedded: services.Holder) -> None:
    """
    Known defect: a task that ended while Redis was away was open for ever, as was one whose message was not sent.

    Here endings are rows: what ended counts at once, and what waits gets its message when Redis is back.
    """
    run = start("a", "b")
    first, second = Batch.objects.filter(run=run).order_by("pk")
    held = claims.claim(first.pk, "one")
    assert held is not None
    pid = embedded.status().redis.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    claims.finish(held, Ending(counts={"bytes": 3}))
    sent = enqueue.pump()
    embedded.restart_dead()
    sweep.sweep()

    assert (0, {second.pk: 1}) == (sent, messages())
    last = claims.claim(second.pk, "one")
    assert last is not None
    claims.finish(last, Ending())
    run.refresh_from_db()
    assert (RunState.DONE, 3) == (run.state, tallies.totals(run.pk)["bytes"])


def test_b21_a_stop_holds_however_much_is_queued(start: Start, one_slot: None) -> None:
    """
    Known defect: each queued task was revoked by a message, and workers remembered the last 50,000 of them.

    Here the stop is a state of the run: no message is sent for it, and whoever gets one of its messages later finds nothing
    to do, also after a restart. What a worker had in hand and what it left behind goes no further, either.
    """
    run = start("a")
    double(run, 16)
    enqueue.pump()
    out = messages()
    ids = list(Batch.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    in_hand = claims.claim(ids[-1], "one")
    assert in_hand is not None
    control.stop(run.pk)
    claims.finish(in_hand, Ending(batches=[NewBatch(kind=BATCH, payload=b"more")]))
    sweep.sweep()

    run.refresh_from_db()
    assert (RunState.STOPPED, out) == (run.state, messages())
    assert [None] * len(out) == [claims.claim(batch_id, "two") for batch_id in out]
    assert {None} == {claims.claim(batch_id, "two") for batch_id in ids[::1_000]}
    assert {BatchState.QUEUED: 2**16, BatchState.DONE: 1} == states_of(run)


def test_a_stop_takes_as_many_statements_for_many_batches_as_for_one(start: Start, one_slot: None) -> None:
    """No row of a batch is read or written."""
    counts = []
    for times in (0, 12):
        run = start("a")
        double(run, times)
        with CaptureQueriesContext(connection) as asked:
            control.stop(run.pk)
        counts.append((len(asked), [text for text in asked if "UPDATE" in text["sql"] and "_batch" in text["sql"]]))

    assert [(counts[0][0], []), (counts[0][0], [])] == counts


def double(run: Run, times: int) -> None:
    """Let the run have twice as many batches, so many times."""
    table = connection.ops.quote_name(Batch._meta.db_table)
    fields = [field.column or "" for field in Batch._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(map(connection.ops.quote_name, fields))
    with connection.cursor() as cursor:
        for _ in range(times):
            copy = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE run_id = %s"
            cursor.execute(copy, [run.pk])


def states_of(run: Run) -> Counter[str]:
    """Return how many batches of a run are in which state."""
    return Counter(Batch.objects.filter(run=run).values_list("state", flat=True))


def test_two_runs_share_the_window(start: Start, one_slot: None) -> None:
    """A large run that came first does not keep a small one waiting."""
    large, small = start(*map(str, range(100))), start("x", "y")
    enqueue.pump()
    runs = Counter(Batch.objects.filter(pk__in=messages()).values_list("run_id", flat=True))

    assert {large.pk: 2, small.pk: 2} == runs


def test_scans_wait_while_too_many_transfers_do(start: Start, one_slot: None) -> None:
    """Back pressure: above the backlog no scan is sent."""
    limit = config.current().scan.transfer_backlog
    run = start(*map(str, range(limit + 1)))
    scan = Batch.objects.create(run=run, kind=SCAN, queue="filesystem")
    enqueue.pump()
    scan.refresh_from_db()

    assert scan.window == Window.OUTSIDE


def test_messages_hold_numbers_only(start: Start, one_slot: None) -> None:
    """No path, no option, no name of a person is in Redis."""
    start("/secret/place")
    enqueue.pump()
    raw = raw_messages()

    assert b"secret" not in b"".join(raw)
    assert arguments(raw[0])[1] == enqueue.MESSAGE_VERSION


def test_many_old_runs_of_other_queues_starve_nobody(start: Start, one_slot: None) -> None:
    """A hundred reviews are under way, and have nothing for this queue."""
    for _ in range(100):
        start("a")
    Batch.objects.update(queue="cv")
    young = start("b")
    enqueue.pump()

    assert {young.pk} == set(Batch.objects.filter(pk__in=messages()).values_list("run_id", flat=True))


def test_a_lost_message_is_noticed_while_another_queue_is_busy(start: Start, one_slot: None) -> None:
    """Redis came back without its last second, but with its generation; a long task of another queue is in hand."""
    start("a")
    enqueue.pump()
    broker.client().delete(QUEUE)
    delivery = json.dumps([{"body": ""}, "cv-ai", "cv-ai"])
    broker.client().hset(broker.PREFIX + "unacked", "tag", delivery)
    Batch.objects.update(window_at=1)
    sweep.sweep()

    assert 1 == sum(messages().values())


def test_a_message_in_hand_is_not_lost(start: Start, one_slot: None) -> None:
    """A worker has it, and has not begun yet."""
    start("a")
    enqueue.pump()
    (message,) = raw_messages()
    broker.client().delete(QUEUE)
    delivery = json.dumps([json.loads(message), "filesystem", "filesystem"])
    broker.client().hset(broker.PREFIX + "unacked", "tag", delivery)
    Batch.objects.update(window_at=1)
    sweep.sweep()

    assert 0 == sum(messages().values())


def test_one_lost_message_among_others_is_sent_again_alone(start: Start, one_slot: None) -> None:
    """A worker died between taking it and having it on record; or a replica that lacked it took over."""
    start(*"abcd")
    enqueue.pump()
    popped: Any = broker.client().lpop(QUEUE)
    lost = arguments(popped)[0]
    before = messages()
    Batch.objects.update(window_at=1)
    sweep.sweep()

    assert before + Counter([lost]) == messages()
    assert {1} == set(messages().values())


def test_a_message_that_was_just_sent_may_be_on_its_way(start: Start, one_slot: None) -> None:
    """It is not in the broker, and nobody knows yet whether it will be."""
    start("a")
    enqueue.pump()
    broker.client().delete(QUEUE)
    sweep.sweep()

    assert 0 == sum(messages().values())


def test_open_batches_are_found_by_their_index(start: Start) -> None:
    """Of a hundred thousand batches most have ended: nobody reads those to find the others."""
    run = start("a")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    found = Batch.objects.filter(run=run, state__in=OPEN).order_by().values_list("kind")

    assert "batch_of_run" in found.explain()
