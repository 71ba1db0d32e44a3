"""Work carried out against a destination in memory."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO, cast

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
from lading.base.events import BytesMoved, Event, FileDone, nobody
from lading.base.outcomes import Outcome
from lading.base.retry import RetryPolicy
from lading.ingest.engine.apply import FileResult, apply
from lading.ingest.engine.budget import ByteBudget
from lading.ingest.engine.compare import Action, Step
from lading.ingest.engine.destinations.base import Traits
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import Call, MemoryDestination, Moment
from lading.ingest.engine.plan import Group, TransferWork, group
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind, Operation, PutMode, ReplicaState, Target
from tests.unit.engine.workshop import ROOT, Workshop, outcomes

PUT = Rules(destination=ROOT, operation=Operation.PUT)
REGISTER = Rules(destination=ROOT, operation=Operation.REGISTER_SYNC)


def shop(files: dict[str, bytes] | None = None, rules: Rules | None = None) -> Workshop:
    return Workshop(source=MemorySource(files or {"a": b"one"}), rules=rules or Rules(destination=ROOT))


def works(of: Workshop) -> list[TransferWork]:
    return list(group(of.scan(), of.rules))


def only_work(of: Workshop) -> TransferWork:
    (work,) = works(of)
    return work


def store(of: Workshop, path: str, data: bytes, state: ReplicaState = ReplicaState.GOOD) -> None:
    """Put an object there that is not ours."""
    with of.destination.session() as session:
        session.make_collection(f"{ROOT}/{path}".rpartition("/")[0])
        target = Target(path=f"{ROOT}/{path}", mode=PutMode.REPLACE)
        session.put(target, data, checksum_of("sha256", data))
    change(of, path, state=state)


def change(of: Workshop, path: str, **facts: Any) -> None:
    """Change what the catalogue says of an object."""
    item = of.destination.objects[f"{ROOT}/{path}"]
    listed = replace(item.listed, **facts)
    of.destination.objects[f"{ROOT}/{path}"] = replace(item, listed=listed)


def puts(of: Workshop, action: Callable[[], object]) -> int:
    """Return how many requests an action costs."""
    before = of.destination.requests()
    action()
    return of.destination.requests() - before


# --- the plain cases -----------------------------------------------------------------------------------------------


def test_a_new_file_is_created_in_one_request() -> None:
    """And the snapshot may say so, with the checksum that the server verified."""
    of = shop()
    store(of, "other", b"")
    work = only_work(of)
    results: list[FileResult] = []

    requests = puts(of, lambda: results.extend(of.apply(work)))

    checksum = checksum_of("sha256", b"one")
    (result,) = results
    assert requests == 1
    assert (result.outcome, result.checksum, result.bytes_sent, result.size) == (Outcome.CREATED, checksum, 3, 3)
    assert result.known is not None
    assert (result.known.checksum, result.known.proof) == (checksum, Proof.VERIFIED)
    assert of.stored()["a"] == b"one"


def test_a_changed_file_is_updated() -> None:
    """Over what is there."""
    of = shop()
    of.sync()
    of.memory.write("a", b"another")

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"another"}


def test_a_touched_file_with_the_same_bytes_is_unchanged_without_a_request() -> None:
    """The snapshot is renewed, so that the next scan asks nothing."""
    of = shop()
    of.sync()
    of.memory.touch("a")

    requests = puts(of, lambda: outcomes(of.sync()) == {"a": ("unchanged", "")} or pytest.fail("not unchanged"))

    assert requests == 0
    assert works(of) == []


def test_a_file_with_other_bytes_but_its_old_time_is_updated() -> None:
    """As a tool leaves it that restores times."""
    of = shop()
    of.sync()
    of.memory.write("a", b"two", keep_mtime=True)

    assert outcomes(of.sync()) == {"a": ("updated", "")}


def test_the_hash_is_the_one_that_the_snapshot_has() -> None:
    """Also after the zone's default changed."""
    of = shop()
    md5 = Traits(zone="memory", user="rods", version="memory", hash_name="md5")
    of.destination = MemoryDestination(traits=md5)
    of.sync()
    old = of.destination
    of.destination = MemoryDestination()
    of.destination.objects.update(old.objects)
    of.memory.touch("a")

    assert outcomes(of.sync()) == {"a": ("unchanged", "")}


