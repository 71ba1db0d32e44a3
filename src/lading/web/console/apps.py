"""Django's view of the console."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Templates and static files; it has no tables. As the project's own application it brings the others together."""

    name = "lading.web.console"
    label = "console"

    def ready(self) -> None:
        """Say what goes with an account that is deleted."""
        from lading.web import farewell

        farewell.register()
