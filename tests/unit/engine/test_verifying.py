"""What a comparison finds: the truth tables, and a walk over random trees against an oracle of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base.cancellation import Unlimited
from lading.base.clock import FixedClock
from lading.base.paths import from_bytes, join
from lading.ingest.engine.compare import Step
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.parts import Budget, Ports
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.selecting import Selector
from lading.ingest.engine.snapshot import Proof, known_from
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState
from lading.ingest.engine.verifying import Code, Judged, Mark, Sample, judge, mark_of, mending
from lading.ingest.engine.verifywalk import Comparison, Stretch
from tests.unit.engine.workshop import ROOT, Workshop, change, shop, store

ENTRY = Entry("a", Kind.FILE, 10, 100_000_000_005, 1, 7)
GOOD = Listed("a", 10, "sha2:AAAA", 100, ReplicaState.GOOD, 0, "demoResc", "/vault/a")
KNOWN = known_from(ENTRY, "sha2:AAAA", Proof.VERIFIED)


@pytest.mark.parametrize(
    ("entry", "listed", "code"),
    [
        (ENTRY, None, Code.ONLY_AT_SOURCE),
        (None, GOOD, Code.ONLY_IN_ZONE),
        (ENTRY, replace(GOOD, state=ReplicaState.STALE, size=1), Code.REPLICA_STALE),
        (ENTRY, replace(GOOD, state=ReplicaState.INTERMEDIATE), Code.REPLICA_INTERMEDIATE),
        (ENTRY, replace(GOOD, state=ReplicaState.READ_LOCKED), Code.REPLICA_LOCKED),
        (ENTRY, replace(GOOD, state=ReplicaState.WRITE_LOCKED), Code.REPLICA_LOCKED),
        (ENTRY, replace(GOOD, size=9, checksum=""), Code.SIZE_DIFFERS),
        (ENTRY, replace(GOOD, unsound=1, checksum=""), Code.OTHER_REPLICA_NOT_GOOD),
        (ENTRY, replace(GOOD, checksum=""), Code.NO_CHECKSUM),
        (ENTRY, replace(GOOD, modified=99), Code.SAME),
        (ENTRY, GOOD, Code.SAME),
    ],
)
def test_the_table_of_what_listings_show(entry: Entry | None, listed: Listed | None, code: Code) -> None:
    """Row by row."""
    assert code is judge(entry, listed, Operation.PUT_SYNC)


def test_a_registered_file_is_the_same_only_with_its_time() -> None:
    """Whole seconds, as a registration has them."""
    assert Code.SAME is judge(ENTRY, GOOD, Operation.REGISTER_SYNC)
    assert Code.TIME_DIFFERS is judge(ENTRY, replace(GOOD, modified=99), Operation.REGISTER_SYNC)


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_mark(code: Code) -> None:
    """What is no code of a comparison is one of an error."""
    expected = {
        Code.SAME: Mark.SAME,
        Code.ONLY_AT_SOURCE: Mark.ONLY_AT_SOURCE,
        Code.ONLY_IN_ZONE: Mark.ONLY_IN_ZONE,
        Code.NO_CHECKSUM: Mark.ERROR,
        Code.NOT_VERIFIED: Mark.ERROR,
    }
    assert expected.get(code, Mark.DIFFERS) is mark_of(code.value)
    assert Mark.ERROR is mark_of("SOURCE_UNREADABLE")


BARE = replace(GOOD, checksum="")
SHORT = replace(GOOD, size=9)
STALE = replace(GOOD, state=ReplicaState.STALE)
LOCKED = replace(GOOD, state=ReplicaState.WRITE_LOCKED)
NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("code", "listed", "steps"),
    [
        (Code.ONLY_AT_SOURCE, None, (Step.CREATE, Step.CREATE, Step.REGISTER)),
        (Code.SIZE_DIFFERS, SHORT, (Step.REPLACE, None, Step.UPDATE_REGISTERED)),
        (Code.REPLICA_STALE, STALE, (Step.REPLACE, Step.REPLACE, Step.UPDATE_REGISTERED)),
        (Code.REPLICA_LOCKED, LOCKED, (Step.REPLACE, None, Step.UPDATE_REGISTERED)),
        (Code.TIME_DIFFERS, replace(GOOD, modified=9), (Step.ADOPT_BY_CHECKSUM,) * 2 + (Step.UPDATE_REGISTERED,)),
        (Code.CONTENT_DIFFERS, GOOD, (Step.REPLACE, None, None)),
        (Code.STORED_DIFFERS, GOOD, (Step.REPLACE, Step.REPLACE, None)),
        (Code.STORED_SIZE_DIFFERS, GOOD, (Step.REPLACE, Step.REPLACE, None)),
        (Code.NO_CHECKSUM, BARE, (Step.ADOPT_BY_CHECKSUM, Step.ADOPT_BY_CHECKSUM, None)),
        (Code.OTHER_REPLICA_NOT_GOOD, GOOD, NOTHING),
        (Code.NOT_VERIFIED, GOOD, NOTHING),
        (Code.TYPE_DIFFERS, GOOD, NOTHING),
    ],
)
def test_the_table_of_what_mends(code: Code, listed: Listed | None, steps: tuple[Step | None, ...]) -> None:
    """For put-sync, put and register-sync; with what the snapshot knows, so that a failure is not forgotten."""
    operations = (Operation.PUT_SYNC, Operation.PUT, Operation.REGISTER_SYNC)
    for operation, step in zip(operations, steps, strict=True):
        rules = Rules(destination=ROOT, operation=operation, adopt=Adopt.NEVER)
        action = mending(Judged("a", code, ENTRY, listed), KNOWN, rules)
        assert step is (action.step if action else None), operation
        assert action is None or (KNOWN, listed) == (action.known, action.listed)


def test_nothing_mends_what_is_only_in_irods_or_no_operation() -> None:
    """Repairing never deletes, and `no-op` never writes."""
    assert mending(Judged("a", Code.ONLY_IN_ZONE, None, GOOD), None, Rules(destination=ROOT)) is None
    idle = Rules(destination=ROOT, operation=Operation.NO_OP)
    assert mending(Judged("a", Code.ONLY_AT_SOURCE, ENTRY), None, idle) is None


@given(st.integers(1, 40), st.integers(1, 40), st.lists(st.text(), unique=True, max_size=30))
def test_every_path_is_taken_once_in_as_many_turns_as_there_are_shares(share: int, of: int, paths: list[str]) -> None:
    """Whatever the paths; a share that does not divide takes some twice, and never leaves one out."""
    turns = -(-of // share) if share < of else 1
    taken = [path for turn in range(turns) for path in paths if Sample(share=share, of=of, turn=turn).takes(path)]

    assert set(paths) == set(taken)
    if of % share == 0:
        assert len(paths) == len(taken)


# --- walks ---------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "x.tmp", "é", from_bytes(b"caf\xe9"), "-", "z'"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TREES = st.dictionaries(PATHS, st.sampled_from([b"", b"1", b"22"]), max_size=12)


def without_clashes(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out files below a file."""
    return {path: data for path, data in files.items() if not any(path.startswith(f"{one}/") for one in files)}


