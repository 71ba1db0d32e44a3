"""Files that change, vanish or may not be read while they are brought into the zone."""

from __future__ import annotations

import ctypes
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from lading.base.config import Settings
from lading.ingest.app import context, kinds, moving
from lading.ingest.app.context import Context
from lading.ingest.engine import plan
from lading.ingest.engine.circumstances import FileResult
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.values import DeleteMode, Entry
from lading.orchestration.models import Batch, RunState
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import (
    begun,
    carry,
    claimed,
    collection_for,
    counts,
    definition_for,
    outcomes,
    step,
    sync,
)

LARGE = 33 * 1024 * 1024
#: capabilities by which the superuser reads what its permissions do not let it read
_READS_ALL = (1 << 1) | (1 << 2)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return an empty folder."""
    root = tmp_path / "source"
    root.mkdir()
    return root


class _Opened(io.FileIO):
    """A file before whose reads something happens."""

    happens: Callable[[], object]

    def read(self, size: int | None = -1, /) -> bytes:
        self.happens()
        return super().read(size)


class Disturbed(FilesystemSource):
    """A folder whose files are disturbed while they are read."""

    def __init__(self, root: Path, disturb: Callable[[Path], object]) -> None:
        super().__init__(root)
        self._disturb = disturb

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
        with super().open(path, entry) as opened:
            file = _Opened(os.dup(opened.fileno()), "rb")
        file.happens = lambda: self._disturb(Path(self.physical_path(path)))
        return cast("BinaryIO", file)


@dataclass(frozen=True, kw_only=True)
class DisturbedContext(Context):
    """A batch whose source is disturbed."""

    disturb: Callable[[Path], object] = field(default=lambda _path: None)

    @cached_property
    def source(self) -> Source:
        return Disturbed(Path(self.definition.source), self.disturb)


def moved(source: Path, disturb: Callable[[Path], object]) -> FileResult:
    """Bring the one file of a folder while it is disturbed; return its result."""
    run = begun(definition_for(source))
    step(run)
    held = claimed(Batch.objects.get(run=run, kind=kinds.TRANSFER))
    of = context.of(held)
    disturbed = DisturbedContext(
        held=held, definition=of.definition, job_id=of.job_id, job_name=of.job_name, disturb=disturb
    )
    (result,) = moving.carry_out(plan.decode(held.payload), disturbed, Meter(run.pk, held.batch_id))
    return result


def good(settings: Settings, source: Path) -> dict[str, str]:
    """Return the checksums of the good objects."""
    found = oracle.zone_tree(settings.home, collection_for(source))
    return {path: seen.vault_checksum for path, seen in found.items() if seen.state == oracle.GOOD}


def once(action: Callable[[Path], object]) -> Callable[[Path], object]:
    """Return an action that happens the first time only."""
    waiting = [action]
    return lambda path: waiting.pop()(path) if waiting else None


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace(path: Path) -> None:
    """Put another file of the same size and time in its place."""
    at = path.stat()
    new = path.parent.parent / "new"
    new.write_bytes(b"B" * at.st_size)
    os.utime(new, ns=(at.st_atime_ns, at.st_mtime_ns))
    new.replace(path)


def rewrite(path: Path) -> None:
    """Write other bytes of the same number into it and set the time back."""
    at = path.stat()
    with path.open("r+b") as file:
        file.write(b"C" * at.st_size)
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))


@pytest.mark.parametrize("size", [100, LARGE])
@pytest.mark.parametrize("action", [append, rewrite, lambda path: os.truncate(path, 50)])
def test_b13_a_file_that_changes_once_while_it_is_read_arrives_as_it_is_then(
    source: Path, shared_ledger: Settings, size: int, action: Callable[[Path], object]
) -> None:
    """Never a mixture of both; small ones and such that are streamed."""
    (source / "a").write_bytes(b"A" * size)
    result = moved(source, once(action))

    assert ("created", "") == (result.outcome.value, result.code)
    assert {"a": oracle.sha2((source / "a").read_bytes())} == good(shared_ledger, source)
    assert result.checksum == good(shared_ledger, source)["a"]


@pytest.mark.parametrize("size", [100, LARGE])
def test_fault_26_a_file_that_grows_all_the_time_is_never_marked_good(
    source: Path, shared_ledger: Settings, size: int
) -> None:
    """It fails alone, the snapshot does not know it, and the next run brings it."""
    (source / "a").write_bytes(b"A" * size)
    result = moved(source, append)

    assert ("failed", "SOURCE_CHANGED", None) == (result.outcome.value, result.code, result.known)
    assert {} == good(shared_ledger, source)


def test_fault_27_a_file_that_is_replaced_while_it_is_read_is_one_or_the_other(
    source: Path, shared_ledger: Settings
) -> None:
    """Of the same size and time as before: the open file was the old one, the next run finds the new one."""
    (source / "a").write_bytes(b"A" * 100)
    result = moved(source, once(replace))

    assert good(shared_ledger, source)["a"] in {oracle.sha2(b"A" * 100), oracle.sha2(b"B" * 100)}
    assert result.known is not None


def test_fault_28_a_file_that_vanishes_after_it_was_listed_is_no_failure(source: Path, shared_ledger: Settings) -> None:
    """It is skipped with a code, the rest arrives, and later runs are as good as any."""
    for name in ("a", "b"):
        (source / name).write_bytes(name.encode())
    run = begun(definition_for(source))
    step(run)
    (source / "a").unlink()
    carry(run)

    assert RunState.DONE == run.state
    assert {"a": ("skipped", "SOURCE_VANISHED"), "b": ("created", "")} == outcomes(run)
    again = sync(definition_for(source))
    assert (RunState.DONE, {"unchanged": 1}) == (again.state, counts(again))


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def obeying_permissions() -> Iterator[None]:
    """Let permissions stop the superuser, too, for a while, as they stop everybody else."""
    if os.geteuid() != 0:
        yield
        return
    libc, header, sets = ctypes.CDLL(None, use_errno=True), _Header(0x20080522, 0), (_Set * 2)()
    assert libc.capget(ctypes.byref(header), sets) == 0
    before = sets[0].effective
    sets[0].effective = before & ~_READS_ALL
    assert libc.capset(ctypes.byref(header), sets) == 0
    try:
        yield
    finally:
        sets[0].effective = before
        assert libc.capset(ctypes.byref(header), sets) == 0


def test_b14_what_cannot_be_read_is_a_failure_in_the_summary(source: Path, shared_ledger: Settings) -> None:
    """Whether it can is tried, not guessed from the group's permission."""
    for name, mode in (("own", 0o600), ("closed", 0o000), ("open", 0o644)):
        (source / name).write_bytes(name.encode())
        (source / name).chmod(mode)
    (source / "private").mkdir()
    (source / "private" / "a").write_bytes(b"a")
    (source / "private").chmod(0o700)
    (source / "locked").mkdir()
    (source / "locked").chmod(0o000)
    with obeying_permissions():
        run = sync(definition_for(source))

    failed = {path: found for path, found in outcomes(run).items() if found[0] == "failed"}
    assert {"closed": ("failed", "SOURCE_UNREADABLE"), "locked": ("failed", "SOURCE_UNREADABLE")} == failed
    assert (RunState.DONE_WITH_FAILURES, {"created": 3, "failed": 2}) == (run.state, counts(run))
    assert {"own", "open", "private/a"} == good(shared_ledger, source).keys()


