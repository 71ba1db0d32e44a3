"""Cases of sources that break off, and of times and clocks that are not what one expects."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from lading.base.config import Settings
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import claims, clock, sweep
from lading.orchestration.models import Batch, BatchState
from tests import carrying
from tests.carrying import counts, definition_for, outcomes, sync, write

#: seconds since the epoch, and nanoseconds: before it, far ahead, and with a fraction
TIMES = {"before": (-86_400, 0), "epoch": (0, 1), "ahead": (4_102_444_800, 0), "fraction": (1_700_000_000, 123_456_789)}


class BreakingOff:
    """A listing that ends with an error of the disk after its first entry."""

    def __init__(self, found: Iterator[os.DirEntry[bytes]]) -> None:
        self._found = found
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._found.__exit__(kind, error, trace)  # type: ignore[attr-defined]

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> os.DirEntry[bytes]:
        if self._told:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._told += 1
        return next(self._found)


def test_case_32_a_listing_that_breaks_off_brings_what_it_saw_and_deletes_nothing(
    shared_ledger: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails half-way through one folder: others go on, and nothing counts as vanished."""
    write(tmp_path, "bad/a", "bad/b", "bad/c", "good/a", "good/gone")
    definition = definition_for(tmp_path, delete_mode=DeleteMode.TRASH)
    sync(definition)
    (tmp_path / "good" / "gone").unlink()
    write(tmp_path, "good/new")
    scandir = os.scandir

    def failing(path: Any) -> Any:
        found = scandir(path)
        return BreakingOff(found) if os.fsdecode(path).endswith("/bad") else found

    monkeypatch.setattr(os, "scandir", failing)
    run = sync(definition)
    monkeypatch.undo()

    told = outcomes(run)
    assert ("created", "") == told["good/new"]
    assert "failed" in {outcome for outcome, _ in told.values()}
    assert "deleted" not in counts(run)
    # the disk is well again: what really vanished goes
    assert {"deleted": 1} == {name: count for name, count in counts(sync(definition)).items() if name == "deleted"}


def test_case_41_any_time_is_a_time_and_another_one_is_a_change(shared_ledger: Settings, tmp_path: Path) -> None:
    """Nothing is compared with a clock: times before the epoch and in the future are as good as any other."""
    write(tmp_path, *TIMES)
    for name, (seconds, nanoseconds) in TIMES.items():
        at = seconds * 10**9 + nanoseconds
        os.utime(tmp_path / name, ns=(at, at))
    definition = definition_for(tmp_path)

    assert {"created": len(TIMES)} == counts(sync(definition))
    assert {"unchanged": len(TIMES)} == counts(sync(definition))
    for name, (seconds, nanoseconds) in TIMES.items():
        file, at = tmp_path / name, seconds * 10**9 + nanoseconds
        file.write_bytes(file.read_bytes().swapcase())
        os.utime(file, ns=(at + 1, at + 1))
    assert {"updated": len(TIMES)} == counts(sync(definition))


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
