"""What of ingest leaves the ledger by its age (`orchestration.retention`)."""

from __future__ import annotations

from collections.abc import Sequence

from lading.base import config
from lading.ingest.app.models import FileFacts, Job, Removed
from lading.ingest.app.rehearsal_kind import RUN_KIND
from lading.orchestration import retention
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Run

#: plans removed in one sweep
_PLANS = 100


def remove_beside(keys: Sequence[int]) -> None:
    """Remove what ingest keeps beside outcomes."""
    FileFacts.objects.filter(pk__in=keys).delete()
    Removed.objects.filter(pk__in=keys).delete()


def plans() -> bool:
    """Remove plans that are old, but for the newest one of each job, which its page shows; say whether there are more."""
    edge = now() - config.current().retention.plans_days * retention.DAY
    shown = Job.objects.filter(rehearsal_id__isnull=False).values("rehearsal_id")
    old = Run.objects.filter(kind=RUN_KIND, state__in=ENDED, ended_at__lte=edge).exclude(pk__in=shown)
    keys = list(old.order_by("ended_at").values_list("pk", flat=True)[:_PLANS])
    Run.objects.filter(pk__in=keys).delete()
    return len(keys) == _PLANS
