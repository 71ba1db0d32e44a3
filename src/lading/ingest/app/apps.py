"""Django's view of ingest."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import AppConfig

from lading.orchestration.watchers import Watcher


class IngestConfig(AppConfig):
    """Tables `ingest_*`; makes its kinds of runs and batches known."""

    name = "lading.ingest.app"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the backbone."""
        from lading.ingest.app import batch_kinds, kinds
        from lading.orchestration import watchers
        from lading.orchestration.ledger import going_back, sweep

        kinds.register()
        batch_kinds.register()
        sweep.errands.append(_begin_what_is_due)
        watchers.sources.append(_started_jobs)
        going_back.when_gone_back.append(_doubt)


def _started_jobs(at: float) -> Iterable[Watcher]:
    from lading.ingest.app import started  # as below

    return started.watchers(at)


def _doubt() -> None:
    from lading.ingest.app import doubting  # its tables are there once Django is ready

    doubting.doubt()


def _begin_what_is_due() -> None:
    from lading.ingest.app import started  # its tables are there once Django is ready

    started.tick()
