"""Landing zones: files go from the source once their objects are verified, and never before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import jobs, kinds, manifests
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Segment
from lading.ingest.engine.clearing import After, EmptyFolders
from lading.ingest.engine.links import Links
from lading.ingest.engine.values import DeleteMode, Operation
from lading.orchestration.models import Batch, Run, RunState
from tests import oracle
from tests.carrying import begun, carry, collection_for, counts, definition_for, outcomes, step, sync

FILES = {"a": b"one", "d/b": b"two", "d/e/c": b"three"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with three files."""
    root = tmp_path / "source"
    fill(root, FILES)
    return root


def fill(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def left(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def stored(settings: Settings, source: Path) -> dict[str, str]:
    found = oracle.zone_tree(settings.home, collection_for(source))
    return {path: seen.vault_checksum for path, seen in found.items() if seen.state == oracle.GOOD}


def sums(files: dict[str, bytes]) -> dict[str, str]:
    return {path: oracle.sha2(data) for path, data in files.items()}


def deleting(source: Path, **options: Any) -> Definition:
    return definition_for(source, after=After.DELETE, **options)


def moved_but_not_cleared(definition: Definition) -> Run:
    """Carry a run out until its files are to be cleared."""
    run = begun(definition)
    while not Batch.objects.filter(run=run, kind=kinds.CLEAR).exists():
        assert step(run)
    return run


def test_verified_files_go_and_their_folders_stay(source: Path, shared_ledger: Settings) -> None:
    """Each path has one outcome, and its code says that it went; nothing vanished for a later run."""
    run = sync(deleting(source))

    assert ({}, sums(FILES)) == (left(source), stored(shared_ledger, source))
    assert dict.fromkeys(FILES, ("created", "CLEARED")) == outcomes(run)
    assert {"created": 3} == counts(run)
    assert (source / "d" / "e").is_dir()
    again = sync(deleting(source))
    assert (RunState.DONE, {}) == (again.state, counts(again))
    assert sums(FILES) == stored(shared_ledger, source)


def test_files_are_moved_beside_the_source(source: Path, tmp_path: Path, shared_ledger: Settings) -> None:
    """Under their relative paths; folders that are empty then may go, the root never."""
    options = {"after_folder": str(tmp_path / "done"), "after_empty_folders": EmptyFolders.REMOVE}
    run = sync(definition_for(source, after=After.MOVE, **options))

    assert (FILES, []) == (left(tmp_path / "done"), list(source.iterdir()))
    assert {("created", "MOVED")} == set(outcomes(run).values())
    assert sums(FILES) == stored(shared_ledger, source)


def test_files_that_stayed_before_go_once_they_are_read_and_are_the_objects(
    source: Path, shared_ledger: Settings
) -> None:
    """Unchanged ones get a row for that; counts and manifest name each path once."""
    sync(definition_for(source))
    run = sync(deleting(source))

    assert {} == left(source)
    assert {"unchanged": 3} == counts(run)
    lines = [(line.path, line.outcome, line.code, line.count) for line in manifests.lines(run.pk)]
    assert sorted((path, "unchanged", "CLEARED", 1) for path in FILES) == sorted(lines)


def test_a_damaged_object_keeps_its_file(source: Path, shared_ledger: Settings) -> None:
    """Another size, a stale replica, a missing object: the catalogue is asked right before."""
    run = moved_but_not_cleared(deleting(source))
    collection = collection_for(source)
    with oracle.session(shared_ledger.home) as irods:
        irods.data_objects.unlink(f"{collection}/a", force=True)
        with irods.data_objects.open(f"{collection}/d/b", "w") as file:
            file.write(b"xxx")
    carry(run)

    assert {"a": b"one", "d/b": b"two"} == left(source)
    assert {
        "a": ("created", "STAYS_NOT_VERIFIED"),
        "d/b": ("created", "STAYS_NOT_VERIFIED"),
        "d/e/c": ("created", "CLEARED"),
    } == outcomes(run)


def test_a_file_that_changed_after_it_was_sent_stays_and_is_brought_by_the_next_run(
    source: Path, shared_ledger: Settings
) -> None:
    """And goes then."""
    run = moved_but_not_cleared(deleting(source))
    fill(source, {"a": b"another content", "d/b": b"owt"})
    carry(run)
    assert {"a": b"another content", "d/b": b"owt"} == left(source)
    assert ("created", "STAYS_CHANGED") == outcomes(run)["a"] == outcomes(run)["d/b"]

    run = sync(deleting(source))
    assert {"a": ("updated", "CLEARED"), "d/b": ("updated", "CLEARED")} == outcomes(run)
    assert ({}, oracle.sha2(b"owt")) == (left(source), stored(shared_ledger, source)["d/b"])


def test_a_file_that_was_only_touched_goes_once_it_was_read(source: Path, shared_ledger: Settings) -> None:
    """Its bytes are those of the object."""
    run = moved_but_not_cleared(deleting(source))
    (source / "a").touch()
    carry(run)

    assert {} == left(source)


def test_a_new_file_of_a_name_that_was_cleared_is_brought(source: Path, shared_ledger: Settings) -> None:
    """Over the object of that name, as a change would be."""
    sync(deleting(source))
    fill(source, {"a": b"of the next day"})
    run = sync(deleting(source))

    assert {"a": ("updated", "CLEARED")} == outcomes(run)
    assert oracle.sha2(b"of the next day") == stored(shared_ledger, source)["a"]


def test_a_job_that_keeps_files_later_finds_nothing_that_vanished(source: Path, shared_ledger: Settings) -> None:
    """Nothing is deleted, even if it deletes what vanishes."""
    sync(deleting(source, after_empty_folders=EmptyFolders.REMOVE))
    kept = definition_for(source, delete_mode=DeleteMode.NO_TRASH, delete_limit="100")
    run = sync(kept)
    assert (RunState.DONE, {}) == (run.state, counts(run))
    assert sums(FILES) == stored(shared_ledger, source)


def test_what_was_cleared_away_is_known_to_nobody(source: Path, shared_ledger: Settings) -> None:
    """Neither files nor the folders that went with them."""
    sync(deleting(source, after_empty_folders=EmptyFolders.REMOVE))

    folders = {bytes(path) for path in Segment.objects.values_list("folder", flat=True)}
    assert {b""} == folders
    assert 0 == sum(Segment.objects.values_list("count", flat=True))


def test_a_batch_that_died_in_the_middle_is_carried_on(source: Path, shared_ledger: Settings) -> None:
    """What went is gone, what a dead worker took gets its name back and goes."""
    run = moved_but_not_cleared(deleting(source))
    Batch.objects.filter(run=run, kind=kinds.CLEAR).update(fence=1)
    (source / "a").unlink()
    (source / "d" / "b").rename(source / "d" / ".lading-clearing-1~b")
    carry(run)

    assert {} == left(source)
    assert dict.fromkeys(FILES, ("created", "CLEARED")) == outcomes(run)


def test_what_a_lost_worker_may_still_send_stays_until_the_next_run(source: Path, shared_ledger: Settings) -> None:
    """Its late request could damage the object, and then the file is needed."""
    run = begun(deleting(source))
    step(run)
    Batch.objects.filter(run=run, kind=kinds.TRANSFER).update(fence=1)
    carry(run)

    assert FILES == left(source)
    sync(deleting(source))
    assert {} == left(source)


def test_only_what_was_brought_goes(source: Path, shared_ledger: Settings) -> None:
    """Excluded and pending files stay, and so do links, and what another object keeps from being put."""
    fill(source, {"x.tmp": b"excluded"})
    (source / "link").symlink_to("a")
    sync(deleting(source, exclude=("*.tmp",), links=Links.FOLLOW))

    assert {"x.tmp"} == left(source).keys()
    assert (source / "link").is_symlink()


def test_files_are_cleared_after_put_too_but_not_those_it_did_not_bring(source: Path, shared_ledger: Settings) -> None:
    """An object of another content was there: its file is all there is of it."""
    with oracle.session(shared_ledger.home) as irods:
        irods.collections.create(collection_for(source))
        with irods.data_objects.open(f"{collection_for(source)}/a", "w") as file:
            file.write(b"somebody else's")
    run = sync(deleting(source, operation=Operation.PUT))

    assert {"a": b"one"} == left(source)
    assert ("skipped", "OBJECT_EXISTS") == outcomes(run)["a"]


@pytest.mark.parametrize(
    "options",
    [
        {"after": After.MOVE},
        {"after": After.DELETE, "after_folder": "/done"},
        {"after_folder": "/done"},
        {"after": After.MOVE, "after_folder": "done"},
        {"after": After.DELETE, "operation": Operation.REGISTER_SYNC},
        {"after": After.DELETE, "operation": Operation.NO_OP},
        *({"after": After.DELETE, "delete_mode": mode} for mode in DeleteMode if mode is not DeleteMode.DO_NOT_DELETE),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, Any]) -> None:
    """Before a job is stored."""
    with pytest.raises(UsageError):
        Definition(source="/a", destination="/z/home", **options)


@pytest.mark.parametrize("folder", ["source/done", "source", "."])
def test_files_are_not_moved_to_where_they_would_be_found_again(
    source: Path, tmp_path: Path, folder: str, shared_ledger: Settings
) -> None:
    """Nor does the source lie in that folder."""
    with pytest.raises(UsageError, match="lie in one another"):
        jobs.store(definition_for(source, after=After.MOVE, after_folder=str((tmp_path / folder).resolve())))
