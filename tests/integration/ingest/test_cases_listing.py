"""Folders that are renamed, vanish or fail while they are listed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from lading.base.config import Settings
from lading.base.errors import SourceMissing
from lading.ingest.app.models import DeletionList
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import RunState
from tests import oracle
from tests.carrying import begun, carry, collection_for, counts, definition_for, outcomes, step, sync, write

FOLDERS = ("a", "d", "z")


class Listing:
    """What `os.scandir` returns of one folder, with something that happens before one of its entries."""

    def __init__(self, listing: Iterator[os.DirEntry[bytes]], happens: Callable[[], object], *, before: int) -> None:
        self._listing = listing
        self._happens = happens
        self._before = before

    def __iter__(self) -> Listing:
        return self

    def __next__(self) -> os.DirEntry[bytes]:
        if self._before == 0:
            self._happens()
        self._before -= 1
        return next(self._listing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listing.close()  # type: ignore[attr-defined]


@pytest.fixture
def source(tmp_path: Path, shared_ledger: Settings) -> Path:
    """Return three folders of ten files that were brought by a job that deletes what vanished."""
    root = tmp_path / "source"
    write(root, *(f"{folder}/{number}" for folder in FOLDERS for number in range(10)))
    sync(definition_for(root, **DELETING))
    return root


DELETING = {"delete_mode": DeleteMode.NO_TRASH, "delete_limit": "none"}


def there(settings: Settings, source: Path) -> set[str]:
    return set(oracle.zone_tree(settings.home, collection_for(source)))


def disturb(monkeypatch: pytest.MonkeyPatch, folder: Path, happens: Callable[[], object], *, before: int) -> None:
    """Let something happen the first time that a folder is listed, before its entry of that number; -1: before all."""
    scandir, waiting = os.scandir, [happens]

    def listing(path: bytes) -> object:
        if path != os.fsencode(folder) or not waiting:
            return scandir(path)
        happen = waiting.pop()
        if before < 0:
            happen()
            return scandir(path)
        return Listing(scandir(path), happen, before=before)

    monkeypatch.setattr(os, "scandir", listing)


@pytest.mark.parametrize("before", [-1, 0, 5])
def test_case_29_a_folder_renamed_while_it_is_scanned_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, source: Path, shared_ledger: Settings, before: int
) -> None:
    """Right before it is listed or in the middle: what it had stays for this run, and all is right after the next one."""
    (source / "a/0").unlink()
    (source / "z/new").write_bytes(b"new")
    disturb(monkeypatch, source / "d", lambda: (source / "d").rename(source / "b"), before=before)
    run = sync(definition_for(source, **DELETING))

    assert (RunState.DONE, ("skipped", "SOURCE_VANISHED")) == (run.state, outcomes(run)["d"])
    assert {f"d/{number}" for number in range(10)} < there(shared_ledger, source)
    assert ("deleted", "created") == (outcomes(run)["a/0"][0], outcomes(run)["z/new"][0])
    run = sync(definition_for(source, **DELETING))
    assert {"created": 10, "deleted": 10, "unchanged": 20} == counts(run)
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))


def test_case_29_a_folder_that_vanishes_while_it_is_scanned_goes_with_the_next_run(
    monkeypatch: pytest.MonkeyPatch, source: Path, shared_ledger: Settings
) -> None:
    """It is no failure."""
    disturb(monkeypatch, source / "d", lambda: shutil.rmtree(source / "d"), before=3)
    run = sync(definition_for(source, **DELETING))
    assert RunState.DONE == run.state
    sync(definition_for(source, **DELETING))

    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))


def test_case_32_a_listing_that_fails_half_way_deletes_nothing_in_the_whole_run(
    monkeypatch: pytest.MonkeyPatch, source: Path, shared_ledger: Settings
) -> None:
    """An error of the disk after some entries: what could be seen is brought, nothing counts as vanished."""
    (source / "a/0").unlink()
    (source / "d/1").unlink()
    shutil.rmtree(source / "z")
    (source / "a/new").write_bytes(b"new")
    before = there(shared_ledger, source)
    disturb(monkeypatch, source / "d", fail, before=2)
    run = sync(definition_for(source, **DELETING))

    assert (RunState.DONE_WITH_FAILURES, ("failed", "SOURCE_UNREADABLE")) == (run.state, outcomes(run)["d"])
    assert DeletionList.State.DROPPED == DeletionList.objects.get(pk=run.pk).state
    assert before | {"a/new"} == there(shared_ledger, source)
    sync(definition_for(source, **DELETING))
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))


def test_case_32_a_root_whose_listing_fails_half_way_stops_the_run(
    monkeypatch: pytest.MonkeyPatch, source: Path, shared_ledger: Settings
) -> None:
    """Nobody knows what is there: nothing is brought, nothing deleted."""
    before = there(shared_ledger, source)
    shutil.rmtree(source / "a")
    disturb(monkeypatch, source, fail, before=1)
    with pytest.raises(SourceMissing, match="Input/output error"):
        step(begun(definition_for(source, **DELETING)))

    assert before == there(shared_ledger, source)


def fail() -> None:
    """Do as a disk with a bad sector does."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_case_28_a_file_that_vanishes_after_it_was_listed_goes_with_the_next_run(
    source: Path, shared_ledger: Settings
) -> None:
    """It changed, was to be sent, and is gone by then: skipped, others are deleted in this run, it is in the next one."""
    (source / "a/0").write_bytes(b"changed")
    (source / "a/1").unlink()
    run = begun(definition_for(source, **DELETING))
    assert step(run)
    (source / "a/0").unlink()
    carry(run)

    assert (RunState.DONE, ("skipped", "SOURCE_VANISHED")) == (run.state, outcomes(run)["a/0"])
    assert ("deleted", "") == outcomes(run)["a/1"]
    assert {"a/0": ("deleted", "")} == outcomes(sync(definition_for(source, **DELETING)))
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))
