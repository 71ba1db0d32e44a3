"""What every batch of an ingest run works with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lading.base.errors import SourceMissing
from lading.ingest.app import assembly
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.engine.destinations.irods import IrodsDestination
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.base import Source
from lading.orchestration.ledger.claims import Claim


@dataclass(frozen=True, kw_only=True)
class Context:
    """Source, destination, rules and snapshot of a claimed batch."""

    held: Claim
    definition: Definition

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
        if self.held.job_id is None:
            raise SourceMissing(f"Run {self.held.run_id} belongs to a job that was removed")
        return assembly.snapshots_of(self.definition, self.held.job_id)


def of(held: Claim) -> Context:
    """Return the context of a claimed batch."""
    return Context(held=held, definition=from_options(held.options))
