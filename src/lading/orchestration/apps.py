"""Django's view of the backbone."""

from __future__ import annotations

from django.apps import AppConfig


class OrchestrationConfig(AppConfig):
    """Tables `orchestration_*`."""

    name = "lading.orchestration"
    label = "orchestration"
    default_auto_field = "django.db.models.BigAutoField"
