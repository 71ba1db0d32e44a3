"""Two jobs that write into one place: each would take what the other brought for vanished, or for foreign."""

from __future__ import annotations

from lading.base.errors import UsageError
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job
from lading.ingest.engine.values import DeleteMode


def refuse_overlap(job: Job, definition: Definition) -> None:
    """
    Raise `UsageError` where another job's destination lies in this one's, contains it or is it, and either deletes.

    Destinations of two zones never overlap. Call inside the transaction that lets a run begin.
    """
    for other in Job.objects.exclude(pk=job.pk).filter(zone_identity=job.zone_identity).order_by("pk"):
        if not overlap(other.destination, definition.destination):
            continue
        deleting = job if _deletes(definition) else other if _deletes(from_options(other.options)) else None
        if deleting is not None:
            raise UsageError(
                f"The jobs {job.name} and {other.name} both write into {_inner(job, other)}, and {deleting.name} deletes",
                hint=f"Take destinations that do not overlap, or `lading jobs rm {other.name}` if it is not needed any more",
            )


def overlap(one: str, other: str) -> bool:
    """Say whether a collection is the other, or lies below it."""
    first, second = f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"
    return first.startswith(second) or second.startswith(first)


def _deletes(definition: Definition) -> bool:
    return definition.delete_mode is not DeleteMode.DO_NOT_DELETE


def _inner(job: Job, other: Job) -> str:
    return max(job.destination, other.destination, key=len)
