"""Taking over what is there: what changes of a scan's decisions, and a destination that refuses to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lading.base.errors import NotSent
from lading.ingest.engine.adopting import by_sync_time, without_sending
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.destinations.unwritten import Unwritten
from lading.ingest.engine.parts import FolderPart
from lading.ingest.engine.values import DeleteMode, Entry, Kind, Packed, PutMode, Registration, Target
from tests.unit.engine.workshop import ROOT, Workshop, shop, store, synced

SECOND = 1_000_000_000


def part_of(*actions: Action) -> FolderPart:
    """Return a part with these actions."""
    return FolderPart(folder="d", collection=f"{ROOT}/d", make_collection=True, actions=list(actions))


def entry(mtime: float = 50, ctime: float = 50) -> Entry:
    return Entry("a", Kind.FILE, 10, int(mtime * SECOND), int(ctime * SECOND), 7)


@pytest.mark.parametrize("step", Step)
def test_the_table_of_what_is_not_sent(step: Step) -> None:
    """What would write is left out with its code; no collection is made."""
    sends = {Step.CREATE, Step.REPLACE, Step.APPEND, Step.HASH_THEN_REPLACE, Step.REGISTER}
    found = without_sending(part_of(Action(step, entry())))

    assert ([] if step in sends else [step]) == [action.step for action in found.actions]
    assert ([(Step.SKIP, "NOT_SENT")] if step in sends else []) == [(one.step, one.code) for one in found.skips]
    assert not found.make_collection


@pytest.mark.parametrize(
    ("step", "mtime", "ctime", "synced_at", "expected"),
    [
        (Step.ADOPT_BY_CHECKSUM, 50, 50, 51, Step.ADOPT_BY_SIZE),
        (Step.ADOPT_BY_CHECKSUM, 50, 51, 51, Step.ADOPT_BY_CHECKSUM),
        (Step.ADOPT_BY_CHECKSUM, 51, 50, 51, Step.ADOPT_BY_CHECKSUM),
        (Step.ADOPT_BY_CHECKSUM, 50, 50, None, Step.ADOPT_BY_CHECKSUM),
        (Step.REPLACE, 50, 50, 51, Step.REPLACE),
        (Step.CREATE, 50, 50, 51, Step.CREATE),
    ],
)
def test_the_table_of_what_another_tool_brought(
    step: Step, mtime: float, ctime: float, synced_at: float | None, expected: Step
) -> None:
    """Only what would be read to be adopted, and only if nothing changed at or after the sync."""
    times = {"a": synced_at} if synced_at is not None else {}
    (action,) = by_sync_time(part_of(Action(step, entry(mtime, ctime))), times).actions

    assert expected is action.step


TARGET = Target(path=f"{ROOT}/a", mode=PutMode.REPLACE)
WRITES: list[Callable[[Session, Any], object]] = [
    lambda session, _: session.make_collection(f"{ROOT}/new"),
    lambda session, _: session.put(TARGET, b"1", ""),
    lambda session, _: session.put_stream(TARGET, 1, [b"1"], lambda _count: None),
    lambda session, listed: session.append(TARGET, listed, 1, object(), lambda _count: None),  # type: ignore[arg-type]
    lambda session, _: session.register(TARGET, "/a", 1, 1),
    lambda session, _: session.register_many([Registration(target=TARGET, physical_path="/a", size=1, mtime=1)]),
    lambda session, _: session.unpack(Packed(path=TARGET.path, size=1, collection=ROOT)),
    lambda session, listed: session.set_checksums({TARGET.path: listed}),
    lambda session, _: session.set_mtime(TARGET.path, 1),
    lambda session, listed: session.update_registered(TARGET.path, listed, 1, 1),
    lambda session, _: session.give_up(TARGET.path),
    lambda session, _: session.decorate(TARGET),
    lambda session, _: session.remove_object(TARGET.path, DeleteMode.TRASH),
    lambda session, _: session.remove_collection(ROOT),
    lambda session, _: session.trash_tree(ROOT, 1),
    lambda session, _: session.move_object(TARGET.path, f"{ROOT}/b"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_destination_that_is_only_looked_at_refuses_every_write(write: Callable[[Session, Any], object]) -> None:
    """And sends no request for it."""
    of = synced({"a": b"1"})
    listed = of.destination.objects[f"{ROOT}/a"].listed
    before = of.destination.requests(), dict(of.destination.objects), set(of.destination.collections)

    with Unwritten(of.destination).session() as session, pytest.raises(NotSent):
        write(session, listed)
    assert before == (of.destination.requests(), of.destination.objects, of.destination.collections)


def test_every_call_of_a_session_is_either_passed_on_or_refused() -> None:
    """A new call of the port must not slip through."""
    looks = {
        "list_objects",
        "list_collections",
        "find_objects",
        "find_all",
        "has_collection",
        "checksum",
        "faults",
    }
    looks |= {"replicas", "locate", "requests", "avus"}
    calls = {name for name in vars(Session) if not name.startswith("_")}

    assert len(WRITES) == len(calls - looks)


def test_looking_answers_as_the_destination_does() -> None:
    """Listings, checksums, faults, and work over several sessions."""
    of = synced({"a": b"1", "d/b": b"2"})
    seen = Unwritten(of.destination)

    with seen.session() as session:
        assert ["a"] == [listed.name for listed in session.list_objects(ROOT)]
        assert ["d"] == list(session.list_collections(ROOT))
        assert {"a"} == set(session.find_objects(ROOT, ["a", "z"]))
        assert {"a"} == {replica.listed.name for replica in session.replicas(ROOT, ["a", "z"])}
        assert session.has_collection(f"{ROOT}/d")
        assert session.checksum(f"{ROOT}/a").startswith("sha2:")
        assert [] == session.faults(f"{ROOT}/a", 1)
        assert session.requests() == 7
    assert [("a", True)] == list(seen.each(["a"], lambda session, name: name in session.find_objects(ROOT, [name])))
    assert (of.destination.traits(), of.destination.requests()) == (seen.traits(), seen.requests())
    seen.check_destination(ROOT)


def test_a_file_of_other_bytes_is_skipped_where_nothing_is_sent() -> None:
    """Its object stays; the snapshot says nothing of it."""
    of = shop({"a": b"one"})
    store(of, "a", b"two")
    looking = Workshop(source=of.source, snapshots=of.snapshots, rules=of.rules)
    looking.destination = Unwritten(of.destination)  # type: ignore[assignment]

    assert [("skipped", "NOT_SENT")] == [(one.outcome.value, one.code) for one in looking.sync()]
    assert {"a": b"two"} == of.stored()
    assert of.snapshots.known("a") is None
