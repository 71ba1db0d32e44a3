"""
The tables of the backbone.

Times are seconds since the epoch as the *database* knows them (`ledger.clock`), so that hosts need not agree on one.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lading.base.outcomes import Outcome as OutcomeKind
from lading.orchestration.outcome_keys import batch_of, outcome_id


class RunState(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # for something outside: `reason` says what
    PAUSED = "paused"
    HELD = "held"  # somebody has to approve
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures"
    FAILED = "failed"


#: a worker may take batches of such a run
ACTIVE = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)
#: nothing will happen to such a run any more
ENDED = (RunState.STOPPED, RunState.DONE, RunState.DONE_WITH_FAILURES, RunState.FAILED)


class BatchState(models.TextChoices):
    """Where a batch stands."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"
    CANCELLED = "cancelled"
    DEFERRED = "deferred"  # nobody takes it until a later stage of the run says so


#: the run cannot end while it has such a batch
OPEN = (BatchState.QUEUED, BatchState.LEASED)


class Window(models.IntegerChoices):
    """Whether a queued batch has its message in the broker."""

    OUTSIDE = 0
    SENDING = 1  # chosen; the message is about to be sent, or its sender died
    SENT = 2


class Run(models.Model):
    """One execution of a job, or of a review."""

    kind = models.CharField(max_length=32)
    #: the stored definition it executes; None for what has none
    job_id = models.BigIntegerField(null=True, db_index=True)
    title = models.TextField()
    state = models.CharField(max_length=20, choices=RunState, default=RunState.QUEUED)
    #: why it stands as it does (`ledger.why`): a stable code, and a sentence
    code = models.CharField(max_length=40, default="")
    reason = models.TextField(default="")
    #: which stage of its kind the open batches belong to
    stage = models.CharField(max_length=20, default="")
    #: with whose other runs it shares one share of the window, so that nobody gets more by having many; "": with none
    whose = models.CharField(max_length=150, default="")
    #: share of the window relative to other runs; 1 is ordinary
    priority = models.PositiveSmallIntegerField(default=1)
    options = models.JSONField(default=dict)
    #: what its application counted once, to be told with the summary
    notes = models.JSONField(default=dict)
    #: sums over its batches up to one of them (`ledger.tallies`)
    rolled = models.JSONField(default=dict)
    #: the service it depends on: no batch of it goes while that `Circuit` is open; "" for none
    circuit = models.CharField(max_length=300, default="")
    #: when it may go, as `gates.Window` says; "" for always
    window = models.CharField(max_length=200, default="")
    #: none of its batches goes before that moment: the next opening of its window
    not_before = models.FloatField(default=0)
    #: the run that has to end before it begins
    behind_id = models.BigIntegerField(null=True)
    created_at = models.FloatField()
    started_at = models.FloatField(null=True)
    ended_at = models.FloatField(null=True)

    class Meta:
        """Few runs are active at a time, so their index stays small."""

        indexes: ClassVar = [
            models.Index("state", name="run_active", condition=~models.Q(state__in=[str(state) for state in ENDED])),
            # which runs ended since somebody last looked
            models.Index("ended_at", name="run_ended", condition=models.Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}: {self.title}"


class Tallies(models.Model):
    """Counts that a batch writes in the transaction that ends it; a run's counts are their sums."""

    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    registered = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    collections = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    #: calls of hooks
    hooks = models.PositiveIntegerField(default=0)
    #: found by a scan, to be moved by other batches: what a progress bar counts towards
    planned_files = models.PositiveIntegerField(default=0)
    planned_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        """A mixin."""

        abstract = True


#: when which kind of work ended, and what it did
_MOVED = ("created", "updated", "registered", "deleted", "skipped", "failed")
_COURSE = ("run", "ended_at", "kind", "started_at", *_MOVED, "bytes")


class Batch(Tallies):
    """What a worker takes at once."""

    #: no index of its own: SQLite would take it instead of the one that knows the state as well
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    #: the registered task name; the task's queue carries the message
    kind = models.CharField(max_length=48)
    queue = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.QUEUED)
    payload = models.BinaryField(default=b"")
    #: what later steps need of the work done (folder segments found unchanged)
    result = models.BinaryField(default=b"")
    not_before = models.FloatField(default=0)
    window = models.PositiveSmallIntegerField(choices=Window, default=Window.OUTSIDE)
    window_at = models.FloatField(default=0)
    #: the life of the broker's data in which the message was sent
    broker_generation = models.CharField(max_length=32, default="")
    lease_until = models.FloatField(default=0)
    #: grows with every claim; a write that names an older one changes nothing
    fence = models.PositiveIntegerField(default=0)
    #: how many leases ran out: the worker died or froze
    crashes = models.PositiveSmallIntegerField(default=0)
    #: how many times an unforeseen exception ended it
    faults = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, default="")
    code = models.CharField(max_length=40, default="")
    reason = models.TextField(default="")
    started_at = models.FloatField(null=True)
    ended_at = models.FloatField(null=True)

    class Meta:
        """
        Ended batches are the many, and nobody who looks for open ones may read them.

        The first index covers them too: SQLite would not see that a question about open batches lies within a condition.
        """

        indexes: ClassVar = [
            models.Index(
                "run", "state", "queue", "window", "id", "kind", "planned_files", "planned_bytes", name="batch_of_run"
            ),
            models.Index("lease_until", name="batch_leased", condition=models.Q(state=str(BatchState.LEASED))),
            models.Index(
                "queue", "window", name="batch_window", condition=models.Q(window__gt=0, state=str(BatchState.QUEUED))
            ),
            # those of a run that were begun after one of them: what its sums do not have yet
            models.Index("run", "id", name="batch_begun", condition=~models.Q(state=str(BatchState.QUEUED))),
            # the course of a run over time is read of this index alone
            models.Index(*_COURSE, name="batch_ended", condition=models.Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} ({self.kind}, {self.state})"


class Outcome(models.Model):
    """What happened to one path. Unchanged paths have no row; their batch holds a count and fingerprints."""

    #: batch id and position (`outcome_id`), so that a second write of the same batch cannot add rows
    id = models.BigIntegerField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    #: `paths.shown` of the relative path
    subject = models.TextField()
    outcome = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in OutcomeKind])
    code = models.CharField(max_length=40, default="")
    reason = models.TextField(default="")
    at = models.FloatField()

    class Meta:
        """Paged by id within a run, filtered by outcome or code; a path may be longer than PostgreSQL lets an index row be."""

        indexes: ClassVar = [
            models.Index("run", "outcome", "id", name="outcome_of_run"),
            # what is worth telling of files that went well, among millions of which nothing is
            models.Index("run", "code", "id", condition=~models.Q(code=""), name="outcome_with_code"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.outcome}"


class LogLine(models.Model):
    """What a worker wrote to its log about a run (`ledger.logbook`): the newest lines of each run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False)
    #: 0 where it is about no batch alone
    batch_id = models.BigIntegerField(default=0)
    at = models.FloatField()
    level = models.CharField(max_length=10)
    logger = models.CharField(max_length=120)
    text = models.TextField()
    host = models.CharField(max_length=80, default="")

    class Meta:
        """Read by run, in the order in which they were written."""

        indexes: ClassVar = [models.Index("run", "id", name="log_of_run")]

    def __str__(self) -> str:
        return f"{self.level}: {self.text}"


class Worker(models.Model):
    """One process that takes batches; a row per pool process, alive while its heartbeat is fresh."""

    token = models.CharField(max_length=120, primary_key=True)
    host = models.CharField(max_length=80)
    pid = models.PositiveIntegerField()
    queues = models.TextField()
    #: where its `pid` means something: machine, boot and pid namespace; "" where nobody can know
    place = models.CharField(max_length=80, default="")
    heartbeat = models.FloatField()

    def __str__(self) -> str:
        return self.token


class Tick(models.Model):
    """When something periodic was last done by whichever process came first; or what one process does at a time."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


from lading.orchestration.ledger.additions import Addition  # noqa: E402 - Django finds tables here
from lading.orchestration.limits.models import Circuit, Limit  # noqa: E402 - as above
from lading.orchestration.notifications.models import Notification  # noqa: E402 - as above
from lading.orchestration.schedules.models import Schedule  # noqa: E402 - as above

__all__ = [
    "ACTIVE",
    "ENDED",
    "OPEN",
    "Addition",
    "Batch",
    "BatchState",
    "Circuit",
    "Limit",
    "LogLine",
    "Notification",
    "Outcome",
    "Run",
    "RunState",
    "Schedule",
    "Tallies",
    "Tick",
    "Window",
    "Worker",
    "batch_of",
    "outcome_id",
]
