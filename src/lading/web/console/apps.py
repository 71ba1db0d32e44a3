"""Django's view of the console."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Templates and static files; it has no tables."""

    name = "lading.web.console"
    label = "console"
