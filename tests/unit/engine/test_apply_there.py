"""What is at the destination already, and what an earlier attempt sent."""

from __future__ import annotations

import pytest

from lading.base.errors import (
    AccessDenied,
    ObjectExists,
)
from lading.base.outcomes import Outcome
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.values import ReplicaState
from tests.unit.engine.workshop import (
    LARGE,
    PUT,
    ROOT,
    Workshop,
    change,
    only_work,
    outcomes,
    puts,
    shop,
    store,
    works,
)


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


def test_a_second_attempt_sends_nothing_that_is_there() -> None:
    """One look for the folder; what the first attempt created counts as created."""
    of = shop({name: name.encode() for name in "abcd"})
    work = only_work(of)
    list(of.applying(work))
    del of.destination.objects[f"{ROOT}/b"]
    store(of, "c", b"x")
    change(of, "d", state=ReplicaState.STALE)

    requests = puts(of, lambda: of.apply(work, attempt=2))

    # the collection, the look, the three that are not as they should be, and whose file the two are that are put over
    assert requests == 1 + 1 + 3 + 2
    assert of.stored() == {name: name.encode() for name in "abcd"}
    assert of.snapshots.paths() == set("abcd")


def test_a_second_attempt_tells_what_the_first_one_did() -> None:
    """As if there had been one."""
    of = shop(dict.fromkeys(("changed", "touched"), b"1"))
    of.sync()
    store(of, "adopted", b"1")
    store(of, "replaced", b"2")
    of.memory.write("changed", b"3")
    of.memory.touch("touched")
    for name in ("new", "adopted", "replaced"):
        of.memory.write(name, b"1")
    of.recheck = lambda _folder: True
    work = only_work(of)

    first, second = outcomes(of.applying(work)), outcomes(of.applying(work, attempt=2))

    assert first == {
        "new": ("created", ""),
        "changed": ("updated", ""),
        "touched": ("unchanged", ""),
        "adopted": ("unchanged", "ADOPTED"),
        "replaced": ("updated", ""),
    }
    assert second == first


def test_a_second_attempt_adopts_by_size_as_the_first_one_would() -> None:
    """Nothing is read."""
    of = shop(rules=Rules(destination=ROOT, adopt=Adopt.SIZE))
    store(of, "a", b"two")
    change(of, "a", checksum="")

    assert outcomes(of.apply(only_work(of), attempt=2)) == {"a": ("unchanged", "ADOPTED")}
    assert of.memory.opens == 0


def test_a_touched_file_is_compared_with_what_an_earlier_attempt_may_have_sent() -> None:
    """Its bytes are those of the snapshot again, but the object has those of that attempt."""
    of = shop()
    of.sync()
    of.memory.touch("a")
    work = only_work(of)
    store(of, "a", b"two")

    assert outcomes(of.apply(work, attempt=2)) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"one"}


def test_an_object_that_vanishes_before_its_checksum_is_asked_for_is_created() -> None:
    """Somebody removed it after the listing."""
    of = shop()
    store(of, "a", b"one")
    change(of, "a", checksum="")
    work = only_work(of)
    of.destination.objects.clear()

    assert outcomes(of.apply(work)) == {"a": ("created", "")}


def test_a_look_that_is_refused_leaves_it_to_the_meeting() -> None:
    """What is there shows when it is sent."""
    of = shop()
    work = only_work(of)
    of.apply(work)
    of.destination.fail(Call.FIND_OBJECTS, None, AccessDenied("no"))

    assert outcomes(of.apply(work, attempt=2)) == {"a": ("created", "")}
    assert of.stored() == {"a": b"one"}
