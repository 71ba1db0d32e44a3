"""What a deletion costs in requests: one for each object, or one for a whole tree, and the looks right before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode, Operation
from tests.integration.figures.conftest import FILES, FOLDERS, PER_FOLDER, Sync

#: files of each folder that vanish
_LOST = 10

#: of a collection: its objects, and its child collections
_LISTINGS = 2


def lose_files(source: Path) -> None:
    """Remove ten files of each folder."""
    for folder in source.iterdir():
        for path in sorted(folder.iterdir())[:_LOST]:
            path.unlink()


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        (Operation.PUT_SYNC, DeleteMode.TRASH),
        (Operation.PUT_SYNC, DeleteMode.NO_TRASH),
        (Operation.REGISTER_SYNC, DeleteMode.UNREGISTER),
    ],
    ids=["trash", "no-trash", "unregister"],
)
def test_a_deleted_object_costs_one_request(sync: Sync, source: Path, operation: Operation, mode: DeleteMode) -> None:
    """Besides one look at each folder's, of up to 100 names; the run counts as the zone does."""
    sync(operation=operation)
    lose_files(source)
    done = sync(operation=operation, delete_mode=mode, delete_limit="none")

    assert done.totals["deleted"] == FOLDERS * _LOST
    assert done.requests == FOLDERS * _LOST + FOLDERS
    assert done.totals["requests"] == done.requests


def test_a_look_is_for_a_hundred_names(sync: Sync, source: Path) -> None:
    """A folder that lost 250 files is looked at three times."""
    many = source / "many"
    many.mkdir()
    for number in range(250):
        (many / f"{number}.dat").touch()
    sync()
    for path in sorted(many.iterdir()):
        path.unlink()
    done = sync(delete_mode=DeleteMode.TRASH, delete_limit="none")

    assert (done.totals["deleted"], done.requests) == (250, 250 + 3)


def test_a_removed_tree_costs_one_request_where_it_goes_to_the_trash(sync: Sync, source: Path) -> None:
    """Besides its listings, two for each of its collections."""
    (source / "folder-00" / "deep" / "er").mkdir(parents=True)
    (source / "folder-00" / "deep" / "er" / "one.dat").touch()
    sync()
    for name in ("folder-00", "folder-01"):
        shutil.rmtree(source / name)
    done = sync(delete_mode=DeleteMode.TRASH, delete_limit="none")

    assert done.totals["deleted"] == 2 * PER_FOLDER + 1
    assert done.requests == 2 + 4 * _LISTINGS


def test_an_unchanged_tree_costs_no_request_with_a_delete_mode(sync: Sync) -> None:
    """What vanishes is told from the snapshot."""
    sync()
    again = sync(delete_mode=DeleteMode.TRASH)

    assert again.totals["unchanged"] == FILES
    assert again.requests == 0


def test_a_mirror_lists_each_collection_once(sync: Sync) -> None:
    """Each run lists the objects and the child collections of each folder, the root included."""
    sync()
    again = sync(delete_mode=DeleteMode.TRASH, delete_scope=DeleteScope.MIRROR)

    assert again.totals["unchanged"] == FILES
    assert again.requests == (FOLDERS + 1) * _LISTINGS
