"""What every batch of an ingest run works with."""

from __future__ import annotations

import platform
import random
import time
from dataclasses import dataclass
from functools import cached_property

from lading.base import config
from lading.base.errors import SourceMissing, StopRun
from lading.base.events import Sink
from lading.base.paths import shown
from lading.base.retry import RetryPolicy
from lading.ingest.app import assembly, hooking, markers, permits, run_options
from lading.ingest.app.automated_options import given_to
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.markers import Sight, SourceElsewhere
from lading.ingest.app.models import Job
from lading.ingest.app.run_options import RunOptions, Sends
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.app.task_names import TaskNames, names_for
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.debts import Debts, NoDebts
from lading.ingest.engine.destinations.base import Destination
from lading.ingest.engine.destinations.unwritten import Unwritten
from lading.ingest.engine.hooks import Hooks
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.walking import Place
from lading.ingest.handlers import Event
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
    job_name: str
    #: what the source was to whoever stored the job (`assembly.source_identity`)
    job_source: str = ""

    @cached_property
    def source(self) -> Source:
        """
        The source, before anything is concluded from what it shows.

        Raises `SourceMissing` when its root is not there, and `SourceElsewhere` when only workers on other hosts see it.
        """
        if self.sight is Sight.ELSEWHERE:
            raise self._elsewhere()
        return self._source

    def _elsewhere(self) -> SourceElsewhere:
        if self.definition.is_bucket:
            here = shown(assembly.source_identity(self.definition))
            return SourceElsewhere(
                f"By the settings of {platform.node()} the job would read {here}, and it was stored for {self.job_source}",
                hint="Let the S3 profile say the same on each host with workers",
            )
        return SourceElsewhere(
            f"{platform.node()} does not see the source {shown(self._source.canonical)} that other hosts see",
            hint="Mount it there, or let only workers that see it take the queue filesystem",
        )

    @cached_property
    def sight(self) -> Sight:
        """
        Whether the root is the one that the job is about; raises `SourceMissing` where nobody can know it.

        A bucket is the same from everywhere, unless the settings here lead to another store: the store need not be asked.
        """
        if self.definition.is_bucket:
            same = shown(assembly.source_identity(self.definition)) == self.job_source
            return Sight.SAME if same else Sight.ELSEWHERE
        try:
            return markers.sight(self.job_id, self._source.marker())
        except SourceMissing:
            if markers.is_seen_elsewhere(self.job_id, platform.node()):
                return Sight.ELSEWHERE
            raise

    @cached_property
    def _source(self) -> Source:
        return assembly.source_of(self.definition, self.own.submitter, self.held.lease)

    def place(self, path: str) -> Place:
        """Return a folder or file that is changed, as far as whoever wanted the run may have that."""
        return assembly.place_of(path, self.own.submitter)

    @cached_property
    def destination(self) -> Destination:
        """The destination, bound to the batch's lease; in a run that sends nothing it refuses what would write."""
        found = assembly.destination_of(self.definition, self.held.lease)
        return Unwritten(found) if self.own.sends is Sends.NOTHING else found

    @property
    def names(self) -> TaskNames:
        """What the tasks of its run are called."""
        return names_for(self.definition.source)

    @cached_property
    def rules(self) -> Rules:
        """What decides about each path."""
        return assembly.rules_of(self.definition)

    @cached_property
    def hooks(self) -> Hooks:
        """The run's handler; raises `HandlerRefused` unless it is the one that the run was started with."""
        return hooking.hooks_of(self.definition, self.held.lease)

    @cached_property
    def debts(self) -> Debts:
        """The hooks that the job owes."""
        return hooking.DebtsOfJob(self.job_id) if self.definition.handler is not None else NoDebts()

    @cached_property
    def about(self) -> Event:
        """Job and run, for events."""
        given = given_to(self.definition)
        return Event(job=self.job_name, run=self.held.run_id, attempt=self.held.fence, given=given)

    @cached_property
    def own(self) -> RunOptions:
        """What concerns this run alone."""
        return run_options.of_run(self.held.options)

    @cached_property
    def snapshots(self) -> Snapshots:
        """What the job knows from before."""
        return assembly.snapshots_of(self.definition, self.job_id)

    def circumstances(self, emit: Sink) -> Circumstances:
        """Return under which the engine works; a later attempt looks before it acts."""
        return Circumstances(
            source=self.source,
            destination=self.destination,
            rules=self.rules,
            retry=RetryPolicy(),
            token=self.held.lease,
            emit=emit,
            sleep=time.sleep,
            jitter=random.random,
            attempt=self.held.fence,
            looks_first=self.own.doubts,
            hooks=self.hooks,
            debts=self.debts,
            about=self.about,
        )


def of(held: Claim) -> Context:
    """
    Return the context of a claimed batch.

    Raises, before anything is done, `JobRemoved` where nobody could remember it, and what `permits.refuse` does not let
    whoever wanted the run do.
    """
    job = Job.objects.filter(pk=held.job_id or 0).values_list("name", "source_identity").first()
    if held.job_id is None or job is None:
        raise JobRemoved(f"Run {held.run_id} belongs to a job that was removed")
    found = Context(
        held=held, definition=from_options(held.options), job_id=held.job_id, job_name=job[0], job_source=job[1]
    )
    permits.refuse(found.definition, found.own.submitter, config.current().allowed)
    return found
