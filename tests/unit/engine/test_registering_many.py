"""Registrations in bulk, and beside other replicas, as a job in memory does them."""

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
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.values import Operation
from tests.unit.engine.handlers import Recorder
from tests.unit.engine.workshop import ROOT, Workshop, change, only_work, outcomes, puts, shop, store

BULK = Rules(destination=ROOT, operation=Operation.REGISTER_SYNC, bulk_register=True)
BESIDE = Rules(destination=ROOT, operation=Operation.REGISTER_AS_REPLICA_SYNC, resource="second")


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
