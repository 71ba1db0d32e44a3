"""Files that are entered into the catalogue where they lie."""

from __future__ import annotations

import pytest

from lading.base.errors import (
    ConnectionLost,
    ObjectExists,
    ObjectLocked,
)
from lading.base.outcomes import Outcome
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.values import Kind
from tests.unit.engine.workshop import (
    REGISTER,
    ROOT,
    only_work,
    outcomes,
    shop,
    store,
    works,
)


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
