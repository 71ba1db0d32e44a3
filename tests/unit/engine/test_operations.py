"""Put-append, registrations in bulk and beside, kept times and no-op, as a job in memory does them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.errors import (
    AccessDenied,
    ConnectionLost,
    ObjectExists,
    ObjectLocked,
    Refused,
    ZoneUnreachable,
)
from lading.ingest.engine.bulk_registering import MOST_AT_ONCE
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.destinations.resources import Resource
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.values import Operation, ReplicaState
from lading.ingest.handlers import Event, Handler
from tests.unit.engine.handlers import Recorder
from tests.unit.engine.workshop import ROOT, Workshop, change, only_work, outcomes, puts, shop, store

APPEND = Rules(destination=ROOT, operation=Operation.PUT_APPEND)
BULK = Rules(destination=ROOT, operation=Operation.REGISTER_SYNC, bulk_register=True)
BESIDE = Rules(destination=ROOT, operation=Operation.REGISTER_AS_REPLICA_SYNC, resource="second")
NO_OP = Rules(destination=ROOT, operation=Operation.NO_OP)


def grown(before: bytes = b"one", now: bytes = b"one and more", rules: Rules = APPEND) -> Workshop:
    """Return a job whose only file grew after it was brought."""
    of = shop({"a": before}, rules)
    of.sync()
    of.memory.write("a", now)
    return of


# --- put-append ----------------------------------------------------------------------------------------------------


def test_only_the_tail_of_a_grown_file_is_sent() -> None:
    """The object is the whole file then, verified."""
    of = grown()

    (result,) = of.sync()

    assert ("updated", "APPENDED", 9) == (result.outcome.value, result.code, result.bytes_sent)
    assert of.stored() == {"a": b"one and more"}
    assert result.known is not None
    assert (result.known.proof, result.known.size) == (Proof.VERIFIED, 12)
    assert of.sync() == []


def test_an_append_is_a_look_and_a_write() -> None:
    """The look is one for all files of a folder."""
    of = grown()

    assert 2 == puts(of, of.sync)


def test_a_grown_file_of_another_scheme_is_appended_to() -> None:
    """What is there was checked with MD5, the whole is verified with the zone's own."""
    of = grown()
    change(of, "a", checksum="f97c5d29941bfb1b2fdab0874906ab82")  # of b"one"

    assert outcomes(of.sync()) == {"a": ("updated", "APPENDED")}
    assert of.destination.objects[f"{ROOT}/a"].listed.checksum.startswith("sha2:")


def test_a_beginning_without_a_checksum_gets_one_from_the_zone() -> None:
    """Where checksums prove; else the whole is sent."""
    of = grown()
    change(of, "a", checksum="")
    assert outcomes(of.sync()) == {"a": ("updated", "APPENDED")}

    of = grown(rules=replace(APPEND, adopt=Adopt.NEVER))
    change(of, "a", checksum="")
    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"one and more"}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": ReplicaState.STALE}, ""),
        ({"size": 0}, ""),
        ({"checksum": "sha2:other"}, ""),
        ({"resource": "elsewhere"}, "APPENDED"),
    ],
)
def test_what_is_not_the_beginning_is_sent_over(facts: dict[str, object], code: str) -> None:
    """Whatever the snapshot said; a job without a resource takes any."""
    of = grown()
    change(of, "a", **facts)

    assert outcomes(of.sync()) == {"a": ("updated", code)}
    assert of.stored() == {"a": b"one and more"}


def test_a_tail_larger_than_one_request_is_sent() -> None:
    """One request is no limit for appends."""
    of = grown(rules=replace(APPEND, one_call_limit=4), now=b"one" + b"x" * 5000)

    assert outcomes(of.sync()) == {"a": ("updated", "APPENDED")}
    assert of.stored() == {"a": b"one" + b"x" * 5000}


