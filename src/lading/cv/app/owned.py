"""What belongs to one person."""

from __future__ import annotations

from django.db import models


class Owned(models.Model):
    """Something of one person's."""

    #: as `access` names people: `user-12`, or `shell-` and who typed it
    owner = models.CharField(max_length=150)
    created_at = models.FloatField()

    class Meta:
        """A mixin."""

        abstract = True
