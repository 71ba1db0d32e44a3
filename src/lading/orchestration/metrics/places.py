"""The broker, the disk of the ledger, and the clocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings as django_settings
from django.db import connection
from prometheus_client.core import Metric

from lading.base import config
from lading.base.clock import Clock
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.ledger.clock import now
from lading.orchestration.metrics import figures


def clocks(clock: Clock) -> tuple[float, Metric]:
    """Return the database's time and how far it is from the host's."""
    before = clock.now()
    at = now()
    return at, figures.SKEW.of(at - (before + clock.now()) / 2)


def disk() -> Iterator[Metric]:
    """Yield how large the ledger is and how much room it has."""
    file = config.current().database_file
    if file is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            yield figures.LEDGER_SIZE.of(cursor.fetchone()[0])
        return
    size = 0
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            size += file.with_name(file.name + suffix).stat().st_size
    room = shutil.disk_usage(file.parent)
    yield figures.LEDGER_SIZE.of(size)
    yield figures.DISK_FREE.of(room.free)
    yield figures.DISK_SIZE.of(room.total)


def redis() -> Iterator[Metric]:
    """Yield what the broker says, by one round trip."""
    queues: tuple[str, ...] = django_settings.QUEUES
    try:
        with broker.translated(), broker.client().pipeline(transaction=False) as pipe:
            pipe.info("memory")
            pipe.hlen(broker.UNACKED)
            for queue in queues:
                pipe.llen(f"{broker.PREFIX}{queue}")
            memory, taken, *waiting = pipe.execute()
    except BrokerUnreachable:
        yield figures.BROKER_UP.of(0)
        return
    yield figures.BROKER_UP.of(1)
    yield from _memory(memory)
    yield figures.UNACKED.of(taken)
    yield figures.MESSAGES.by(((queue,), length) for queue, length in zip(queues, waiting, strict=True))


def _memory(told: Any) -> Iterator[Metric]:  # noqa: ANN401 - redis-py's answer to INFO
    yield figures.BROKER_MEMORY.of(told["used_memory"])
    yield figures.BROKER_LIMIT.of(told["maxmemory"])
