"""Django's view of ingest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig

from lading.orchestration.watchers import Watcher

if TYPE_CHECKING:
    from lading.orchestration.models import Run, Schedule
    from lading.orchestration.notifications.orders import Audience


class IngestConfig(AppConfig):
    """Tables `ingest_*`; makes its kinds of runs and batches known."""

    name = "lading.ingest.app"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"
    #: a worker of other queues loads no task of ingest, nor the client of iRODS
    queues = ("filesystem", "s3", "deletion", "orchestration")

    def ready(self) -> None:
        """Register with the backbone."""
        from lading.ingest.app import batch_kinds, kinds, rehearsal_kind
        from lading.orchestration import retention, watchers
        from lading.orchestration.ledger import going_back
        from lading.orchestration.notifications import outbox
        from lading.orchestration.schedules import ticking

        kinds.register()
        batch_kinds.register()
        rehearsal_kind.register()
        ticking.starters |= {"job": _begin_job, "irods-sync": _begin_started}
        ticking.begun_by |= dict.fromkeys(("job", "irods-sync"), self.queues)
        outbox.audiences |= {kinds.RUN_KIND: _audience, kinds.VERIFY_KIND: _audience}
        watchers.sources.append(_lateness)
        going_back.when_gone_back.append(_doubt)
        retention.pieces.append(_old_plans)
        retention.beside.append(_remove_beside)


def _old_plans() -> bool:
    from lading.ingest.app import ageing  # as below

    return ageing.plans()


def _remove_beside(keys: Sequence[int]) -> None:
    from lading.ingest.app import ageing  # as below

    ageing.remove_beside(keys)


def _begin_job(schedule: Schedule) -> int:
    from lading.ingest.app import scheduling  # as below

    return scheduling.begin(schedule)


def _begin_started(schedule: Schedule) -> int:
    from lading.ingest.app import started  # as below

    return started.begin(schedule)


def _audience(run: Run) -> Audience:
    from lading.ingest.app import notifying  # as below

    return notifying.audience(run)


def _lateness(at: float) -> Iterable[Watcher]:
    from lading.ingest.app import scheduling  # as below

    return scheduling.lateness(at)


def _doubt() -> None:
    from lading.ingest.app import doubting  # its tables are there once Django is ready

    doubting.doubt()
