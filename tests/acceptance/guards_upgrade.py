"""The guards of upgrades: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_HERE = "integration/orchestration/test_upgrading.py::"

UPGRADE_GUARDS = (
    Guard(
        "nothing is claimed while an upgrade is announced",
        "orchestration/ledger/claims.py",
        " and not batch.upgrades",
        "",
        _HERE + "test_nothing_is_claimed_while_an_upgrade_is_announced",
    ),
    Guard(
        "a migration that is no addition breaks",
        "orchestration/ledger/schema.py",
        'if ".".join(label) not in additions',
        "if False",
        _HERE + "test_a_migration_that_nobody_knows_here_breaks_unless_it_is_an_addition",
    ),
    Guard(
        "after a migration that failed nothing begins",
        "orchestration/ledger/upgrading.py",
        "    if found is Announced.FAILED:",
        "    if False:",
        _HERE + "test_after_a_migration_that_failed_nothing_begins",
    ),
)