@pytest.mark.parametrize("moment", Moment)
def test_an_append_whose_answer_was_lost_is_looked_for(moment: Moment) -> None:
    """Whether it arrived or not, the whole file is there."""
    of = grown()
    of.destination.fail(Call.APPEND, None, ConnectionLost("broken"), moment=moment)

    assert {"a": "updated"} == {path: told for path, (told, _) in outcomes(of.sync()).items()}
    assert of.stored() == {"a": b"one and more"}
    assert of.sync() == []


def test_an_append_that_failed_for_good_is_doubted() -> None:
    """The next run sends the whole, whatever the file is then."""
    of = grown()
    of.destination.fail(Call.APPEND, None, ObjectLocked("open"), times=9)
    assert outcomes(of.sync()) == {"a": ("failed", "OBJECT_LOCKED")}
    of.destination._store._failures.clear()

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"one and more"}


@pytest.mark.parametrize("reads", [0, 1])
@pytest.mark.parametrize("becomes", [b"other", b"one and more and still more"])
def test_a_file_that_changes_while_it_is_appended_is_done_again(reads: int, becomes: bytes) -> None:
    """In its beginning or in its tail: what is there is looked at anew, since some of the tail may have arrived."""
    of = grown()
    changes = iter([*[lambda: None] * reads, lambda: of.memory.write("a", becomes)])
    of.memory.on_read = lambda _path: next(changes, lambda: None)()

    assert {"a": "updated"} == {path: told for path, (told, _) in outcomes(of.sync()).items()}
    assert of.stored() == {"a": becomes}
    assert of.sync() == []


def test_without_a_snapshot_a_shorter_object_is_appended_to() -> None:
    """The listing shows it."""
    of = shop({"a": b"one and more"}, APPEND)
    store(of, "a", b"one")

    assert outcomes(of.sync()) == {"a": ("updated", "APPENDED")}


def test_a_shorter_object_that_is_met_when_creating_is_appended_to() -> None:
    """Nobody had looked."""
    of = shop({"a": b"one and more"}, APPEND)
    work = only_work(of)
    store(of, "a", b"one")

    assert outcomes(of.applying(work)) == {"a": ("updated", "APPENDED")}
    assert of.stored() == {"a": b"one and more"}


# --- registrations in bulk -----------------------------------------------------------------------------------------


def many(count: int, rules: Rules = BULK) -> Workshop:
    return shop({f"d{number % 3}/f{number:03}": b"x" * number for number in range(count)}, rules)


