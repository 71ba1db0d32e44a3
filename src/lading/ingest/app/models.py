"""The tables of ingest: job definitions, what the last run saw, and the file columns of outcomes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Job(models.Model):
    """A stored definition: source, destination, options."""

    name = models.CharField(max_length=200, unique=True)
    source = models.TextField()
    #: canonical form of the source: two spellings of one folder are one job
    source_identity = models.TextField()
    destination = models.TextField()
    #: which zone: `embedded`, or host, port and zone name of the profile
    zone_identity = models.TextField()
    #: `definition.Definition`, less source and destination
    options = models.JSONField(default=dict)
    #: file that it came from (`jobs apply`); "" where it was made by command
    origin = models.TextField(default="")
    #: who defined it, by another way than a shell here (`permits.Submitter`); {} for the shell
    defined_by = models.JSONField(default=dict)
    paused = models.BooleanField(default=False)
    #: how many sampled comparisons came to their end: each one takes another share
    turn = models.PositiveIntegerField(default=0)
    #: the ledger went back in time: what is known of its files may be older than what is in iRODS (`doubting`)
    is_doubted = models.BooleanField(default=False)
    #: the newest run that planned it and did nothing (`rehearsing`)
    rehearsal_id = models.BigIntegerField(null=True)
    created_at = models.FloatField()

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """One range of names of one folder as the destination last agreed with it (`engine.snapshot`)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, db_index=False)
    #: 16-byte hash of the folder's path: keys stay short however deep the tree
    folder_key = models.BinaryField()
    lo = models.BinaryField()
    #: `folder_key` of the parent, for the first segment of a folder that is not the root; None for all others
    parent_key = models.BinaryField(null=True)
    count = models.PositiveIntegerField()
    fingerprint = models.BinaryField()
    #: entries that vanished at the source and are still managed
    gone = models.PositiveIntegerField(default=0)
    #: which options it was made under; under others it proves nothing
    digest = models.CharField(max_length=16)
    #: which templates gave its objects their metadata; "" for none
    templates = models.CharField(max_length=16, default="")
    #: when the folder was last compared with the catalogue
    compared_at = models.FloatField()
    #: how many of its live entries nobody compared by checksum: such are compared first
    unverified = models.PositiveIntegerField(default=0)
    folder = models.BinaryField()
    packed = models.BinaryField()

    class Meta:
        """The unique constraint is the index that every scan uses; large columns come last."""

        constraints: ClassVar = [models.UniqueConstraint("job", "folder_key", "lo", name="segment_place")]
        indexes: ClassVar = [
            models.Index("job", "parent_key", name="segment_children", condition=models.Q(parent_key__isnull=False)),
            models.Index("job", "compared_at", "folder_key", name="segment_age"),
            models.Index("job", "compared_at", name="segment_unproven", condition=models.Q(unverified__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{bytes(self.folder)!r} from {bytes(self.lo)!r}: {self.count}"


class StoredHandler(models.Model):
    """The text of a handler (`handler_store`): executed only if digest and signature prove that it is what was stored."""

    digest = models.CharField(max_length=64, primary_key=True)
    name = models.TextField()
    class_name = models.CharField(max_length=200, default="")
    dialect = models.CharField(max_length=40)
    text = models.TextField()
    signature = models.CharField(max_length=64)
    stored_at = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:12]}"


class OwedHook(models.Model):
    """A post-create hook that has not run yet (`engine.debts`)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, db_index=False)
    #: 16-byte hash of what was made and its path
    key = models.BinaryField()
    made = models.CharField(max_length=1)
    path = models.BinaryField()

    class Meta:
        """The unique constraint is the index that every question uses."""

        constraints: ClassVar = [models.UniqueConstraint("job", "key", name="owed_hook")]

    def __str__(self) -> str:
        return f"{self.made} {bytes(self.path)!r}"


class SyncTime(models.Model):
    """When another tool last brought a file, for the time in which a job adopts."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, db_index=False)
    #: 16-byte hash of the relative path
    place = models.BinaryField()
    #: seconds since the epoch
    at = models.FloatField()

    class Meta:
        """Asked for by place."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "place"], name="synctime_place")]

    def __str__(self) -> str:
        return f"{bytes(self.place).hex()}: {self.at}"


class FileFacts(models.Model):
    """The columns that an outcome has because its subject is a file."""

    #: the outcome's id
    id = models.BigIntegerField(primary_key=True)
    logical_path = models.TextField()
    size = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=120, default="")
    mtime_ns = models.BigIntegerField(default=0)
    #: the version of an object that was read, where its bucket keeps versions; null in rows of older schemas, which stay as they are
    version = models.CharField(max_length=1024, null=True)  # noqa: DJ001 - so that no row has to be written anew

    def __str__(self) -> str:
        return self.logical_path


class Pin(models.Model):
    """What the root of a job's source looked like from one host, when somebody last took it for the right one."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    host = models.CharField(max_length=255)
    filesystem = models.CharField(max_length=64)
    #: text, because a filesystem may count beyond what a database does
    inode = models.CharField(max_length=32)

    class Meta:
        """One for each host."""

        constraints: ClassVar = [models.UniqueConstraint("job", "host", name="pin_of_host")]

    def __str__(self) -> str:
        return f"{self.host}: {self.filesystem}/{self.inode}"


class DeletionList(models.Model):
    """The deletions that one run planned, as a whole."""

    class State(models.TextChoices):
        """What became of the list."""

        ALLOWED = "allowed"  # within the limits
        HELD = "held"  # until a person has looked
        APPROVED = "approved"
        REJECTED = "rejected"
        REPLACED = "replaced"  # a later run planned anew
        EXPIRED = "expired"
        DROPPED = "dropped"  # the scan was not complete

    run = models.OneToOneField("orchestration.Run", on_delete=models.CASCADE, primary_key=True)
    job_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=12, choices=State)
    objects_planned = models.PositiveIntegerField(default=0)
    objects_managed = models.PositiveIntegerField(default=0)
    #: lines that wait for more scans to miss them, too
    waiting = models.PositiveIntegerField(default=0)
    #: pairs of a code and a sentence
    reasons = models.JSONField(default=list)
    decided_at = models.FloatField()

    def __str__(self) -> str:
        return f"deletions of run {self.pk}: {self.state}"


