"""Odd files and odd trees, from the filesystem to the catalogue."""

from __future__ import annotations

import os
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base import config
from lading.base.config import Settings
from lading.base.errors import Cancelled
from lading.base.events import BytesMoved, Event
from lading.ingest.app import context, kinds, moving
from lading.ingest.app.definition import Definition
from lading.ingest.engine import plan
from lading.orchestration.ledger import claims
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Batch, BatchState, RunState
from lading.orchestration.progress import Meter
from lading.zone.control import ZoneControl
from tests import oracle
from tests.carrying import begun, carry, claimed, collection_for, counts, definition_for, outcomes, step, sync, write

MIB = 1 << 20


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder, removed in the end by a program that minds no depth."""
    root = tmp_path / "source"
    root.mkdir()
    yield root
    subprocess.run(["rm", "-rf", str(root)], check=True)


def requests(settings: Settings) -> int:
    return sum(ZoneControl(settings.zone_home).counters().values())


# --- special files -------------------------------------------------------------------------------------------------


def test_case_35_devices_are_skipped_and_never_read(shared_ledger: Settings, tmp_path: Path) -> None:
    """One that has no end would be read for ever; those of this machine will do, since only root can make some."""
    names = ("zero", "null", "full")
    run = sync(Definition(source="/dev", destination=collection_for(tmp_path), include=names))

    assert RunState.DONE == run.state
    assert dict.fromkeys(names, ("skipped", "NOT_A_FILE")) == outcomes(run)


def test_case_35_a_pipe_in_the_place_of_a_file_is_not_waited_for(source: Path, shared_ledger: Settings) -> None:
    """It came after the scan."""
    write(source, "a", "b")
    run = begun(definition_for(source))
    step(run)
    (source / "a").unlink()
    os.mkfifo(source / "a")
    carry(run)

    assert {"a": "NOT_A_FILE", "b": ""} == {path: code for path, (_, code) in outcomes(run).items()}


# --- trees ---------------------------------------------------------------------------------------------------------


def test_case_38_a_tree_deeper_than_any_path_may_be_ends_in_one_failure(source: Path, shared_ledger: Settings) -> None:
    """A thousand folders in each other, 12,000 bytes of path: what iRODS can have arrives, the rest is told once."""
    write(source, "a", "deep-folder/b")
    deep = os.open(source / "deep-folder", os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("deep-folder", dir_fd=deep)
        below = os.open("deep-folder", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = below
    os.close(os.open("bottom", os.O_WRONLY | os.O_CREAT, dir_fd=deep))
    os.close(deep)
    run = sync(definition_for(source))

    assert (RunState.DONE_WITH_FAILURES, {"created": 2, "failed": 1}) == (run.state, counts(run))
    (failed,) = (found for found in outcomes(run).values() if found[0] == "failed")
    assert "NAME_REFUSED" == failed[1]
    again = sync(definition_for(source))
    assert {"unchanged": 2, "failed": 1} == counts(again)


def test_case_38_many_folders_are_few_batches_and_an_unchanged_rescan_asks_nothing(
    source: Path, shared_ledger: Settings
) -> None:
    """Empty ones, too: none is a message of its own, and none is listed again."""
    for number in range(1_500):
        (source / f"{number % 15}" / f"{number}").mkdir(parents=True)
    before = requests(shared_ledger)
    run = sync(definition_for(source))

    assert RunState.DONE == run.state
    assert 1_515 == len(oracle.collections(shared_ledger.home, collection_for(source)))
    assert 20 > Batch.objects.filter(run=run).count()
    assert 1.1 * 1_515 > requests(shared_ledger) - before
    before = requests(shared_ledger)
    assert 10 > Batch.objects.filter(run=sync(definition_for(source))).count()
    assert 0 == requests(shared_ledger) - before


# --- one large file ------------------------------------------------------------------------------------------------


class Interrupted(Meter):
    """Progress of a batch whose lease is lost once so many bytes were sent."""

    def __init__(self, held: Claim, after: int) -> None:
        super().__init__(held.run_id, held.batch_id)
        self.seen = 0
        self._after, self._held = after, held

    def __call__(self, event: Event) -> None:
        super().__call__(event)
        self.seen += event.bytes if isinstance(event, BytesMoved) else 0
        if self.seen >= self._after:
            self._held.lease.call_off("the worker died")


def test_case_39_a_large_file_given_up_at_nine_tenths_is_sent_again_as_a_whole(
    source: Path, shared_ledger: Settings
) -> None:
    """
    A thousandth of 100 GiB, sparse: memory is bounded, progress is told by bytes, and nothing of it is good until it is whole.

    What a lost worker had sent of a file is not used: the next one begins at its first byte. The rest of the run is.
    """
    size = 100 * MIB
    with (source / "large").open("wb") as file:
        file.truncate(size)
    write(source, "small")
    run = begun(definition_for(source))
    step(run)
    held = claimed(Batch.objects.get(run=run, kind=kinds.TRANSFER, planned_bytes=size))
    meter = Interrupted(held, size * 9 // 10)
    with pytest.raises(Cancelled):
        moving.carry_out(plan.decode(held.payload), context.of(held), meter)
    assert size * 9 // 10 <= meter.seen <= size
    assert {} == good(shared_ledger, source)
    claims.give_back(held)
    tracemalloc.start()
    carry(run)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (RunState.DONE, {"created": 2}) == (run.state, counts(run))
    assert size < totals(run.pk)["bytes"] < size + MIB
    assert peak < int(config.current().transfer.bytes_in_flight) + 16 * MIB
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))


def good(settings: Settings, source: Path) -> dict[str, str]:
    found = oracle.zone_tree(settings.home, collection_for(source))
    return {path: seen.checksum for path, seen in found.items() if seen.state == oracle.GOOD}


# --- times ---------------------------------------------------------------------------------------------------------

SECOND = 10**9
#: before the epoch, at it, one nanosecond behind it, far ahead
TIMES = (-5 * SECOND, 0, 1, 2**33 * SECOND)


@pytest.mark.parametrize("keep", [True, False])
def test_case_41_odd_times_are_brought_once_and_changes_are_seen(
    source: Path, shared_ledger: Settings, keep: bool
) -> None:
    """Whatever the clock says: unchanged files cost nothing, and one that changed under its old time is sent."""
    for at in TIMES:
        write(source, str(at))
        os.utime(source / str(at), ns=(at, at))
    definition = definition_for(source, keep_mtime=keep, delete_limit="none")
    assert {"created": len(TIMES)} == counts(sync(definition))
    before = requests(shared_ledger)
    assert {"unchanged": len(TIMES)} == counts(sync(definition))
    assert 0 == requests(shared_ledger) - before
    for at in TIMES:
        (source / str(at)).write_bytes(b"DATA of " + str(at).encode())  # as many bytes
        os.utime(source / str(at), ns=(at, at))
    assert {"updated": len(TIMES)} == counts(sync(definition))
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))


def test_case_41_a_nanosecond_is_a_change_that_is_looked_at_and_not_sent(source: Path, shared_ledger: Settings) -> None:
    """The bytes are the same."""
    write(source, "a")
    os.utime(source / "a", ns=(SECOND, SECOND))
    sync(definition_for(source))
    os.utime(source / "a", ns=(SECOND, SECOND + 1))
    run = sync(definition_for(source))

    assert ({"unchanged": 1}, 0) == (counts(run), totals(run.pk)["bytes"])


def test_case_41_a_file_written_while_it_is_scanned_is_seen(source: Path, shared_ledger: Settings) -> None:
    """Between scan and transfer, within the same second and with its time set back."""
    write(source, "a")
    at = (source / "a").stat()
    run = begun(definition_for(source))
    step(run)
    (source / "a").write_bytes(b"DATA of a")
    os.utime(source / "a", ns=(at.st_atime_ns, at.st_mtime_ns))
    carry(run)

    assert Batch.objects.filter(run=run, state=BatchState.DONE).exists()
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))
    assert {"unchanged": 1} == counts(sync(definition_for(source)))