def test_files_are_registered_many_at_a_time() -> None:
    """Three folders are made, and the files take a request for each fifty, wherever they are."""
    of = many(120)
    before = of.destination.requests()
    work = only_work(of)
    listed = of.destination.requests() - before

    results = list(of.applying(work))

    assert {("registered", "")} == set(outcomes(results).values())
    assert 3 + -(-120 // MOST_AT_ONCE) == of.destination.requests() - before - listed
    assert 120 == len(of.destination.objects)


@pytest.mark.parametrize(
    "error",
    [AccessDenied("no"), Refused("unknown", irods_code=-12000), ObjectExists("there"), ObjectLocked("open")],
)
def test_what_is_refused_together_is_done_one_by_one(error: Exception) -> None:
    """Every file has its outcome."""
    of = many(10)
    of.destination.fail(Call.REGISTER_MANY, None, error)

    assert {("registered", "")} == set(outcomes(of.sync()).values())
    assert 10 == len(of.destination.objects)


@pytest.mark.parametrize("moment", Moment)
def test_a_bulk_registration_whose_answer_was_lost_counts_as_registered(moment: Moment) -> None:
    """Whether it arrived or not."""
    of = many(10)
    of.destination.fail(Call.REGISTER_MANY, None, ConnectionLost("broken"), moment=moment)

    assert {("registered", "")} == set(outcomes(of.sync()).values())
    assert of.sync() == []


def test_a_second_attempt_finds_what_the_first_one_registered() -> None:
    """Some were, some were not; all count as registered."""
    of = many(10)
    work = only_work(of)
    list(of.applying(work))
    del of.destination.objects[f"{ROOT}/d0/f000"]

    assert {("registered", "")} == set(outcomes(of.applying(work, attempt=2)).values())


def test_what_cannot_be_registered_fails_alone_among_many() -> None:
    """One vanished, one is somebody else's; a name that needs an AVU goes by itself."""
    of = many(10)
    of.memory.write("d0/irods_UnicodeEncodeError_x", b"odd")
    work = only_work(of)
    of.memory.remove("d1/f001")
    store(of, "d2/f002", b"foreign")

    told = outcomes(of.apply(work))

    assert ("skipped", "SOURCE_VANISHED") == told.pop("d1/f001")
    assert ("failed", "WRONG_REPLICA") == told.pop("d2/f002")
    assert {("registered", "")} == set(told.values())
    assert 9 == len(told)


def test_what_concerns_all_stops_a_bulk_registration() -> None:
    """The batch is taken up again later."""
    of = many(10)
    of.destination.fail(Call.REGISTER_MANY, None, ZoneUnreachable("no answer"))

    with pytest.raises(ZoneUnreachable):
        of.sync()


def test_a_resource_with_children_is_registered_to_one_by_one() -> None:
    """The request could not say which of them."""
    of = many(10, replace(BULK, resource="top"))
    of.destination.resource_rows.extend([Resource(id=2, name="top"), Resource(id=3, name="low", parent=2)])

    assert {("registered", "")} == set(outcomes(of.sync()).values())


def test_files_with_hooks_are_registered_one_by_one() -> None:
    """Each hook is called around its file."""
    of = many(10)
    of.hooks = Hooks(Calling(handler=Recorder()))
    of.destination.fail(Call.REGISTER_MANY, None, AssertionError("not to be called"))

    assert {("registered", "")} == set(outcomes(of.sync()).values())


def test_without_a_snapshot_a_bulk_registration_is_as_it_was() -> None:
    """Its time in the catalogue is that of the request, which says nothing."""
    of = many(10)
    of.sync()
    of.snapshots.folders.clear()

    assert {("unchanged", "ADOPTED")} == set(outcomes(of.sync()).values())


# --- further replicas ----------------------------------------------------------------------------------------------


def test_a_file_is_registered_beside_what_is_there() -> None:
    """And is found again by the next run, with a snapshot and without one."""
    of = shop({"a": b"one"}, BESIDE)
    store(of, "a", b"one")

    assert outcomes(of.sync()) == {"a": ("registered", "")}
    assert of.sync() == []
    of.snapshots.folders.clear()
    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}
    assert ["memory", "second"] == [one.resource for one in of.destination.objects[f"{ROOT}/a"].replicas]


def test_a_further_replica_costs_one_request_and_a_look_for_all() -> None:
    """The look is one for all files of a folder."""
    of = shop({f"f{number}": b"one" for number in range(20)}, BESIDE)
    for number in range(20):
        store(of, f"f{number}", b"one")
    work = only_work(of)

    assert 21 == puts(of, lambda: list(of.applying(work)))


def test_a_replica_of_another_path_is_not_touched() -> None:
    """Under the same resource it is somebody else's."""
    of = shop({"a": b"one"}, BESIDE)
    store(of, "a", b"one")
    change(of, "a", resource="second")

    assert outcomes(of.sync()) == {"a": ("failed", "WRONG_REPLICA")}


def test_an_object_that_vanished_meanwhile_is_registered_as_the_first_replica() -> None:
    """It was there when somebody looked."""
    of = shop({"a": b"one"}, BESIDE)
    store(of, "a", b"one")
    work = only_work(of)
    of.destination.objects.clear()

    assert outcomes(of.apply(work)) == {"a": ("registered", "")}


# --- kept times ----------------------------------------------------------------------------------------------------


def timed(of: Workshop, path: str) -> bool:
    """Say whether the catalogue has the file's time."""
    return of.destination.objects[f"{ROOT}/{path}"].listed.modified == of.memory.stat(path).mtime_ns // 10**9


