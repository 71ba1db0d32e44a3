"""The message broker: how to reach it, and which life of its data this is."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from lading.base import config
from lading.base.errors import BrokerUnreachable

#: kombu puts it before each of its keys (`broker_transport_options`), and so do we
PREFIX = "lading:"

#: generation  string  made by whoever finds it missing; a new value means that messages of the old life are gone
_GENERATION = f"{PREFIX}generation"
#: unacked_index  sorted set of kombu's: delivery tag -> time of delivery; unacked  hash of kombu's: delivery tag -> message and queue
_UNACKED_INDEX = f"{PREFIX}unacked_index"
_UNACKED = f"{PREFIX}unacked"


@functools.cache
def _client(address: str) -> redis.Redis:
    # no retries of its own: whoever asks knows better what may wait
    return redis.Redis.from_url(
        address, socket_timeout=5, socket_connect_timeout=3, health_check_interval=15, retry=Retry(NoBackoff(), 0)
    )


def client() -> redis.Redis:
    """Return this process's client for the broker's database (it connects when it is first used)."""
    return _client(config.current().redis_client_url)


@contextmanager
def translated() -> Iterator[None]:
    """Turn Redis's and kombu's failures into `BrokerUnreachable`."""
    from kombu.exceptions import OperationalError

    try:
        yield
    except (redis.RedisError, OperationalError, OSError) as error:
        raise BrokerUnreachable(f"Redis did not answer: {error}") from error


def generation() -> str:
    """Return the name of this life of the broker's data; a new one after FLUSHALL or a restart without data."""
    with translated():
        found: Any = client().get(_GENERATION)
        if found is None:
            client().set(_GENERATION, uuid.uuid4().hex, nx=True)
            found = client().get(_GENERATION)
        return bytes(found or b"").decode()


def is_empty(queue: str) -> bool:
    """Say whether there is no message of the queue, neither waiting nor in the hands of a worker."""
    with translated(), client().pipeline(transaction=True) as pipe:
        pipe.llen(f"{PREFIX}{queue}")
        pipe.hvals(_UNACKED)
        waiting, taken = pipe.execute()
        return not waiting and all(_queue_of(delivery) != queue for delivery in taken)


def _queue_of(delivery: bytes) -> str:
    """Return the queue of a delivery as kombu keeps it: message, exchange, routing key (which is the queue's name)."""
    _message, _exchange, routing_key = json.loads(delivery)
    return str(routing_key)


def renew_deliveries(tags: dict[str, float]) -> None:
    """Tell kombu that these deliveries are being worked on, so that it does not hand them out again."""
    if tags:
        with translated():
            client().zadd(_UNACKED_INDEX, tags, xx=True)
