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
    paused = models.BooleanField(default=False)
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
    #: which options it was made under; under others it proves nothing
    digest = models.CharField(max_length=16)
    #: when the folder was last compared with the catalogue
    compared_at = models.FloatField()
    folder = models.BinaryField()
    packed = models.BinaryField()

    class Meta:
        """The unique constraint is the index that every scan uses; large columns come last."""

        constraints: ClassVar = [models.UniqueConstraint("job", "folder_key", "lo", name="segment_place")]
        indexes: ClassVar = [
            models.Index("job", "parent_key", name="segment_children", condition=models.Q(parent_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{bytes(self.folder)!r} from {bytes(self.lo)!r}: {self.count}"


class FileFacts(models.Model):
    """The columns that an outcome has because its subject is a file."""

    #: the outcome's id
    id = models.BigIntegerField(primary_key=True)
    logical_path = models.TextField()
    size = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=120, default="")
    mtime_ns = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.logical_path
