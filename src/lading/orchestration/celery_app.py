"""
The Celery application.

Entry points set `DJANGO_SETTINGS_MODULE`; everything else comes from Django's settings under `CELERY_`.
"""

from __future__ import annotations

import os

from celery import Celery

from lading.orchestration import served

# Celery would run Django's checks in each worker, which load all pages, the API, and with them every client there is
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("lading")
app.config_from_object("django.conf:settings", namespace="CELERY")


def _applications() -> list[str]:
    """Return the applications whose tasks this process may be asked for."""
    from django.apps import apps  # loaded once Django is ready

    return [one.name for one in apps.get_app_configs() if served.any_of(getattr(one, "queues", None))]


app.autodiscover_tasks(_applications)
