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
        """Let ended runs leave their summaries, whoever waited begin, and what is due; arm what a test ordered."""
        from lading.orchestration import results, retention
        from lading.orchestration.ledger import queueing, runs, sweep
        from lading.orchestration.notifications import outbox
        from lading.orchestration.schedules import ticking

        for tell in (results.leave, queueing.after_end):
            if tell not in runs.when_ended:
                runs.when_ended.append(tell)
        if outbox.note not in runs.when_ending:
            runs.when_ending.append(outbox.note)
        for errand in (ticking.tick, outbox.tick, retention.tick):
            if errand not in sweep.errands:
                sweep.errands.append(errand)
        crash.arm(crash.parse(config.current().crash), config.current().home)
