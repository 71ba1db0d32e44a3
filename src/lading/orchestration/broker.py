"""The message broker: how to reach it, and which life of its data this is."""

from __future__ import annotations

import base64
import functools
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
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
UNACKED = f"{PREFIX}unacked"


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
        hint = "ssl_ca_certs in LADING_REDIS_URL must name its CA" if "certificate verify failed" in str(error) else ""
        raise BrokerUnreachable(f"Redis did not answer: {error}", hint=hint) from error


def generation() -> str:
    """Return the name of this life of the broker's data; a new one after FLUSHALL or a restart without data."""
    with translated():
        found: Any = client().get(_GENERATION)
        if found is None:
            client().set(_GENERATION, uuid.uuid4().hex, nx=True)
            found = client().get(_GENERATION)
        return bytes(found or b"").decode()


def batches_at_hand(queues: Iterable[str]) -> set[int]:
    """
    Return the batches that have a message in one of the queues, waiting or in the hands of a worker.

    The window keeps the queues short, so all of it is read: what is not there is lost, whatever else is.
    """
    keys = [f"{PREFIX}{queue}" for queue in queues]
    with translated(), client().pipeline(transaction=True) as pipe:
        for key in keys:
            pipe.lrange(key, 0, -1)
        pipe.hvals(UNACKED)
        *waiting, taken = pipe.execute()
    messages = [json.loads(raw) for queue in waiting for raw in queue]
    # a delivery is message, exchange and routing key
    messages += [json.loads(raw)[0] for raw in taken]
    return {batch_id for message in messages if (batch_id := _batch_of(message)) is not None}


def _batch_of(message: Mapping[str, Any]) -> int | None:
    """Return the first argument of a message as kombu keeps it; None where it is no batch's."""
    try:
        arguments = json.loads(base64.b64decode(message["body"]))[0]
    except (ValueError, KeyError, IndexError):
        return None
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def renew_deliveries(tags: dict[str, float]) -> None:
    """Tell kombu that these deliveries are being worked on, so that it does not hand them out again."""
    if tags:
        with translated():
            client().zadd(_UNACKED_INDEX, tags, xx=True)
