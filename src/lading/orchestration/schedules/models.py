"""The table of schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.deciding import CatchUp
from lading.orchestration.schedules.timetable import Cron, Every, Timetable


class Schedule(models.Model):
    """What begins by itself. Times are seconds since the epoch on the database's clock."""

    #: who begins its runs (`ticking.starters`), and which of that one's things it is about
    kind = models.CharField(max_length=20)
    owner_id = models.BigIntegerField()
    #: as `Run.job_id`: while a run of it is under way nothing is made up for
    job_id = models.BigIntegerField(db_index=True)
    #: what people call it
    name = models.TextField()
    #: seconds from one run to the next; None: `cron` says
    every = models.FloatField(null=True)
    cron = models.CharField(max_length=200, default="")
    zone = models.CharField(max_length=80, default="")
    catch_up = models.CharField(max_length=8, choices=[(rule.value, rule.value) for rule in CatchUp])
    overlap = models.CharField(max_length=8, choices=[(rule.value, rule.value) for rule in Overlap])
    enabled = models.BooleanField(default=True)
    #: when it was made, changed, or enabled: nothing was due before
    since = models.FloatField()
    #: everything up to that moment was dealt with
    last = models.FloatField()
    #: when somebody has to look at it again
    due_at = models.FloatField()
    #: the newest run that it began
    run_id = models.BigIntegerField(null=True)
    #: why no run began the last time; "" where one did
    told = models.TextField(default="")

    class Meta:
        """One for each thing; looked for by when they are due."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "owner_id"], name="schedule_of")]
        indexes: ClassVar = [models.Index("due_at", name="schedule_due", condition=models.Q(enabled=True))]

    def __str__(self) -> str:
        return self.name

    @property
    def timetable(self) -> Timetable:
        """When it is due."""
        if self.every is not None:
            return Every(seconds=self.every)
        return Cron(expression=self.cron, zone=self.zone)
