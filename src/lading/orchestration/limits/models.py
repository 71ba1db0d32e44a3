"""What is remembered of services that many runs use."""

from __future__ import annotations

from django.db import models


class Circuit(models.Model):
    """A service that runs depend on, as long as something is to be remembered of it: it failed lately."""

    #: what it is called in reasons, and in `Run.circuit`
    name = models.CharField(max_length=300, primary_key=True)
    is_open = models.BooleanField(default=False)
    #: batches that met it closed-mouthed, without one between them that got an answer
    failures = models.PositiveIntegerField(default=0)
    #: probes that failed since it opened
    probes = models.PositiveIntegerField(default=0)
    opened_at = models.FloatField(default=0)
    #: when the next probe may go
    probe_at = models.FloatField(default=0)
    #: the batch that is the probe, and the fence of its lease: it is under way while that lease is
    probe_batch = models.BigIntegerField(default=0)
    probe_fence = models.PositiveIntegerField(default=0)
    #: what the service, or the network, said last
    reason = models.TextField(default="")

    def __str__(self) -> str:
        return f"{self.name}: {'open' if self.is_open else 'closed'}"


class Limit(models.Model):
    """What all workers together may ask of a service; None: no limit, or the one of the settings."""

    #: as `Circuit.name`
    name = models.CharField(max_length=300, primary_key=True)
    bytes_per_second = models.PositiveBigIntegerField(null=True)
    requests_per_second = models.PositiveIntegerField(null=True)
    connections = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name
