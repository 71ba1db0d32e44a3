"""Work of bounded size, as values and as bytes."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import from_bytes
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.parts import Failure, FolderPart
from lading.ingest.engine.plan import (
    Group,
    PlanLine,
    Tallies,
    TransferWork,
    decode,
    encode,
    group,
    halves,
    lines,
    nothing,
    reason,
)
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Known, Proof, SegmentHead, known_from
from lading.ingest.engine.values import Entry, Kind, Listed, ReplicaState

LISTED = Listed("a", 1, "sum", 2, ReplicaState.STALE, 3, "demoResc", "/vault/a")
BAD = from_bytes(b"caf\xe9")


def create(name: str, size: int = 1, step: Step = Step.CREATE) -> Action:
    return Action(step, Entry(name, Kind.FILE, size, 1, 2, 3, "tag"))


def part(folder: str, *actions: Action, make: bool = False) -> FolderPart:
    return FolderPart(folder=folder, collection=f"/z/{folder}", make_collection=make, actions=list(actions), ended=True)


def names(works: list[TransferWork]) -> list[list[str]]:
    return [[f"{one.folder}/{action.entry.name}" for one in work.groups for action in one.actions] for work in works]


def rules(**bounds: int) -> Rules:
    return Rules(destination="/z", **bounds)  # type: ignore[arg-type]


def test_small_folders_share_a_work_up_to_the_count() -> None:
    """In order, none lost."""
    parts = [part("x", create("a"), create("b")), part("y", create("c"), create("d"), create("e"))]

    assert names(list(group(parts, rules(batch_files=3)))) == [["x/a", "x/b", "y/c"], ["y/d", "y/e"]]


def test_bytes_bound_a_work() -> None:
    """A work is closed before it would be too large."""
    parts = [part("x", create("a", 6), create("b", 4), create("c", 1))]

    assert names(list(group(parts, rules(batch_bytes=10)))) == [["x/a", "x/b"], ["x/c"]]


def test_a_large_file_is_a_work_of_its_own() -> None:
    """Also where it is only read to be compared; but not where it is registered."""
    parts = [
        part(
            "x",
            create("a"),
            create("big", 101),
            create("same", 101, Step.ADOPT_BY_CHECKSUM),
            create("b"),
            create("registered", 101, Step.REGISTER),
        )
    ]

    works = list(group(parts, rules(one_call_limit=100)))

    assert names(works) == [["x/big"], ["x/same"], ["x/a", "x/b", "x/registered"]]
    assert [work.bytes for work in works] == [101, 101, 2]


def test_a_folder_without_actions_is_only_made() -> None:
    """Many of them share a work; one that is there is left out."""
    parts = [part("x", make=True), part("y"), part("z", make=True), part("w", make=True)]

    works = list(group(parts, rules(batch_files=2)))

    assert [[one.folder for one in work.groups] for work in works] == [["x", "z"], ["w"]]
    assert [one for work in works for one in work.groups if one.actions] == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=8), st.integers(1, 5), st.integers(1, 60))
def test_every_action_is_in_one_work_within_the_bounds(sizes: list[list[int]], files: int, limit: int) -> None:
    """Count and bytes hold; only a single file may be larger."""
    parts = [part(str(f), *(create(str(n), size) for n, size in enumerate(row))) for f, row in enumerate(sizes)]

    works = list(group(parts, rules(batch_files=files, batch_bytes=limit, one_call_limit=30)))

    assert sorted(name for work in names(works) for name in work) == sorted(
        f"{one.folder}/{action.entry.name}" for one in parts for action in one.actions
    )
    assert all(1 <= work.files <= files and (work.bytes <= limit or work.files == 1) for work in works)


def test_work_is_read_as_it_was_written() -> None:
    """Names that are not UTF-8 included."""
    entry = Entry(BAD, Kind.FILE, 2**63, -1, 2, 3, "tag")
    actions = (
        Action(Step.CREATE, entry),
        Action(Step.REPLACE, entry, known_from(entry, "sum", Proof.UNVERIFIED), LISTED, "CODE"),
        Action(Step.KEEP, entry, Known("a", 1, 2, 3, 4, "", "", Proof.VERIFIED, gone=True)),
    )
    work = TransferWork(
        groups=(
            Group(folder=BAD, collection="/z/x", make_collection=True, actions=actions),
            Group(folder="empty", collection="/z/empty", make_collection=False),
        )
    )

    assert decode(encode(work)) == work


def test_work_of_another_version_is_refused() -> None:
    """It is not guessed at."""
    with pytest.raises(ValueError, match="version 9"):
        decode(zlib.compress(json.dumps([9, []]).encode()))


def test_work_is_halved_down_to_single_files() -> None:
    """So that one that crashes a worker can be found."""
    work = next(group([part("x", create("a"), create("b")), part("e", make=True), part("y", create("c"))], rules()))

    left, right = halves(work)

    assert names([left, right]) == [["x/a", "x/b"], ["y/c"]]
    assert [one.folder for one in right.groups] == ["e", "y"]
    (single,) = halves(halves(left)[0])
    assert names([single]) == [["x/a"]]


def test_a_folder_cut_in_half_is_in_both_halves() -> None:
    """With its own files each."""
    work = next(group([part("x", *(create(name) for name in "abcd"))], rules()))

    assert names(list(halves(work))) == [["x/a", "x/b"], ["x/c", "x/d"]]


def test_tallies_count_what_a_plan_says() -> None:
    """Files by step, bytes that are read, and what is left alone."""
    one = part("x", create("a", 5), create("b", 7, Step.REGISTER), make=True)
    one.skips.append(create("link", 9, Step.SKIP))
    one.kept.append(create("k", 1, Step.KEEP))
    one.unchanged.append(SegmentHead(b"", 3, b""))
    one.vanished.append(known_from(create("v").entry, "", Proof.VERIFIED))
    one.vanished_folders.append("x/gone")
    one.failures.append(Failure("x/f", "CODE", ""))
    tallies = Tallies()

    tallies.add(one)
    tallies.add(part("y", create("c", 1)))

    assert tallies == Tallies(
        steps={Step.CREATE: 2, Step.REGISTER: 1, Step.SKIP: 1},  # type: ignore[arg-type]
        bytes=6,
        unchanged=4,
        vanished=1,
        vanished_folders=1,
        failed=1,
        collections=1,
    )


def test_lines_say_what_happens_and_why() -> None:
    """One for each file that is not left alone."""
    one = part("x", create("a", 5))
    one.skips.append(Action(Step.SKIP, create("link").entry, code="LINK_SKIPPED"))

    assert list(lines(one)) == [
        PlanLine(path="x/a", step=Step.CREATE, reason="new", size=5),
        PlanLine(path="x/link", step=Step.SKIP, reason="LINK_SKIPPED", size=1),
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"size": 2}, "the content differs"),
        ({"mtime_ns": 2}, "the modification time differs: the content decides"),
        ({"inode": 9}, "only ctime or inode differ: the content decides"),
        ({}, "the object in the zone is not as it was"),
    ],
)
def test_a_replacement_is_explained_by_the_difference(changed: dict[str, int], expected: str) -> None:
    """Between the entry and what is known."""
    entry = create("a").entry
    known = known_from(entry._replace(**changed), "", Proof.VERIFIED)  # type: ignore[arg-type]

    assert reason(Action(Step.REPLACE, entry, known)) == expected


def test_a_foreign_object_explains_a_replacement() -> None:
    """Nothing is known of it."""
    assert reason(Action(Step.REPLACE, create("a").entry, None, LISTED)) == "another object is there"


def test_nothing_is_an_entry_without_content() -> None:
    """For paths at which there is nothing."""
    assert nothing("a") == Entry("a", Kind.OTHER, 0, 0, 0, 0)
