"""Django's view of ingest."""

from __future__ import annotations

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Tables `ingest_*`; makes its kinds of runs and batches known."""

    name = "lading.ingest.app"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the backbone."""
        from lading.ingest.app import kinds
        from lading.orchestration.ledger import going_back, sweep

        kinds.register()
        sweep.errands.append(_begin_what_is_due)
        going_back.when_gone_back.append(_doubt)


def _doubt() -> None:
    from lading.ingest.app import doubting  # its tables are there once Django is ready

    doubting.doubt()


def _begin_what_is_due() -> None:
    from lading.ingest.app import started  # its tables are there once Django is ready

    started.tick()
