"""The table of migrations beside which older versions can work."""

from __future__ import annotations

from django.db import models


class Addition(models.Model):
    """A migration beside which code that does not know it may finish what it has in hand (`ledger.schema`)."""

    #: application and name, as `orchestration.0011_additions`
    label = models.CharField(max_length=300, primary_key=True)

    class Meta:
        """Found by way of `orchestration.models`."""

        app_label = "orchestration"

    def __str__(self) -> str:
        return self.label
