"""Changes become the work of few runs, and none is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import upwards
from lading.ingest.engine.noticing.burst import MOST_OF_FOLDER, PATIENCE, Burst
from lading.ingest.engine.noticing.changes import EVERYTHING, Change, Inbox, Look, MemoryEvents, merged
from lading.ingest.engine.noticing.choosing import Way, told_by, way_of

QUIET = 2.0


def entry(path: str, receipt: str = "") -> Change:
    return Change(path=path, receipt=receipt)


def tree(path: str) -> Change:
    return Change(path=path, look=Look.TREE)


def gone(path: str) -> Change:
    return Change(path=path, look=Look.NOTHING)


def burst(*changes: Change, at: float = 0.0, most: int = 50_000) -> Burst:
    made = Burst(QUIET, most=most)
    for change in changes:
        made.add(change, at)
    return made


def paths(made: Burst, at: float) -> tuple[str, ...] | str | None:
    """Return what there is to look at."""
    work = made.ready(at)
    return None if work is None else "everything" if work.everything else work.paths


def test_a_burst_is_looked_at_once_it_is_quiet() -> None:
    """By one run; what it looks at is forgotten once there is that run."""
    made = burst(entry("b"), entry("a/x"))
    made.add(entry("b"), 1.0)
    assert None is paths(made, 2.5)
    assert ("a/x", "b") == paths(made, 3.0)

    work = made.ready(3.0)
    assert work is not None
    made.looked_at(work, 3.0)
    assert (0, None) == (len(made), paths(made, 9.0))


def test_what_happens_while_a_run_begins_is_not_forgotten() -> None:
    """It is looked at by the next one."""
    made = burst(entry("a"))
    work = made.ready(3.0)
    assert work is not None
    made.add(entry("a"), 3.1)
    made.looked_at(work, 3.2)

    assert None is paths(made, 4.0)
    assert ("a",) == paths(made, 5.2)


def test_a_file_that_never_rests_keeps_no_other_one_waiting_for_long() -> None:
    """It waits itself."""
    made = burst(entry("done"))
    moments = [number * 1.0 for number in range(1, 60)]
    for at in moments:
        made.add(entry("growing"), at)
        if paths(made, at) is not None:
            break

    assert PATIENCE * QUIET == at
    assert ("done",) == paths(made, at)


def test_what_waits_for_later_keeps_nothing_waiting() -> None:
    """A file that was too fresh for a run is looked at again some time; others are not its business."""
    made = burst(entry("now"))
    made.add(entry("later"), 100.0)

    assert ("now",) == paths(made, 2.0)
    assert ("later", "now") == paths(made, 102.0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([tree("d"), entry("d/x"), tree("d/e"), entry("d-2")], ("d", "d-2")),
        ([entry("d/x"), tree("d")], ("d",)),
        ([entry("a"), gone("a"), entry("b")], ("b",)),
        ([gone("a"), entry("a")], ("a",)),
        ([tree("d"), entry("d")], ("d",)),
        ([entry("a"), EVERYTHING], "everything"),
        ([entry(f"d/{number}") for number in range(MOST_OF_FOLDER + 1)], ("d",)),
        ([entry(f"{number}") for number in range(MOST_OF_FOLDER + 1)], "everything"),
        ([gone("a")], None),
    ],
)
def test_what_is_looked_at(changes: list[Change], expected: object) -> None:
    """Nothing twice, no file of a folder that is looked at anyway, nothing that is gone."""
    assert expected == paths(burst(*changes), QUIET)


def test_too_many_paths_are_everything() -> None:
    """And what each of them wants to hear is kept."""
    made = burst(*(entry(f"{number}/x", receipt=str(number)) for number in range(12)), most=10)
    work = made.ready(QUIET)

    assert work is not None
    assert (True, 12) == (work.everything, len(set(work.receipts)))
    assert len(made) <= 2


def test_a_receipt_of_what_is_gone_is_still_given_back() -> None:
    """There is nothing to look at, and nobody has to tell it again."""
    made = burst(entry("a", "1"), gone("a"))
    work = made.ready(QUIET)

    assert work is not None
    assert ((), False, ["1"]) == (work.paths, work.everything, work.receipts)


def test_what_stands_for_too_many_paths_is_not_forgotten_when_the_root_goes() -> None:
    """It may be there again a moment later, and then nobody would look."""
    made = Burst(QUIET, most=1)
    for change in (entry("a"), entry("b"), gone("")):
        made.add(change, 0.0)
    work = made.ready(QUIET)

    assert work is not None
    assert work.everything


NAMES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map("/".join)
CHANGES = st.builds(Change, path=NAMES, look=st.sampled_from(Look))


@settings(max_examples=80)
@given(steps=st.lists(st.tuples(st.lists(CHANGES, max_size=5), st.floats(0.1, 5)), max_size=12))
def test_every_change_is_looked_at_after_it_happened(steps: list[tuple[list[Change], float]]) -> None:
    """Whatever comes when: by a run that begins later and looks at the path or at a folder above it, unless it went."""
    made, at, owed = Burst(QUIET, most=6), 0.0, dict[str, Look]()
    for changes, pause in [*steps, ([], 1_000.0)]:
        for change in changes:
            made.add(change, at)
            owed[change.path] = change.look
        at += pause
        work = made.ready(at)
        if work is not None:
            made.looked_at(work, at)
            seen = {""} if work.everything else set(work.paths)
            owed = {path: look for path, look in owed.items() if not seen.intersection(upwards(path))}

    assert [] == [path for path, look in owed.items() if look is not Look.NOTHING]
    assert None is made.ready(at + 1_000)


def test_changes_of_one_path_are_one() -> None:
    """The table of `merged`; the inbox keeps the order in which paths changed last."""
    expected = {(before, after): after for before in (None, *Look) for after in Look}
    expected[Look.TREE, Look.ENTRY] = Look.TREE
    assert expected == {(before, after): merged(before, after) for before in (None, *Look) for after in Look}

    inbox = Inbox()
    inbox.put([entry("a"), tree("b"), entry("b"), gone("c")])
    inbox.put([entry("a")])
    assert [tree("b"), gone("c"), entry("a")] == inbox.empty()
    assert [] == inbox.empty()


def test_events_of_memory_are_told_once() -> None:
    """The twin of real ones."""
    events = MemoryEvents()
    events.tell(entry("a", "1"))

    assert [entry("a", "1")] == events.changes()
    assert [] == events.changes()
    events.settled(["1"])
    events.close()
    assert (["1"], "closed") == (events.receipts, events.broken)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (entry("d/x.done", "r"), [entry("d/x.done"), entry("d/x", "r")]),
        (entry("d/.done"), [entry("d/.done")]),
        (entry("d/x"), [entry("d/x")]),
        (gone("d/x.done"), [gone("d/x.done")]),
        (entry("d/.leave"), [tree("d")]),
        (gone("d/.leave"), [tree("d")]),
        (EVERYTHING, [EVERYTHING]),
    ],
)
def test_a_marker_tells_of_what_it_is_about(change: Change, expected: list[Change]) -> None:
    """And a file that says what is left out of its folder."""
    assert expected == told_by(change, done_marker="*.done", ignore_file=".leave")


def test_a_marker_of_a_folder_tells_of_the_folder() -> None:
    """Whose files waited for it."""
    assert [tree("d/e")] == told_by(entry("d/e/READY"), done_marker="READY", ignore_file="")
    assert [tree("")] == told_by(entry("READY"), done_marker="READY", ignore_file="")
    assert [gone("d/READY")] == told_by(gone("d/READY"), done_marker="READY", ignore_file="")


def test_what_others_change_is_polled() -> None:
    """By the kernel's list of mounts: also where only a part of the folder is on a network."""
    mounts = "\n".join(
        f"{number} 1 0:1 / {place} rw - {kind} server rw"
        for number, (place, kind) in enumerate(
            [("/", "ext4"), ("/data", "xfs"), ("/data/far", "nfs4"), ("/home", "lustre"), ("/mnt", "fuse.thing")]
        )
    )
    found = {
        place: way_of(Path(place), mounts) for place in ("/", "/srv", "/data", "/data/near", "/data/far/x", "/mnt")
    }

    assert {"/srv", "/data/near"} == {place for place, way in found.items() if way is Way.EVENTS}
    assert Way.POLLING is way_of(Path("/home/me"), mounts)
