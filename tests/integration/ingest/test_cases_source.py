"""A clock that is not what one expects."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.orchestration.ledger import claims, clock, sweep
from lading.orchestration.models import Batch, BatchState
from tests import carrying
from tests.carrying import definition_for, write


@pytest.mark.parametrize("wrong", [-3_600.0, 3_600.0])
def test_case_42_a_worker_whose_clock_is_wrong_keeps_its_leases(
    shared_ledger: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    """By an hour, either way: leases begin and end by the database's clock."""
    write(tmp_path, "a")
    run = carrying.begun(definition_for(tmp_path))
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + wrong)
    held = claims.claim(Batch.objects.get(run=run).pk, "wrong")
    assert held is not None
    sweep.sweep()
    batch = Batch.objects.get(pk=held.batch_id)

    assert BatchState.LEASED == batch.state
    assert 0 < batch.lease_until - clock.now() <= shared_ledger.lease_ttl.total_seconds()