def test_collections_are_made_once_and_deepest_only() -> None:
    """The parents come with them."""
    of = shop({"d/e/f/a": b"", "d/b": b"", "x/c": b""})

    requests = puts(of, lambda: of.apply(only_work(of)))

    assert requests == 2 + 2 + 3  # the listing of the root, two collections, three files
    assert f"{ROOT}/d/e/f" in of.destination.collections


def test_names_that_are_not_utf8_carry_their_avu() -> None:
    """And are told by their own name."""
    name = "caf\udce9"
    of = shop({name: b"x"})

    (result,) = of.sync()

    assert result.name == name
    assert of.destination.objects[result.logical_path].avus[0][0] == "irods::automated_ingest::UnicodeEncodeError"


# --- large files ---------------------------------------------------------------------------------------------------

LARGE = Rules(destination=ROOT, one_call_limit=1000)


def test_a_large_file_is_streamed() -> None:
    """In chunks, with its progress told."""
    events: list[Event] = []
    of = shop({"a": b"x" * 5000}, LARGE)
    of.emit = events.append

    (result,) = of.sync()

    assert (result.outcome, result.bytes_sent) == (Outcome.CREATED, 5000)
    assert sum(event.bytes for event in events if isinstance(event, BytesMoved)) == 5000
    assert events[-1] == FileDone(path="a", bytes=5000)
    assert of.stored() == {"a": b"x" * 5000}


def test_a_large_file_that_was_touched_is_read_and_not_sent() -> None:
    """It is hashed in chunks first."""
    of = shop({"a": b"x" * 5000}, LARGE)
    of.sync()
    of.memory.touch("a")

    assert puts(of, of.sync) == 0


@pytest.mark.parametrize("size", [10, 5000])
def test_a_file_that_changes_while_it_is_read_is_never_taken_for_good(size: int) -> None:
    """It is read again a bounded number of times, then fails; nothing good is left behind."""
    of = shop({"a": b"x" * size}, LARGE)
    of.memory.on_read = lambda path: of.memory.write(path, b"y" * size)

    (result,) = of.sync()

    assert (result.outcome, result.code, result.known) == (Outcome.FAILED, "SOURCE_CHANGED", None)
    assert of.stored() == {}
    assert of.memory.opens == 1 + of.rules.rereads


@pytest.mark.parametrize("size", [10, 5000])
@pytest.mark.parametrize("grows_to", [20, 1, 6000])
def test_a_file_that_changed_once_is_sent_as_it_is_then(size: int, grows_to: int) -> None:
    """What the snapshot says is what was read."""
    of = shop({"a": b"x" * size}, LARGE)
    changes = iter([lambda: of.memory.write("a", b"z" * grows_to)])
    of.memory.on_read = lambda _path: next(changes, lambda: None)()

    (result,) = of.sync()

    assert result.outcome is Outcome.CREATED
    assert of.stored() == {"a": b"z" * grows_to}
    assert of.snapshots.known("a") == result.known
    assert works(of) == []


def test_a_file_that_changed_since_the_scan_is_sent_as_it_is_now() -> None:
    """The scan's size is not taken on its word."""
    of = shop()
    work = only_work(of)
    of.memory.write("a", b"longer than before")

    (result,) = of.apply(work)

    assert (result.outcome, result.size) == (Outcome.CREATED, 18)
    assert works(of) == []


# --- sources that fail ---------------------------------------------------------------------------------------------


def test_one_bad_file_never_stops_another() -> None:
    """Vanished, unreadable, replaced by a pipe: each with its code."""
    of = shop(dict.fromkeys(("good", "gone", "denied", "pipe"), b"x"))
    work = only_work(of)
    of.memory.remove("gone")
    of.memory.deny("denied")
    of.memory.add("pipe", Kind.OTHER)

    assert outcomes(of.apply(work)) == {
        "good": ("created", ""),
        "gone": ("skipped", "SOURCE_VANISHED"),
        "denied": ("failed", "SOURCE_UNREADABLE"),
        "pipe": ("failed", "NOT_A_FILE"),
    }


