"""Each migration says whether older versions can work beside it."""

from __future__ import annotations

import pytest
from django.db.migrations.loader import MigrationLoader

#: application -> its last migration from the time before `lading upgrade`, of which nobody asks
BEFORE = {"orchestration": "0010", "ingest": "0010", "cv": "0001", "accounts": "0001"}

MIGRATIONS = sorted(label for label in MigrationLoader(None).disk_migrations or () if label[0] in BEFORE)


@pytest.mark.parametrize("label", MIGRATIONS, ids=".".join)
def test_a_migration_says_whether_it_is_an_addition(label: tuple[str, str]) -> None:
    """
    `is_additive = True` promises: code that does not know the migration can finish the batch that it has, and read.

    So it adds tables, indexes, and columns that may be empty or that the database itself fills; it takes nothing away.
    """
    migration = (MigrationLoader(None).disk_migrations or {})[label]
    application, name = label

    assert name[:4] <= BEFORE[application] or isinstance(getattr(migration, "is_additive", None), bool)
