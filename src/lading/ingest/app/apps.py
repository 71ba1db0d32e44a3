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

        kinds.register()
