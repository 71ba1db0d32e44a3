"""The table of watched jobs."""

from __future__ import annotations

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
