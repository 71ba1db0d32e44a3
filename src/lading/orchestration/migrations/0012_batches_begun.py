"""An index of the batches of a run that were begun, by id."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more."""

    #: an index is no concern of code that does not know it
    is_additive = True

    dependencies: ClassVar = [("orchestration", "0011_additions")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                models.F("run"),
                models.F("id"),
                condition=models.Q(("state", "queued"), _negated=True),
                name="batch_begun",
            ),
        ),
    ]
