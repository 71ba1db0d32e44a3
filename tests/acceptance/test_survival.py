"""Everything dies at once, more than once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Place, fill
from tests.soak.survival import survive

pytestmark = pytest.mark.acceptance

FILES = 1_000


def test_a_run_survives_kill_9_of_workers_redis_and_zone_at_once(tmp_path: Path) -> None:
    """At two random moments; what is started again goes on, and all is as if nothing had happened."""
    source = tmp_path / "source"
    source.mkdir()
    fill(source, FILES)
    place = Place(tmp_path / "home", source, settings={"LADING_TRANSFER__BATCH_FILES": "25"})
    survived = survive(place, files=FILES, kills=2, seed=9, limit=90)

    assert ("done", [], 2) == (survived.state, survived.broken, survived.kills), survived.at