def test_an_error_while_reading_is_the_files() -> None:
    """A broken disk sector is no reason to stop."""
    of = shop({"a": b"x", "b": b"y"})
    of.memory.on_read = fails_on("a", OSError(errno.EIO, "Input/output error"))

    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_UNREADABLE"), "b": ("created", "")}


def test_an_error_that_nobody_foresaw_is_the_files(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and told with its text."""
    of = shop({"a": b"x", "b": b"y"})
    of.memory.on_read = fails_on("a", RuntimeError("a surprise"))

    results = {result.name: result for result in of.sync()}

    assert (results["a"].outcome, results["a"].code) == (Outcome.FAILED, "INTERNAL")
    assert results["a"].reason == "RuntimeError: a surprise"
    assert results["b"].outcome is Outcome.CREATED
    assert "a surprise" in caplog.text


def fails_on(name: str, error: Exception) -> Callable[[str], None]:
    def read(path: str) -> None:
        if path == name:
            raise error

    return read


def test_a_file_that_reads_short_has_changed() -> None:
    """Even if its size is told as before."""

    class Short(MemorySource):
        def open(self, path: str) -> BinaryIO:
            super().open(path).close()
            return cast("BinaryIO", io.BytesIO(b""))

        def describe(self, opened: BinaryIO, name: str) -> Entry:
            return self.stat(name)

    of = Workshop(source=Short({"a": b"x"}))

    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_CHANGED")}


# --- what is there already -----------------------------------------------------------------------------------------


def test_an_equal_object_is_adopted() -> None:
    """By its checksum; nothing is sent."""
    of = shop()
    store(of, "a", b"one")

    (result,) = of.sync()

    assert (result.outcome, result.code, result.bytes_sent) == (Outcome.UNCHANGED, "ADOPTED", 0)
    assert result.known is not None
    assert result.known.proof is Proof.VERIFIED
    assert works(of) == []


@pytest.mark.parametrize(
    ("rules", "outcome"), [(None, ("updated", "")), (PUT, ("skipped", "OBJECT_EXISTS"))], ids=["put-sync", "put"]
)
def test_another_object_of_equal_size_is_replaced_or_left(rules: Rules | None, outcome: tuple[str, str]) -> None:
    """By the operation."""
    of = shop(rules=rules)
    store(of, "a", b"two")

    assert outcomes(of.sync()) == {"a": outcome}
    assert of.stored() == {"a": b"one" if rules is None else b"two"}


@pytest.mark.parametrize("size", [3, 5000])
def test_an_object_without_a_checksum_is_asked_for_one(size: int) -> None:
    """The default way to adopt."""
    of = shop({"a": b"x" * size}, LARGE)
    store(of, "a", b"x" * size)
    change(of, "a", checksum="")

    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}


def test_an_object_may_be_adopted_by_size() -> None:
    """Without reading the file, and marked as unverified."""
    of = shop(rules=Rules(destination=ROOT, adopt=Adopt.SIZE))
    store(of, "a", b"two")
    change(of, "a", checksum="")

    (result,) = of.sync()

    assert (result.outcome, result.code, of.memory.opens) == (Outcome.UNCHANGED, "ADOPTED", 0)
    assert result.known is not None
    assert result.known.proof is Proof.UNVERIFIED


def appeared(data: bytes, rules: Rules | None = None, state: ReplicaState = ReplicaState.GOOD) -> Workshop:
    """Return a job that finds an object where its snapshot knows of none."""
    of = shop({"z": b""}, rules)
    of.sync()
    of.memory.write("a", b"one")
    store(of, "a", data, state)
    return of


@pytest.mark.parametrize("rules", [None, PUT], ids=["put-sync", "put"])
def test_an_object_that_is_met_when_sending_is_adopted_if_equal(rules: Rules | None) -> None:
    """It was there before this run."""
    of = appeared(b"one", rules)

    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}
    assert works(of) == []


@pytest.mark.parametrize("data", [b"two", b"longer"])
def test_an_object_that_is_met_when_sending_is_replaced_by_put_sync(data: bytes) -> None:
    """As one that was listed."""
    of = appeared(data)

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored()["a"] == b"one"


@pytest.mark.parametrize("data", [b"two", b"longer"])
def test_an_object_that_is_met_is_left_by_put(data: bytes) -> None:
    """PUT looks before it sends: no byte goes for nothing."""
    of = appeared(data, PUT)
    work = only_work(of)

    requests = puts(of, lambda: of.apply(work))

    assert requests == 1
    assert of.stored()["a"] == data
    assert of.memory.opens == (2 if data == b"two" else 1)


def test_put_repairs_an_interrupted_put() -> None:
    """A stale object that is not larger than the file."""
    of = appeared(b"on", PUT, ReplicaState.STALE)

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored()["a"] == b"one"


def test_an_object_met_without_a_checksum_may_be_adopted_by_size() -> None:
    """As the policy says."""
    of = appeared(b"two", Rules(destination=ROOT, adopt=Adopt.SIZE))
    change(of, "a", checksum="")

    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}


def test_an_object_that_vanishes_while_it_is_met_is_created() -> None:
    """Somebody removed it between the refusal and the look."""
    of = shop()
    of.destination.fail(Call.PUT, f"{ROOT}/a", ObjectExists("there"))

    assert outcomes(of.sync()) == {"a": ("created", "")}


# --- faults of the zone --------------------------------------------------------------------------------------------


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


# --- what concerns all ---------------------------------------------------------------------------------------------


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


# --- taken over ----------------------------------------------------------------------------------------------------


def test_a_second_attempt_sends_nothing_that_is_there() -> None:
    """One look for the folder; what the first attempt created counts as created."""
    of = shop({name: name.encode() for name in "abcd"})
    work = only_work(of)
    list(of.applying(work))
    del of.destination.objects[f"{ROOT}/b"]
    store(of, "c", b"x")
    change(of, "d", state=ReplicaState.STALE)

    requests = puts(of, lambda: of.apply(work, attempt=2))

    assert requests == 1 + 1 + 3  # the collection, the look, and the three that are not as they should be
    assert of.stored() == {name: name.encode() for name in "abcd"}
    assert of.snapshots.paths() == set("abcd")


def test_a_second_attempt_tells_what_the_first_one_did() -> None:
    """As if there had been one."""
    of = shop({"new": b"1", "changed": b"1", "adopted": b"1", "replaced": b"1", "touched": b"1"})
    for name in ("changed", "touched"):
        of.snapshots.change("", {name: None})
    for path in ("new", "adopted", "replaced"):
        data = of.memory.content(path)
        of.memory.remove(path)
        of.sync()
        of.memory.write(path, data)
    of.snapshots.folders.clear()
    of.destination.objects.pop(f"{ROOT}/new", None)
    store(of, "adopted", b"1")
    store(of, "replaced", b"2")
    of.memory.write("changed", b"2")
    work = only_work(of)
    first = outcomes(of.applying(work))

    second = outcomes(of.applying(work, attempt=2))

    assert first == second | {"touched": first["touched"]}
    assert first["new"] == ("created", "")
    assert first["adopted"] == ("unchanged", "ADOPTED")
    assert first["replaced"] == ("updated", "")


# --- registration --------------------------------------------------------------------------------------------------


def test_a_file_is_registered_with_its_size_and_time_of_now() -> None:
    """Not those of the scan."""
    of = shop(rules=REGISTER)
    work = only_work(of)
    of.memory.write("a", b"longer")

    (result,) = of.apply(work)

    listed = of.destination.objects[f"{ROOT}/a"].listed
    assert result.outcome is Outcome.REGISTERED
    assert (listed.size, listed.modified) == (6, of.memory.stat("a").mtime_ns // 10**9)
    assert listed.physical_path == of.memory.physical_path("a")
    assert result.known is not None
    assert result.known.proof is Proof.UNVERIFIED
    assert works(of) == []


def test_a_registration_is_brought_up_to_date() -> None:
    """When size or time differ."""
    of = shop(rules=REGISTER)
    of.sync()
    of.memory.write("a", b"longer")

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.destination.objects[f"{ROOT}/a"].listed.size == 6


def test_a_registration_that_is_there_is_adopted() -> None:
    """Without a snapshot, if it is of this very file."""
    of = shop(rules=REGISTER)
    of.sync()
    of.snapshots.folders.clear()

    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}
    assert works(of) == []


def test_an_object_of_another_path_is_not_touched_by_registration() -> None:
    """It is somebody else's replica."""
    of = shop(rules=REGISTER)
    store(of, "a", b"one")

    assert outcomes(of.sync()) == {"a": ("failed", "WRONG_REPLICA")}
    assert of.stored() == {"a": b"one"}


def test_a_registration_that_vanished_from_the_catalogue_is_made_again() -> None:
    """The snapshot knew of it."""
    of = shop(rules=REGISTER)
    of.sync()
    of.destination.objects.clear()
    of.memory.retime("a")

    assert outcomes(of.sync()) == {"a": ("registered", "")}


@pytest.mark.parametrize("moment", Moment)
def test_a_registration_whose_answer_was_lost_counts_as_registered(moment: Moment) -> None:
    """Whether it arrived or not."""
    of = shop(rules=REGISTER)
    of.destination.fail(Call.REGISTER, None, ConnectionLost("broken"), moment=moment)

    assert outcomes(of.sync()) == {"a": ("registered", "")}
    assert of.destination.objects[f"{ROOT}/a"].listed.size == 3


def test_a_registration_that_is_met_when_registering_is_looked_at() -> None:
    """And adopted; by a second attempt it counts as registered."""
    of = shop(rules=REGISTER)
    work = only_work(of)
    list(of.applying(work))

    assert outcomes(of.applying(work)) == {"a": ("unchanged", "ADOPTED")}
    assert outcomes(of.applying(work, attempt=2)) == {"a": ("registered", "")}


def test_what_cannot_be_registered_fails_alone() -> None:
    """Vanished, no file any more, locked for good, refused for good."""
    of = shop(dict.fromkeys(("gone", "pipe", "locked", "there", "good"), b"x"), REGISTER)
    work = only_work(of)
    of.memory.remove("gone")
    of.memory.add("pipe", Kind.OTHER)
    of.destination.fail(Call.REGISTER, f"{ROOT}/locked", ObjectLocked("open"), times=9)
    of.destination.fail(Call.REGISTER, f"{ROOT}/there", ObjectExists("there"), times=9)

    assert outcomes(of.apply(work)) == {
        "gone": ("skipped", "SOURCE_VANISHED"),
        "pipe": ("failed", "NOT_A_FILE"),
        "locked": ("failed", "OBJECT_LOCKED"),
        "there": ("failed", "OBJECT_EXISTS"),
        "good": ("registered", ""),
    }


def test_a_registration_into_a_collection_that_was_removed_makes_it_again() -> None:
    """As a put does."""
    of = shop({"d/z": b""}, REGISTER)
    of.sync()
    of.destination.collections.discard(f"{ROOT}/d")
    of.memory.write("d/a", b"one")

    assert outcomes(of.sync()) == {"d/a": ("registered", "")}


# --- memory --------------------------------------------------------------------------------------------------------


def test_files_are_read_within_the_budget_of_the_process() -> None:
    """However many sessions there are."""
    of = shop({f"{number:02}": b"x" * 100 for number in range(40)})
    budget = ByteBudget(250)
    held: list[int] = []
    of.memory.on_read = lambda _path: held.append(budget.held)

    results = list(
        apply(
            only_work(of),
            source=of.source,
            destination=of.destination,
            rules=of.rules,
            retry=of.retry,
            token=of.token,
            emit=nobody,
            sleep=of.slept.append,
            jitter=lambda: 1.0,
            attempt=1,
            budget=budget,
        )
    )

    assert len(results) == 40
    assert 100 <= max(held) <= 200
    assert budget.held == 0
