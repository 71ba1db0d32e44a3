"""Files that grew, as a job in memory brings them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.errors import (
    ConnectionLost,
    ObjectLocked,
)
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.rules import Adopt, Rules
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.values import Operation, ReplicaState
from tests.unit.engine.workshop import ROOT, Workshop, change, only_work, outcomes, puts, shop, store

APPEND = Rules(destination=ROOT, operation=Operation.PUT_APPEND)


def grown(before: bytes = b"one", now: bytes = b"one and more", rules: Rules = APPEND) -> Workshop:
    """Return a job whose only file grew after it was brought."""
    of = shop({"a": before}, rules)
    of.sync()
    of.memory.write("a", now)
    return of


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
    left = [reads]

    def change_it(path: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            of.memory.write(path, becomes)

    of.memory.on_read = change_it

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
