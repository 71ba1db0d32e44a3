"""What a server that died was making is given up and sent again; what a living one holds is left to its writer."""

from __future__ import annotations

import pytest

from lading.base.errors import AccessDenied
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.plan import TransferWork
from lading.ingest.engine.values import ReplicaState
from tests.unit.engine.workshop import ROOT, Workshop, only_work, outcomes, shop, store

LOCKED = {"a": ("failed", "OBJECT_LOCKED")}


@pytest.fixture
def of() -> Workshop:
    return shop()


@pytest.fixture
def work(of: Workshop) -> TransferWork:
    """Return the plan to make an object; by the time it is carried out it is being written, half-way."""
    work = only_work(of)
    store(of, "a", b"on", ReplicaState.INTERMEDIATE)
    return work


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_a_dead_server_left_locked_is_given_up_and_sent_again(
    of: Workshop, work: TransferWork, attempt: int
) -> None:
    """Whether a try of ours began it, or somebody else did: nobody will finish it."""
    of.destination.restart()
    (result,) = of.apply(work, attempt=attempt)

    assert 3 == result.bytes_sent
    assert {"a": b"one"} == of.stored()


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_a_living_server_holds_is_left_to_its_writer(of: Workshop, work: TransferWork, attempt: int) -> None:
    """It fails alone once it has been waited for, and nothing of it is touched."""
    assert LOCKED == outcomes(of.apply(work, attempt=attempt))
    assert ReplicaState.INTERMEDIATE is of.destination.objects[f"{ROOT}/a"].listed.state


def test_what_was_there_when_it_was_planned_is_left_alone(of: Workshop) -> None:
    """Somebody may be at work on it since the server started: the catalogue does not say since when it is locked."""
    of.sync()
    of.memory.write("a", b"two!")
    work = only_work(of)
    store(of, "a", b"on", ReplicaState.INTERMEDIATE)
    of.destination.restart()

    assert LOCKED == outcomes(of.apply(work, attempt=2))


def test_who_may_not_give_it_up_says_that_it_is_locked(of: Workshop, work: TransferWork) -> None:
    """Only an administrator may."""
    of.destination.restart()
    of.destination.fail(Call.GIVE_UP, f"{ROOT}/a", AccessDenied("only a user of type rodsadmin"), times=9)

    assert LOCKED == outcomes(of.apply(work))
