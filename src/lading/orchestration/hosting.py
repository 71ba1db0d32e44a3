"""Running a Celery worker of this application on this host."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Sequence

from celery import signals
from celery.worker import state

from lading.base import config
from lading.base.errors import UsageError
from lading.orchestration import served
from lading.orchestration.celery_app import app
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.lookout import Lookout
from lading.orchestration.models import Worker


def refuse_second_host() -> None:
    """Raise `UsageError` when workers of another host live and a part is embedded in one of them."""
    settings = config.current()
    embedded = [
        name
        for name, is_embedded in (
            ("Redis (LADING_REDIS_URL)", settings.is_redis_embedded),
            ("the ledger (LADING_DATABASE_URL)", settings.is_database_embedded),
            ("the zone (LADING_ZONE)", settings.is_zone_embedded),
        )
        if is_embedded
    ]
    fresh = now() - 60
    others = Worker.objects.filter(heartbeat__gte=fresh).exclude(host=socket.gethostname())
    elsewhere = others.values_list("host", flat=True).first()
    if embedded and elsewhere:
        raise UsageError(
            f"Workers run on {elsewhere} already, and {' and '.join(embedded)} can be reached from one host only",
            hint="Set the named settings to services that all hosts reach",
        )


def run_worker(queues: Sequence[str], slots: int) -> str:
    """Run a prefork worker until it is told to stop, or has to make way (`ledger.lookout`): return why, else ""."""
    served.only(queues)
    # as after SIGTERM: what is in hand comes to its end
    lookout = Lookout(leave=lambda: setattr(state, "should_stop", 0))
    told: list[str] = []

    @signals.worker_ready.connect(weak=False)
    def _look_out(**_: object) -> None:
        lookout.start()

    @signals.worker_shutting_down.connect(weak=False)
    def _told(sig: str, **_: object) -> None:
        told.append(sig)

    try:
        _work(queues, slots)
    except SystemExit:
        if told or not lookout.reason:
            raise
    return "" if told else lookout.reason


def _work(queues: Sequence[str], slots: int) -> None:
    app.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={slots}",
            f"--queues={','.join(queues)}",
            f"--loglevel={config.current().log_level.value}",
            "--without-gossip",
            "--without-mingle",
            # two workers of one host are two nodes
            f"--hostname=lading-{uuid.uuid4().hex[:8]}@%h",
        ]
    )
