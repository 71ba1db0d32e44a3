"""A Celery application with the product's settings and one task that takes long: what the broker does is looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lading.web.settings")

app = Celery("sleepy", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="filesystem.sleep")
def sleep(seconds: float, diary: str) -> None:
    """Write down when it starts and when it ends, and in which process."""
    note(diary, "start")
    time.sleep(seconds)
    note(diary, "end")


def note(diary: str, word: str) -> None:
    """Add a line."""
    with Path(diary).open("a", encoding="utf-8") as file:
        file.write(f"{word} {os.getpid()}\n")
