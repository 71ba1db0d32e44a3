"""Faults of the zone while work is carried out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from lading.base.cancellation import Switch
from lading.base.errors import (
    AccessDenied,
    Cancelled,
    ChecksumMismatch,
    ConnectionLost,
    LoginRefused,
    ObjectExists,
    ObjectLocked,
    TargetFull,
    ZoneUnreachable,
)
from lading.base.outcomes import Outcome
from lading.base.retry import RetryPolicy
from lading.ingest.engine.apply import FileResult
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.destinations.memory import Call, MemoryDestination, Moment
from lading.ingest.engine.plan import Group, TransferWork
from lading.ingest.engine.values import Kind, ReplicaState
from tests.unit.engine.workshop import (
    LARGE,
    PUT,
    ROOT,
    change,
    only_work,
    outcomes,
    shop,
    store,
)


@pytest.mark.parametrize(("moment", "sent"), [(Moment.BEFORE, 3), (Moment.AFTER, 0)])
def test_a_lost_connection_is_followed_by_a_look(moment: Moment, sent: int) -> None:
    """What arrived is not sent again, and counts as created."""
    of = shop()
    of.destination.fail(Call.PUT, f"{ROOT}/a", ConnectionLost("broken"), moment=moment)

    (result,) = of.sync()

    assert (result.outcome, result.code, result.bytes_sent) == (Outcome.CREATED, "", sent)
    assert of.stored() == {"a": b"one"}


def test_a_large_file_whose_connection_was_lost_is_sent_again() -> None:
    """Nothing of it had arrived."""
    of = shop({"a": b"x" * 5000}, LARGE)
    of.destination.fail(Call.PUT_STREAM, f"{ROOT}/a", ConnectionLost("broken"))

    assert outcomes(of.sync()) == {"a": ("created", "")}
    assert of.stored() == {"a": b"x" * 5000}


def test_a_large_file_that_a_broken_connection_left_locked_fails_until_it_is_not() -> None:
    """The zone may need a while to notice; the next run sends it."""
    of = shop({"a": b"x" * 5000}, LARGE)
    of.destination.fail(Call.PUT_STREAM, f"{ROOT}/a", ConnectionLost("broken"), moment=Moment.AFTER)
    assert outcomes(of.sync()) == {"a": ("failed", "OBJECT_LOCKED")}

    change(of, "a", state=ReplicaState.STALE)

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"x" * 5000}


def test_a_lost_connection_that_left_half_an_object_is_followed_by_a_replacement() -> None:
    """It is ours, so PUT mends it too."""
    of = shop(rules=PUT)
    work = only_work(of)
    store(of, "a", b"larger than the file", ReplicaState.STALE)
    of.destination.fail(Call.PUT, f"{ROOT}/a", ConnectionLost("broken"))
    of.destination.fail(Call.FIND_OBJECTS, ROOT, ConnectionLost("broken again"))

    assert outcomes(of.apply(work)) == {"a": ("created", "")}
    assert of.stored() == {"a": b"one"}


def test_a_connection_that_is_lost_again_and_again_fails_the_file() -> None:
    """After the attempts of the policy; the others go on."""
    of = shop({"a": b"x", "b": b"y"})
    of.destination.fail(Call.PUT, f"{ROOT}/a", ConnectionLost("broken"), times=9)
    of.retry = RetryPolicy(attempts=3, first_delay=timedelta(seconds=1))

    assert outcomes(of.sync()) == {"a": ("failed", "CONNECTION_LOST"), "b": ("created", "")}
    assert of.slept == [1.0, 2.0]


def test_where_every_request_is_lost_no_file_is_to_blame() -> None:
    """The work stops, as for a zone that cannot be reached, with a word on what is strange about it."""
    of = shop({"a": b"x", "b": b"y"})
    work = only_work(of)
    for call in (Call.PUT, Call.FIND_OBJECTS, Call.HAS_COLLECTION):
        of.destination.fail(call, None, ConnectionLost("broken"), times=9)

    with pytest.raises(ZoneUnreachable, match="loses every request: broken"):
        of.apply(work)
    assert of.stored() == {}


def test_a_look_that_fails_again_and_again_fails_the_file() -> None:
    """The same bound holds for both."""
    of = shop()
    of.destination.fail(Call.PUT, None, ConnectionLost("broken"))
    of.destination.fail(Call.FIND_OBJECTS, None, ConnectionLost("broken"), times=9)

    assert outcomes(of.sync()) == {"a": ("failed", "CONNECTION_LOST")}


def test_a_checksum_mismatch_is_followed_by_a_replacement() -> None:
    """It leaves a stale replica."""
    of = shop(rules=PUT)
    work = only_work(of)
    store(of, "a", b"o", ReplicaState.STALE)
    of.destination.fail(Call.PUT, None, ChecksumMismatch("other bytes"))

    assert outcomes(of.apply(work)) == {"a": ("created", "")}
    assert of.stored() == {"a": b"one"}


def test_a_locked_object_is_waited_for_and_then_fails_alone() -> None:
    """Somebody has it open."""
    of = shop({"a": b"x", "b": b"y"})
    of.destination.fail(Call.PUT, f"{ROOT}/a", ObjectLocked("open"), times=9)

    assert outcomes(of.sync()) == {"a": ("failed", "OBJECT_LOCKED"), "b": ("created", "")}
    assert len(of.slept) == 3


def test_a_collection_that_somebody_removed_is_made_again() -> None:
    """The snapshot thinks that it is there."""
    of = shop({"d/z": b""})
    of.sync()
    of.destination.collections.discard(f"{ROOT}/d")
    of.memory.write("d/a", b"one")

    assert outcomes(of.sync()) == {"d/a": ("created", "")}


def test_an_object_that_is_refused_for_ever_fails() -> None:
    """No loop without end."""
    of = shop()
    of.destination.fail(Call.PUT, None, ObjectExists("there"), times=99)

    assert outcomes(of.sync()) == {"a": ("failed", "OBJECT_EXISTS")}


def test_a_managed_object_that_may_be_damaged_is_never_taken_for_the_same() -> None:
    """A failed replacement leaves it managed, but equal to no entry."""
    of = shop()
    of.sync()
    of.memory.write("a", b"two")
    of.destination.fail(Call.PUT, None, ChecksumMismatch("other bytes"), times=4)

    assert outcomes(of.sync()) == {"a": ("failed", "CHECKSUM_MISMATCH")}

    known = of.snapshots.known("a")
    assert known is not None
    assert (known.size, known.checksum) == (-1, "")
    assert outcomes(of.sync()) == {"a": ("updated", "")}


def test_a_failure_before_anything_was_sent_leaves_the_snapshot_alone() -> None:
    """The object is as it was."""
    of = shop()
    of.sync()
    before = of.snapshots.known("a")
    of.memory.write("a", b"two")
    of.memory.deny("a")

    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_UNREADABLE")}
    assert of.snapshots.known("a") == before


def test_a_repair_that_fails_is_tried_again() -> None:
    """The entry has not changed, so only the snapshot can tell."""
    of = shop()
    of.sync()
    change(of, "a", state=ReplicaState.STALE)
    of.recheck = lambda _folder: True
    of.memory.deny("a")
    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_UNREADABLE")}
    of.recheck = lambda _folder: False
    of.memory.deny("a", readable=True)

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"one"}


def test_a_collection_that_is_refused_fails_its_files_only() -> None:
    """And the folder itself, if it has none."""
    of = shop({"a": b"", "d/b": b"", "d/e/c": b""})
    of.memory.add("d/empty", Kind.FOLDER)
    of.destination.protect(f"{ROOT}/d")

    assert outcomes(of.sync()) == {
        "a": ("created", ""),
        "d/b": ("failed", "ACCESS_DENIED"),
        "d/e/c": ("failed", "ACCESS_DENIED"),
        "d/empty": ("failed", "ACCESS_DENIED"),
    }
    assert "d/empty" not in of.snapshots.folders


def test_a_collection_is_tried_again_when_the_connection_breaks() -> None:
    """To make it twice does no harm."""
    of = shop()
    of.destination.fail(Call.MAKE_COLLECTION, None, ConnectionLost("broken"), times=2)

    assert outcomes(of.sync()) == {"a": ("created", "")}


def test_a_parent_is_made_although_a_child_is_refused() -> None:
    """Each file has its own chance."""
    of = shop({"d/b": b"", "d/e/c": b""})
    of.destination.fail(Call.MAKE_COLLECTION, f"{ROOT}/d/e", AccessDenied("no"))

    assert outcomes(of.sync()) == {"d/b": ("created", ""), "d/e/c": ("failed", "ACCESS_DENIED")}


def test_a_name_that_is_refused_when_it_is_sent_fails_alone() -> None:
    """Work may be older than the rules."""
    of = shop({"a": b"x"})
    entry = of.memory.stat("a")._replace(name="..")
    actions = (Action(Step.CREATE, entry), Action(Step.CREATE, of.memory.stat("a")))
    work = TransferWork(groups=(Group(folder="", collection=ROOT, make_collection=True, actions=actions),))

    assert outcomes(of.applying(work, attempt=2)) == {"..": ("failed", "NAME_REFUSED"), "a": ("created", "")}


def collect(found: Iterable[FileResult], into: list[FileResult]) -> None:
    """Keep what comes before an error."""
    for result in found:
        into.append(result)  # noqa: PERF402 - an error must not lose what came before it


@pytest.mark.parametrize(
    "error", [ZoneUnreachable("no answer"), TargetFull("no room"), LoginRefused("no"), Cancelled()]
)
def test_what_concerns_all_is_raised_after_the_results(error: Exception) -> None:
    """Nothing more is sent, and nothing that arrived is forgotten."""
    of = shop({f"{number:03}": b"x" for number in range(100)})
    work = only_work(of)
    of.destination.fail(Call.PUT, f"{ROOT}/050", error)
    results: list[FileResult] = []

    with pytest.raises(type(error)):
        collect(of.applying(work), results)

    assert {result.name for result in results} == of.stored().keys()
    assert 45 < len(results) < 100


def test_nothing_is_sent_after_what_concerns_all() -> None:
    """Not even what was waiting already."""
    of = shop({f"{number:03}": b"x" for number in range(20)})
    of.destination = MemoryDestination(connections=1)
    work = only_work(of)
    of.destination.fail(Call.PUT, f"{ROOT}/010", ZoneUnreachable("no answer"))

    with pytest.raises(ZoneUnreachable):
        list(of.applying(work))

    assert sorted(of.stored()) == [f"{number:03}" for number in range(10)]


def test_a_cancelled_token_stops_before_the_next_request() -> None:
    """The lease was lost: nothing more may be written."""
    switch = Switch()
    of = shop({f"{number:03}": b"x" for number in range(50)})
    of.token = switch
    of.destination = MemoryDestination(token=switch)
    work = only_work(of)
    of.memory.on_read = lambda path: switch.cancel("lost") if path == "020" else None
    results: list[FileResult] = []

    with pytest.raises(Cancelled, match="lost"):
        collect(of.applying(work), results)

    assert {result.name for result in results} == of.stored().keys()
    assert "020" not in of.stored()
