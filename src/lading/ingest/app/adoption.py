"""What a run that adopts does differently, and what can be said before it begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Sum

from lading.ingest.app import planning, synctimes
from lading.ingest.app.context import Context
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Segment
from lading.ingest.app.run_options import Sends
from lading.ingest.engine import adopting
from lading.ingest.engine.compare import Step
from lading.ingest.engine.parts import FolderPart


@dataclass(slots=True, kw_only=True)
class Forecast:
    """What listings alone show, by what would be done: files and bytes."""

    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)


def forecast(definition: Definition) -> Forecast:
    """List both sides and say what would become of each file; no content is read and nothing is written."""
    found = Forecast()
    for line in planning.DryRun(definition, recheck=lambda _folder: True).lines():
        found.files[line.verb] += line.count
        found.bytes[line.verb] += line.size
    return found


def prepared(part: FolderPart, of: Context) -> FolderPart:
    """Return the part as a run may carry it out that adopts; any other run gets what it gave."""
    if of.own.sync_times:
        names = [action.entry.name for action in part.actions if action.step is Step.ADOPT_BY_CHECKSUM]
        part = adopting.by_sync_time(part, synctimes.named(of.job_id, part.folder, names))
    return adopting.without_sending(part) if of.own.sends is Sends.NOTHING else part


def unverified(job_id: int) -> int:
    """Return how many files of a job nobody compared by checksum."""
    total = Segment.objects.filter(job_id=job_id, unverified__gt=0).aggregate(files=Sum("unverified"))["files"]
    return total or 0
