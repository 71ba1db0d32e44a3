"""An upgrade that is announced holds everything back, and runs out."""

from __future__ import annotations

import pytest

from lading.base.errors import LedgerTooNew, UpgradeFailed, UpgradeUnderWay, WorkersBusy
from lading.cli import upgrade
from lading.orchestration.ledger import backups, claims, lookout, schema, upgrading, workers
from lading.orchestration.ledger.upgrading import Announced
from lading.orchestration.models import Addition, Batch, BatchState, Tick
from tests.integration.orchestration.conftest import Start, only_batch


def test_nothing_is_claimed_while_an_upgrade_is_announced(start: Start) -> None:
    """Wherever the worker is; afterwards the batch is as free as before."""
    batch_id = only_batch(start("a")).pk
    with upgrading.announcing():
        assert claims.claim(batch_id, "one") is None
        assert BatchState.QUEUED == Batch.objects.get(pk=batch_id).state
        upgrading.release()
        assert claims.claim(batch_id, "one") is not None


@pytest.mark.django_db
def test_what_begins_is_refused_and_what_works_makes_way() -> None:
    """Until it was said that it is over."""
    assert "" == lookout.why_to_leave()
    upgrading.hold(60)
    with pytest.raises(UpgradeUnderWay):
        schema.ensure()
    assert Announced.UNDER_WAY is upgrading.announced()
    upgrading.release()
    schema.ensure()


@pytest.mark.django_db
def test_an_announcement_of_one_that_was_killed_runs_out() -> None:
    """Nobody waits for ever."""
    upgrading.hold(60)
    Tick.objects.filter(name="upgrade").update(at=1)

    assert Announced.NOTHING is upgrading.announced()
    schema.ensure()


@pytest.mark.django_db
def test_after_a_migration_that_failed_nothing_begins() -> None:
    """However long ago that was."""
    upgrading.fail()

    with pytest.raises(UpgradeFailed):
        schema.ensure()


@pytest.mark.django_db
def test_a_failed_upgrade_that_is_tried_again_stays_failed_until_it_went_well() -> None:
    """Whoever tries again and is killed, or gives up waiting, has mended nothing."""
    upgrading.fail()
    with upgrading.announcing():
        upgrading.hold(upgrading.HOLDS_LONG)
        assert Announced.FAILED is upgrading.announced()
    assert Announced.FAILED is upgrading.announced()

    upgrading.release()
    assert Announced.NOTHING is upgrading.announced()


@pytest.mark.django_db
def test_who_gives_up_a_second_try_leaves_the_first_one_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise older workers would go on, and the third try take the back-up of the first for that of now."""
    monkeypatch.setattr(backups, "dumping_tool", str)
    workers.beat("one", "elsewhere", 1, "filesystem")
    found = schema.Comparison(
        is_empty=False, pending=(("orchestration", "9000_later"),), newer=(), breaking=(), additive=()
    )
    upgrading.fail()

    with pytest.raises(WorkersBusy):
        upgrade._upgrade(found, 0, backed_up=True)

    assert Announced.FAILED is upgrading.announced()


def test_what_is_in_hand_is_told(start: Start) -> None:
    """Leases that hold, and processes that were heard of."""
    assert upgrading.in_hand().is_nothing
    batch_id = only_batch(start("a")).pk
    assert claims.claim(batch_id, "one") is not None
    workers.beat("one", "elsewhere", 1, "filesystem")

    held = upgrading.in_hand()

    assert "1 batches in hand, worker processes: 1 on elsewhere" == str(held)
    Batch.objects.filter(pk=batch_id).update(lease_until=1)
    workers.leave("one")
    assert upgrading.in_hand().is_nothing


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_a_migration_that_nobody_knows_here_breaks_unless_it_is_an_addition(*, is_known: bool) -> None:
    """The ledger says so itself."""
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.create(app="orchestration", name="9000_later")
    if is_known:
        Addition.objects.create(label="orchestration.9000_later")
    try:
        found = schema.compare()
        assert (("orchestration", "9000_later"),) == found.newer
        assert (() if is_known else found.newer) == found.breaking
        assert lookout.why_to_leave()
        with pytest.raises(LedgerTooNew):
            schema.ensure()
    finally:
        MigrationRecorder.Migration.objects.filter(name="9000_later").delete()
