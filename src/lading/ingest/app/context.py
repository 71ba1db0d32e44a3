"""What every batch of an ingest run works with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lading.base.errors import StopRun
from lading.ingest.app import assembly
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.engine.destinations.irods import IrodsDestination
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.base import Source
from lading.orchestration.ledger.claims import Claim


class JobRemoved(StopRun):
    """The job is gone, and its snapshot with it."""

    code = "JOB_REMOVED"


@dataclass(frozen=True, kw_only=True)
class Context:
    """Source, destination, rules and snapshot of a claimed batch."""

    held: Claim
    definition: Definition
    job_id: int

    @cached_property
    def source(self) -> Source:
        """The source; raises `SourceMissing` when its root is not there, before anything is concluded from that."""
        source = assembly.source_of(self.definition)
        source.marker()
        return source

    @cached_property
    def destination(self) -> IrodsDestination:
        """The destination, bound to the batch's lease."""
        return assembly.destination_of(self.definition, self.held.lease)

    @cached_property
    def rules(self) -> Rules:
        """What decides about each path."""
        return assembly.rules_of(self.definition)

    @cached_property
    def snapshots(self) -> Snapshots:
        """What the job knows from before."""
        return assembly.snapshots_of(self.definition, self.job_id)


def of(held: Claim) -> Context:
    """Return the context of a claimed batch; raise `JobRemoved` before anything is done that nobody could remember."""
    if held.job_id is None or not Job.objects.filter(pk=held.job_id).exists():
        raise JobRemoved(f"Run {held.run_id} belongs to a job that was removed")
    return Context(held=held, definition=from_options(held.options), job_id=held.job_id)
