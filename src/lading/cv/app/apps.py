"""Django's view of CV reviews."""

from __future__ import annotations

from django.apps import AppConfig


class CvConfig(AppConfig):
    """Tables `cv_*`; makes its kinds of runs and batches known."""

    name = "lading.cv.app"
    label = "cv"
    default_auto_field = "django.db.models.BigAutoField"
    #: a worker of other queues loads no task of CV reviews
    queues = ("cv", "cv-ai")

    def ready(self) -> None:
        """Register with the backbone."""
        from lading.cv.app import kinds

        kinds.register()