@pytest.mark.parametrize("scope", list(DeleteScope))
def test_b5_what_is_unreadable_or_left_out_by_now_is_not_deleted(
    source: Path, shared_ledger: Settings, scope: DeleteScope
) -> None:
    """It has not vanished: neither for this run nor for a later one that takes it again; what vanished goes."""
    names = ("excluded.tmp", "large", "young", "closed/a", "ignored/b", "vanished")
    for name in names:
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(b"x")
        os.utime(source / name, (1, 1))
    options = {"max_size": "10B", "min_age": "1h", "ignore_file": ".ignored", "exclude": (".ignored",)}
    definition = definition_for(
        source, delete_mode=DeleteMode.NO_TRASH, delete_scope=scope, delete_limit="100", **options
    )
    sync(definition)
    assert set(names) == good(shared_ledger, source).keys()
    (source / ".ignored").write_bytes(b"*.tmp\nignored/\n")
    (source / "large").write_bytes(b"larger than 10 bytes")
    (source / "young").write_bytes(b"y")
    (source / "vanished").unlink()
    (source / "closed").chmod(0o000)
    with obeying_permissions():
        run = sync(definition)
    # a scan with errors deletes nothing at all
    assert set(names) == good(shared_ledger, source).keys()
    assert {"skipped": 1, "failed": 1} == {name: counts(run)[name] for name in ("skipped", "failed")}
    (source / "closed").chmod(0o700)
    run = sync(definition)

    assert set(names) - {"vanished"} == good(shared_ledger, source).keys()
    assert ("deleted", "") == outcomes(run)["vanished"]


def test_b5_filters_that_change_while_files_vanish_delete_nothing(source: Path, shared_ledger: Settings) -> None:
    """What was known was known under other filters."""
    for name in ("a", "b.tmp", "d/c"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(b"x")
    deleting = {"delete_mode": DeleteMode.NO_TRASH, "delete_limit": "100"}
    sync(definition_for(source, **deleting))
    (source / "a").unlink()
    (source / "d" / "c").unlink()
    (source / "d").rmdir()
    sync(definition_for(source, exclude=("*.tmp",), **deleting))
    sync(definition_for(source, exclude=("*.tmp",), **deleting))

    assert {"a", "b.tmp", "d/c"} == good(shared_ledger, source).keys()


def test_b5_a_file_that_vanished_and_came_back_left_out_is_not_deleted(source: Path, shared_ledger: Settings) -> None:
    """While a grace period ran; too young, too large, or a link by now."""
    for name in ("young", "large", "link", "kept"):
        (source / name).write_bytes(b"x")
        os.utime(source / name, (1, 1))
    definition = definition_for(
        source, delete_mode=DeleteMode.NO_TRASH, delete_limit="100", delete_grace=1, max_size="10B", min_age="1h"
    )
    sync(definition)
    for name in ("young", "large", "link"):
        (source / name).unlink()
    sync(definition)
    (source / "young").write_bytes(b"y")
    (source / "large").write_bytes(b"larger than 10 bytes")
    (source / "link").symlink_to("kept")
    for _ in range(3):
        sync(definition)

    assert {"young", "large", "link", "kept"} == good(shared_ledger, source).keys()
