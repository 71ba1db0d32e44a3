"""Which files go together."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.ingest.engine.bundling import LEAST, Bundle, bundles, cut, goes_along, packed_size
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.plan import Group
from lading.ingest.engine.refusals import Refusals
from lading.ingest.engine.rules import BundleRules
from lading.ingest.engine.tarring import Tar
from lading.ingest.engine.tasks import Task
from lading.ingest.engine.values import Entry, Kind, Listed, ReplicaState

RULES = BundleRules(files=100, bytes=1024 * 1024, largest=64 * 1024)
GROUP = Group(folder="f", collection="/z/c/f", make_collection=True)
THERE = Listed("a", 1, "", 0, ReplicaState.GOOD, 0, "r", "/v/a")


def task(
    step: Step = Step.CREATE, size: int = 10, found: Listed | None = None, name: str = "a", code: str = ""
) -> Task:
    action = Action(step, Entry(name, Kind.FILE, size, 0, 0, 0), code=code)
    return Task(group=GROUP, action=action, found=found, looked=found is not None)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("found", [None, THERE], ids=["nothing there", "an object"])
@pytest.mark.parametrize("bare", [True, False], ids=["bytes only", "AVUs"])
@pytest.mark.parametrize("code", ["", "TWIN"])
@pytest.mark.parametrize("size", [0, 64 * 1024, 64 * 1024 + 1])
def test_only_small_new_files_without_anything_else_go_along(
    step: Step, found: Listed | None, size: int, code: str, *, bare: bool
) -> None:
    """The whole table."""
    expected = step is Step.CREATE and found is None and bare and not code and size <= 64 * 1024

    assert expected == goes_along(task(step, size, found, code=code), RULES, bare=bare)


def test_a_file_that_fills_a_bundle_goes_alone() -> None:
    """However large files may be."""
    tight = BundleRules(files=100, bytes=4096, largest=10**9)

    assert goes_along(task(size=4096 - 1024), tight, bare=True)
    assert not goes_along(task(size=4096), tight, bare=True)


@given(
    sizes=st.lists(st.integers(0, 100_000), max_size=400),
    files=st.integers(0, 150),
    limit=st.integers(2_000, 1_000_000),
)
def test_bundles_keep_their_bounds_and_their_order(sizes: list[int], files: int, limit: int) -> None:
    """At most so many files and bytes, at least the least; no file twice; neighbours together."""
    rules = BundleRules(files=files, bytes=limit)

    found = list(cut(sizes, rules))

    positions = [position for part in found for position in part]
    assert sorted(set(positions)) == positions
    for part in found:
        assert LEAST <= len(part) <= files
        assert sum(sizes[position] for position in part) + 1024 <= limit


@given(count=st.integers(0, 1_000), files=st.integers(LEAST, 200))
def test_where_bytes_are_no_matter_hardly_a_file_goes_alone(count: int, files: int) -> None:
    """Bundles are about equally full, so that no small rest is left."""
    sizes = [len(part) for part in cut([0] * count, BundleRules(files=files, bytes=10**9))]

    assert count - sum(sizes) < LEAST
    assert max(sizes, default=0) <= max(min(sizes, default=0) + 1, LEAST)


def test_no_bundles_are_the_default() -> None:
    """Whoever does not ask for them gets none."""
    assert [] == list(cut([10] * 1000, BundleRules()))


def test_a_bundle_is_unpacked_below_all_its_folders() -> None:
    """In the nearest collection that holds all files; one file's is its own."""
    paths = [*(f"/z/c/x/{number}" for number in range(6)), *(f"/z/c/xy/deep/{number}" for number in range(6))]
    (made,) = bundles([(path, task()) for path in paths], RULES)

    assert ("/z/c", 12) == (made.base, len(made.tasks))
    assert "/z/c/x" == Bundle(0, made.tasks[:6]).base


@given(
    files=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=150),
        st.binary(max_size=2_000),
        max_size=12,
    )
)
def test_a_tar_holds_what_was_added_and_is_no_larger_than_said(files: dict[str, bytes]) -> None:
    """Read back by another's code; names as bytes."""
    tar = Tar()
    for name, data in files.items():
        tar.add(f"d/{name}", data)
    packed = tar.whole()

    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:", encoding="utf-8") as opened:
        found = {member.name: (opened.extractfile(member) or io.BytesIO()).read() for member in opened}
    assert {f"d/{name.rstrip('/')}": data for name, data in files.items()} == found
    assert len(packed) == 1024 + sum(packed_size(f"d/{name}", len(data)) for name, data in files.items())


def test_a_refusal_is_remembered_for_a_while() -> None:
    """For what it is about, and no longer than ten minutes."""
    now = [1000.0]
    refusals = Refusals(lambda: now[0])

    refusals.note("zone", "rods")

    assert refusals.holds("zone", "rods")
    assert not refusals.holds("zone", "alice")
    now[0] += 601
    assert not refusals.holds("zone", "rods")
    refusals.note("zone", "rods")
    refusals.forget()
    assert not refusals.holds("zone", "rods")
