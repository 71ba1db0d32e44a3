"""Django's view of CV reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from lading.orchestration.models import Run
    from lading.orchestration.notifications.orders import Audience


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
        from lading.orchestration.notifications import outbox

        kinds.register()
        outbox.audiences[kinds.REVIEW] = _audience


def _audience(run: Run) -> Audience:
    from lading.cv.app import webhooks  # its tables are there once Django is ready

    return webhooks.audience(run)
