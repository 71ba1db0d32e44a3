"""The table of whom a person's reviews are told to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Webhook(models.Model):
    """An address that is told of the ends of one person's reviews."""

    owner = models.CharField(max_length=150)
    created_at = models.FloatField()
    #: public part of the token that named it: it is told of what that token begins, while it holds; "": of all reviews
    token = models.CharField(max_length=12, default="")
    url = models.CharField(max_length=500)
    #: signs what is sent
    key = models.CharField(max_length=64)

    class Meta:
        """One row for an address of a token, or of the person."""

        app_label = "cv"
        constraints: ClassVar = [models.UniqueConstraint("owner", "token", "url", name="cv_webhook_once")]

    def __str__(self) -> str:
        return f"webhook {self.pk} of {self.owner}"
