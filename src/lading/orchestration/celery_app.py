"""
The Celery application.

Entry points set `DJANGO_SETTINGS_MODULE`; everything else comes from Django's settings under `CELERY_`.
"""

from __future__ import annotations

from celery import Celery

app = Celery("lading")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