class DeletionLine(models.Model):
    """One path that a run found missing at the source: an object, or a folder with all that is in it."""

    run_id = models.BigIntegerField()
    #: 16-byte hash of the logical path
    key = models.BinaryField()
    #: `paths.shown` of the path at the source; of a foreign one: relative to the destination
    path = models.TextField()
    logical_path = models.TextField()
    is_tree = models.BooleanField(default=False)
    is_foreign = models.BooleanField(default=False)
    size = models.BigIntegerField(default=0)
    #: of a whole folder: `removal_work.fingerprint` of what was in it when it was counted
    checksum = models.CharField(max_length=120, default="")
    #: how many scans in a row missed it
    scans = models.PositiveIntegerField(default=1)
    #: objects that go with it
    count = models.PositiveIntegerField(default=1)
    is_due = models.BooleanField(default=True)

    class Meta:
        """Read by run, looked up by path."""

        indexes: ClassVar = [models.Index("run_id", "key", name="deletion_of_run")]

    def __str__(self) -> str:
        return self.path + ("/" if self.is_tree else "")


class Observation(models.Model):
    """Something that a batch of a run saw and that speaks against deleting."""

    run_id = models.BigIntegerField()
    concern = models.CharField(max_length=32)
    reason = models.TextField()
    #: the root as it was seen: host, filesystem, inode; empty for what is not about it
    marker = models.JSONField(default=list)

    class Meta:
        """Many batches may see the same."""

        constraints: ClassVar = [models.UniqueConstraint("run_id", "concern", "reason", name="observation_once")]

    def __str__(self) -> str:
        return f"{self.concern}: {self.reason}"


class Removed(models.Model):
    """What is needed to bring back what a run deleted."""

    #: the outcome's id
    id = models.BigIntegerField(primary_key=True)
    mode = models.CharField(max_length=16)
    #: number of the object in the catalogue, which stays the same in the trash; 0 if nobody learned it
    object_id = models.BigIntegerField(default=0)
    physical_path = models.TextField(default="")
    resource = models.TextField(default="")
    #: who removed it, `name#zone`; "" for the job's own user
    user = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.mode} of object {self.object_id}"


class StartedJob(models.Model):
    """A job as `irods-sync` started it, under a name that is taken until it ended or was stopped."""

    name = models.CharField(max_length=200)
    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    #: the newest run
    run_id = models.BigIntegerField(null=True)
    #: seconds from one run to the next, as its schedule has them; None: one run
    every = models.PositiveIntegerField(null=True)
    #: whether runs compare every folder with the catalogue
    relists = models.BooleanField(default=False)
    stopped_at = models.FloatField(null=True)
    #: what `list` says of one that was stopped
    told = models.JSONField(default=dict)

    class Meta:
        """Names and jobs of those that were stopped are free."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="started_name", condition=models.Q(stopped_at__isnull=True)),
            models.UniqueConstraint(fields=["job"], name="started_job", condition=models.Q(stopped_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


from lading.ingest.app.watch_models import PostBox, PostedPath, Watch  # noqa: E402 - Django finds tables here

__all__ = [
    "DeletionLine",
    "DeletionList",
    "FileFacts",
    "Job",
    "Observation",
    "OwedHook",
    "Pin",
    "PostBox",
    "PostedPath",
    "Removed",
    "Segment",
    "StartedJob",
    "StoredHandler",
    "SyncTime",
    "Watch",
]
