"""What calls cost: rows without a word of anybody's text, kept for a day after it so that deleting a CV gives no tokens back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Spending(models.Model):
    """One request to an endpoint: reserved before it is made, settled after."""

    owner = models.CharField(max_length=150)
    endpoint = models.CharField(max_length=300)
    run_id = models.BigIntegerField()
    #: who makes it: it is under way while that lease is
    batch_id = models.BigIntegerField()
    fence = models.PositiveIntegerField()
    at = models.FloatField()
    ended_at = models.FloatField(null=True)
    #: tokens that it may cost at most; counted until the endpoint says how many it were
    reserved = models.PositiveIntegerField()
    prompt_tokens = models.PositiveIntegerField(null=True)
    answer_tokens = models.PositiveIntegerField(null=True)
    #: None: nobody knows the price, or how many tokens it were
    cost = models.FloatField(null=True)

    class Meta:
        """Asked by address and by person, of the last minute and the last day."""

        app_label = "cv"
        indexes: ClassVar = [
            models.Index("endpoint", "at", name="cv_spending_endpoint"),
            models.Index("owner", "at", name="cv_spending_owner"),
            models.Index("run_id", name="cv_spending_run"),
        ]

    def __str__(self) -> str:
        return f"call of batch {self.batch_id} to {self.endpoint}"
