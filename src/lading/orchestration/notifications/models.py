"""The table of what is still to be told: the outbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Notification(models.Model):
    """One message to one address; written in the transaction that ends the run, kept for a while after it arrived."""

    run_id = models.BigIntegerField(db_index=True)
    #: `orders.Channel`
    channel = models.CharField(max_length=8)
    #: where to; "" for the one of the settings, which may be a secret
    address = models.TextField()
    #: signs it; "" for the one of the settings
    key = models.CharField(max_length=64, default="")
    #: whether the address must be one of the internet: a person named it, and nobody else looked at it
    is_guarded = models.BooleanField(default=False)
    #: `content.of_run`, as it was when the run ended
    content = models.JSONField()
    made_at = models.FloatField()
    #: when it is tried next
    due_at = models.FloatField()
    attempts = models.PositiveIntegerField(default=0)
    #: when it arrived, or was given up
    done_at = models.FloatField(null=True)
    is_given_up = models.BooleanField(default=False)
    #: what was said to the last attempt
    error = models.TextField(default="")

    class Meta:
        """Few wait at a time, so their index stays small."""

        indexes: ClassVar = [
            models.Index("due_at", name="notification_due", condition=models.Q(done_at__isnull=True)),
            models.Index("done_at", name="notification_done", condition=models.Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} about run {self.run_id}"
