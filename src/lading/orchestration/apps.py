"""Django's view of the backbone."""

from __future__ import annotations

from django.apps import AppConfig

from lading.base import config, crash


class OrchestrationConfig(AppConfig):
    """Tables `orchestration_*`."""

    name = "lading.orchestration"
    label = "orchestration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every ended run leave its summary; arm what a test ordered."""
        from lading.orchestration import results
        from lading.orchestration.ledger import runs

        if results.leave not in runs.when_ended:
            runs.when_ended.append(results.leave)
        crash.arm(crash.parse(config.current().crash), config.current().home)