KEPT = Rules(destination=ROOT, keep_mtime=True)


def test_what_is_put_has_the_time_of_its_file() -> None:
    """New, changed, and with a time of its own alone."""
    of = shop({"a": b"one"}, KEPT)
    assert outcomes(of.sync()) == {"a": ("created", "")}
    assert timed(of, "a")
    of.memory.write("a", b"two")
    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert timed(of, "a")
    of.memory.retime("a")
    assert outcomes(of.sync()) == {"a": ("updated", "MTIME")}
    assert timed(of, "a")
    assert of.sync() == []


def test_a_time_is_one_request_more() -> None:
    """Listing and collection are the same."""
    plain, kept = shop({"a": b"one"}), shop({"a": b"one"}, KEPT)

    assert 1 == puts(kept, kept.sync) - puts(plain, plain.sync)


def test_an_adopted_object_gets_its_time_if_it_has_another() -> None:
    """The option converges whatever was there."""
    of = shop({"a": b"one"}, KEPT)
    store(of, "a", b"one")
    change(of, "a", modified=5)

    assert outcomes(of.sync()) == {"a": ("updated", "MTIME")}
    of.snapshots.folders.clear()
    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}


def test_a_time_that_is_refused_is_told_of() -> None:
    """The file is there all the same; a broken connection is tried again."""
    of = shop({"a": b"one"}, KEPT)
    of.destination.fail(Call.SET_MTIME, None, ConnectionLost("broken"))
    of.destination.fail(Call.SET_MTIME, None, AccessDenied("no"))

    assert outcomes(of.sync()) == {"a": ("created", "MTIME_NOT_KEPT")}
    assert of.stored() == {"a": b"one"}
    assert of.sync() == []


# --- no-op ---------------------------------------------------------------------------------------------------------


def test_no_op_changes_nothing_and_remembers() -> None:
    """Neither files nor collections; what it has seen is unchanged the next time."""
    of = shop({"a": b"one", "d/b": b"two", "e/f/c": b"three"}, NO_OP)
    collections = set(of.destination.collections)

    assert {("skipped", "NO_OP")} == set(outcomes(of.sync()).values())
    assert (collections, {}) == (of.destination.collections, of.destination.objects)
    assert of.sync() == []
    of.memory.write("a", b"changed")
    assert outcomes(of.sync()) == {"a": ("skipped", "NO_OP")}


def test_no_op_calls_the_hooks_of_what_would_have_happened() -> None:
    """Create for what is not there, modify for what is."""
    of = shop({"new": b"one", "there": b"two"}, NO_OP)
    handler = Recorder()
    of.hooks = Hooks(Calling(handler=handler))
    store(of, "there", b"two")

    of.sync()

    calls = sorted(
        (event.path, event.hook.value) for event in handler.events if event.hook and "object" in event.hook.value
    )
    assert [
        ("new", "post_data_object_create"),
        ("new", "pre_data_object_create"),
        ("there", "post_data_object_modify"),
        ("there", "pre_data_object_modify"),
    ] == calls


class PerFile(Handler):
    """Gives each file the operation that it is called after."""

    def operation(self, event: Event) -> Operation | None:
        return None if event.path == "job" else Operation(event.path)


def test_a_handler_gives_a_file_an_operation_of_its_own() -> None:
    """It is decided anew, in a run of any other operation."""
    for job in (Operation.PUT_SYNC, Operation.NO_OP, Operation.REGISTER_SYNC):
        of = shop(dict.fromkeys(("job", "put", "no-op", "register-sync", "put-append"), b"one"))
        of.rules = Rules(destination=ROOT, operation=job)
        of.hooks = Hooks(Calling(handler=PerFile()))
        store(of, "put-append", b"o")

        told = outcomes(of.sync())

        assert {
            "put": ("created", ""),
            "no-op": ("skipped", "NO_OP"),
            "register-sync": ("registered", ""),
            "put-append": ("updated", "APPENDED"),
        } == {path: told[path] for path in told if path != "job"}
