"""A zone that is reached at another address, or is no longer the embedded one: its jobs stay what they are."""

from __future__ import annotations

from django.db import transaction

from lading.base.cancellation import Unlimited
from lading.base.errors import UsageError
from lading.ingest.app import assembly, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.orchestration.models import ENDED, Limit, Run


def moved(old: str) -> list[str]:
    """
    Let the jobs of the zone that was called `old` be those of the zone that the settings name; return their names.

    Nobody can prove that it is the same zone, so each job is doubted as after a restored ledger (`doubting`): deletions of its
    next whole run are held, and what would be sent is looked for first. Raise `UsageError` where there is no job of `old`, a
    run of one is under way, or a destination is not there.
    """
    definition = Definition(source="/", destination="/")
    new = assembly.zone_identity(definition)
    found = list(Job.objects.filter(zone_identity=old).order_by("name"))
    if not found or new == old:
        known = Job.objects.order_by("zone_identity").values_list("zone_identity", flat=True).distinct()
        raise UsageError(
            f"No job is to be moved from {old} to {new}", hint=f"Jobs are of {', '.join(known) or 'no zone'}"
        )
    under_way = Run.objects.filter(job_id__in=[job.pk for job in found]).exclude(state__in=ENDED).first()
    if under_way is not None:
        raise UsageError(f"Run {under_way.pk} is under way", hint="Let it end, or stop it")
    _refuse_another(definition, found, new)
    with transaction.atomic():
        for job in found:
            _rename(job, old, new)
        Limit.objects.filter(name=assembly.circuit_of(old)).update(name=assembly.circuit_of(new))
    return [job.name for job in found]


def _refuse_another(definition: Definition, found: list[Job], new: str) -> None:
    """Raise `UsageError` for a zone that lacks a collection which a job has brought files to."""
    with assembly.destination_of(definition, Unlimited()).session() as session:
        for job in found:
            if job.segment_set.exists() and not session.has_collection(job.destination):
                raise UsageError(f"{new} has no {job.destination}", hint="It is another zone: make the jobs anew")


def _rename(job: Job, old: str, new: str) -> None:
    """Give a job its new identity; a name that was made of the old one is made anew."""
    name = job.name
    if name == jobs.usual_name(job.source_identity, job.destination, old):
        job.name = jobs.usual_name(job.source_identity, job.destination, new)
    Job.objects.filter(pk=job.pk).update(name=job.name, zone_identity=new, is_doubted=True)
