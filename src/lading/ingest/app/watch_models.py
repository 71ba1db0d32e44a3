"""The table of watched jobs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Watch(models.Model):
    """A job whose source is watched, and who watches it: one process at a time, as long as its lease holds."""

    job = models.OneToOneField("ingest.Job", on_delete=models.CASCADE, primary_key=True)
    #: the process that watches; "" for none
    holder = models.CharField(max_length=120, default="")
    #: seconds since the epoch on the database's clock; 0: nobody watches
    lease_until = models.FloatField(default=0)
    #: since when it is to be watched
    since = models.FloatField()
    #: how its watcher learns of changes: events, polling
    how = models.CharField(max_length=12, default="")
    #: paths that wait to be looked at
    waiting = models.PositiveIntegerField(default=0)
    #: how often events were lost, and everything was looked at for that
    losses = models.PositiveIntegerField(default=0)
    #: the newest run that it began
    run_id = models.BigIntegerField(null=True)
    #: why what waits is not looked at; "" where nothing keeps it
    told = models.TextField(default="")

    def __str__(self) -> str:
        return f"watch of job {self.job_id}"


class PostBox(models.Model):
    """Where the store of a watched bucket may post its notices (`posting`)."""

    job = models.OneToOneField("ingest.Job", on_delete=models.CASCADE, primary_key=True)
    #: SHA-256 of the secret that the store sends
    digest = models.CharField(max_length=64)
    made_at = models.FloatField()
    #: when something was last posted; None: nothing yet
    posted_at = models.FloatField(null=True)
    #: requests that were taken, and that were refused although their secret holds
    taken = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"post box of job {self.job_id}"


class PostedPath(models.Model):
    """Something that a store posted a notice of, and that no run looks at yet: one row for each path of a job."""

    job = models.ForeignKey("ingest.Job", on_delete=models.CASCADE, db_index=False)
    #: 16-byte hash of the path
    key = models.BinaryField()
    #: empty: everything
    path = models.BinaryField()

    class Meta:
        """Read in the order of ids, which are given while the post box is locked; one for each path."""

        constraints: ClassVar = [models.UniqueConstraint("job", "key", name="posted_path")]
        indexes: ClassVar = [models.Index("job", "id", name="posted_order")]

    def __str__(self) -> str:
        return f"{bytes(self.path)!r} of job {self.job_id}"