def walked(of: Workshop, budget: Budget, part_entries: int) -> list[tuple[str, str]]:
    """Return path and code of everything that is found, the same included, over as many batches as it takes."""
    rules = replace(of.rules, part_entries=part_entries)
    ports = Ports(
        source=of.source,
        session_of=of.session,
        snapshots=of.snapshots,
        rules=rules,
        token=Unlimited(),
        selector=Selector(of.source, rules.filters, FixedClock()),
    )
    found: list[tuple[str, str]] = []
    left = [Stretch()]
    while left:
        comparison = Comparison(stretches=left, ports=ports, budget=budget, clock=FixedClock())
        for part in comparison.run():
            found += [(join(part.folder, one.name), one.code.value) for one in (*part.same, *part.found)]
            assert part.failures == []
        left = comparison.leftover
    return sorted(found)


def clashes(path: str, files: dict[str, bytes]) -> bool:
    """Say whether one side has a file where the other one has a folder."""
    return any(one.startswith(f"{path}/") or path.startswith(f"{one}/") for one in files)


@given(TREES, TREES, st.sampled_from([1, 2, 1000]), st.sampled_from([1, 3, 1000]), st.booleans())
def test_every_path_gets_one_code_however_the_work_is_cut(
    here: dict[str, bytes], there: dict[str, bytes], entries: int, part_entries: int, ordered: bool
) -> None:
    """The oracle compares two dictionaries. Names that are no UTF-8 are only at the source: their objects have others."""
    here = without_clashes(here)
    there = {
        path: data for path, data in without_clashes(there).items() if "\udce9" not in path and not clashes(path, here)
    }
    of = Workshop(source=MemorySource(here, ordered=ordered), rules=Rules(destination=ROOT))
    for path, data in there.items():
        store(of, path, data)
    expected = dict.fromkeys(here, "ONLY_AT_SOURCE") | dict.fromkeys(there, "ONLY_IN_ZONE")
    expected |= {path: "" if here[path] == there[path] else "SIZE_DIFFERS" for path in here.keys() & there.keys()}
    equal_size = {p for p in here.keys() & there.keys() if len(here[p]) == len(there[p])}
    expected |= dict.fromkeys(equal_size, "")

    assert sorted(expected.items()) == walked(of, Budget(entries, 10**9), part_entries)


def test_what_is_left_out_at_the_source_is_not_missing_there() -> None:
    """An object whose file is excluded by now is neither compared nor told of."""
    of = shop({"a": b"1", "b.tmp": b"2"}, Rules(destination=ROOT, filters=Filters(exclude=("*.tmp",))))
    store(of, "a", b"1")
    store(of, "b.tmp", b"another size")

    for entries in (1, 1000):
        assert [("a", "")] == walked(of, Budget(entries, 10**9), 1)


def test_a_file_in_the_place_of_a_collection_differs_in_type() -> None:
    """And the other way round; what is in that collection is only there."""
    of = shop({"a": b"1", "d/x": b"2"})
    store(of, "a/inside", b"1")
    store(of, "d", b"2")

    assert [("a", "TYPE_DIFFERS"), ("d", "TYPE_DIFFERS")] == walked(of, Budget(1000, 10**9), 1000)


def test_a_comparison_asks_twice_for_a_folder_and_writes_nothing() -> None:
    """Objects and collections of each; nothing for a folder whose collection is known to be missing."""
    of = shop({"a": b"1", "d/b": b"2", "e/f/c": b"3"})
    store(of, "a", b"1")
    store(of, "d/b", b"2")
    before = of.destination.requests(), dict(of.destination.objects)
    walked(of, Budget(1000, 10**9), 1000)

    assert 2 * 2 == of.destination.requests() - before[0]
    assert before[1] == of.destination.objects


def test_a_stale_object_is_found_in_a_walk() -> None:
    """As the table says."""
    of = shop({"a": b"1"})
    store(of, "a", b"1")
    change(of, "a", state=ReplicaState.STALE)

    assert [("a", "REPLICA_STALE")] == walked(of, Budget(1000, 10**9), 1000)
