"""Jobs that write into one place are refused if either deletes; a mirror of a single file clears nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app import approval, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.overlaps import overlap
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import RunState
from tests import oracle
from tests.carrying import carry, collection_for, sync, write

TRASH = DeleteMode.TRASH


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """Return two sources."""
    write(tmp_path / "one", "a", "b")
    write(tmp_path / "other", "c")
    return tmp_path / "one", tmp_path / "other"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/z/a", "/z/a", True),
        ("/z/a", "/z/a/", True),
        ("/z/a", "/z/a/b", True),
        ("/z/a/b/c", "/z/a", True),
        ("/z/a", "/z/ab", False),
        ("/z/a", "/z/b", False),
    ],
)
def test_when_destinations_overlap(one: str, other: str, expected: bool) -> None:
    """One is the other, or lies in it."""
    assert expected is overlap(one, other)


@pytest.mark.parametrize("below", ["", "/below"])
@pytest.mark.parametrize("first_deletes", [True, False])
def test_two_jobs_in_one_place_are_refused_if_either_deletes(
    shared_ledger: Settings, roots: tuple[Path, Path], below: str, *, first_deletes: bool
) -> None:
    """Whichever comes first; what the first one brought is there."""
    place = collection_for(roots[0])
    modes = [TRASH, DeleteMode.DO_NOT_DELETE]
    first, second = modes if first_deletes else modes[::-1]
    sync(Definition(source=str(roots[0]), destination=place, delete_mode=first))
    with pytest.raises(UsageError, match="both write into"):
        sync(Definition(source=str(roots[1]), destination=place + below, delete_mode=second))
    assert {"a", "b"} == set(oracle.zone_tree(shared_ledger.home, place))


def test_two_jobs_in_one_place_are_fine_while_none_deletes(shared_ledger: Settings, roots: tuple[Path, Path]) -> None:
    """And neither minds one in another place that does."""
    place = collection_for(roots[0])
    for root in roots:
        assert RunState.DONE == sync(Definition(source=str(root), destination=place)).state
    beside = Definition(source=str(roots[1]), destination=f"{place}er", delete_mode=TRASH)
    assert RunState.DONE == sync(beside).state


def test_a_list_is_not_approved_over_another_job(shared_ledger: Settings, roots: tuple[Path, Path]) -> None:
    """It came between planning and approval."""
    place = collection_for(roots[0])
    deleting = Definition(source=str(roots[0]), destination=place, delete_mode=TRASH, delete_limit="0")
    sync(deleting)
    (roots[0] / "a").unlink()
    held = sync(deleting)
    assert RunState.HELD == held.state
    jobs.store(deleting.model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE}))
    sync(Definition(source=str(roots[1]), destination=place))
    with pytest.raises(UsageError, match="both write into"):
        approval.approve(held.pk)
    jobs.remove(Job.objects.get(destination=place, source=str(roots[1])))
    approval.approve(held.pk)
    assert RunState.DONE == carry(held).state
    assert {"b", "c"} == set(oracle.zone_tree(shared_ledger.home, place))


def test_a_mirror_of_a_single_file_clears_nothing_beside_it(shared_ledger: Settings, roots: tuple[Path, Path]) -> None:
    """It is no picture of the collection."""
    place = collection_for(roots[0])
    sync(Definition(source=str(roots[0]), destination=place))
    jobs.remove(Job.objects.get())
    single = Definition(
        source=str(roots[1] / "c"),
        destination=place,
        delete_mode=TRASH,
        delete_scope=DeleteScope.MIRROR,
        delete_limit="none",
    )
    sync(single)
    assert {"a", "b", "c"} == set(oracle.zone_tree(shared_ledger.home, place))
