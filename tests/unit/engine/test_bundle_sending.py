"""Files that go together: what arrives, what it costs, and what becomes of them when a step fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.errors import (
    Refused,
)
from lading.ingest.engine.budget import ByteBudget
from lading.ingest.engine.bundling import STAGING as STAGING_NAME
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.values import DeleteMode, Kind, Operation
from tests.unit.engine.bundle_shop import FILES, RULES, all_created, calls, left_tars, shop
from tests.unit.engine.workshop import ROOT, outcomes, store, works


def test_bundles_bring_every_file_with_its_checksum() -> None:
    """As single puts would; the snapshot knows them, and no tar is left."""
    of = shop()

    assert all_created(of)

    assert FILES == of.stored()
    assert [] == left_tars(of)
    for path in FILES:
        known, item = of.snapshots.known(path), of.destination.objects[f"{ROOT}/{path}"]
        assert known is not None
        assert known.checksum == item.listed.checksum != ""
    assert {} == outcomes(of.sync())


def test_a_bundle_costs_few_requests() -> None:
    """Fifteen files: a place made; the tar sent, unpacked; seen, one read, the others entered, seen; discarded."""
    of = shop({f"f{number}": b"x" for number in range(15)})
    (work,) = works(of)

    assert 8 == calls(of, lambda: of.apply(work))


def test_those_that_the_server_read_again_are_verified_and_the_others_not_yet() -> None:
    """The snapshot tells them apart, so that the others can be read first later on."""
    of = shop()
    of.sync()

    proofs = [known.proof for path in FILES if (known := of.snapshots.known(path))]
    assert 2 == proofs.count(Proof.VERIFIED)
    assert 30 - 2 == proofs.count(Proof.UNVERIFIED)


def test_without_the_rule_no_file_goes_along() -> None:
    """The default."""
    of = shop(rules=Rules(destination=ROOT))
    of.destination.fail(Call.UNPACK, None, Refused("never asked"))

    assert all_created(of)
    assert not of.refusals.holds("memory", "rods", ROOT, "")


def test_large_files_and_names_that_need_an_explanation_go_alone() -> None:
    """The others go together."""
    odd = {"large": b"x" * 1001, "caf\udce9": b"not UTF-8"}
    of = shop({**odd, **{f"f{number}": b"small" for number in range(12)}})

    assert 14 == len(of.sync())

    assert 14 == len(of.stored())
    avus = [item.avus for path, item in of.destination.objects.items() if "UnicodeEncodeError" in path]
    assert 1 == len(avus)
    assert avus[0]


@pytest.mark.parametrize("operation", [Operation.PUT, Operation.PUT_SYNC])
def test_what_somebody_else_made_meanwhile_is_treated_as_without_bundles(operation: Operation) -> None:
    """PUT leaves it as it is, PUT_SYNC replaces it; equal bytes are taken for ours. Everything else arrives."""
    of = shop(rules=replace(RULES, operation=operation))
    (work,) = works(of)
    store(of, "folder 0/file 00", b"another")
    store(of, "folder 1/file 01", FILES["folder 1/file 01"])

    found = outcomes(of.apply(work))

    there = of.stored()
    replaced = operation is Operation.PUT_SYNC
    expected = ("updated", "") if replaced else ("skipped", "OBJECT_EXISTS")
    assert expected == found.pop("folder 0/file 00")
    assert (FILES["folder 0/file 00"] if replaced else b"another") == there.pop("folder 0/file 00")
    assert {path: data for path, data in FILES.items() if path != "folder 0/file 00"} == there


def test_a_file_that_changes_while_it_is_read_goes_alone() -> None:
    """Read again until it rests; the others go together."""
    of = shop()
    (work,) = works(of)
    changes = iter([b"changed"])

    def on_read(path: str) -> None:
        if path == "folder 0/file 00":
            for data in changes:
                of.memory.write(path, data)

    of.memory.on_read = on_read

    found = outcomes(of.apply(work))

    assert ("created", "") == found["folder 0/file 00"]
    assert FILES | {"folder 0/file 00": b"changed"} == of.stored()


def test_a_file_that_vanished_is_skipped_and_the_others_come() -> None:
    """As alone."""
    of = shop()
    (work,) = works(of)
    of.memory.remove("folder 0/file 00")

    found = outcomes(of.apply(work))

    assert ("skipped", "SOURCE_VANISHED") == found["folder 0/file 00"]
    assert 29 == len(of.stored())


def test_bundles_make_the_collections_of_their_files_and_folders_without_files_are_made_too() -> None:
    """Nobody asks for a collection twice."""
    of = shop()
    of.memory.add("empty/deep", Kind.FOLDER)
    of.sync()

    wanted = {*(f"{ROOT}/folder {number}" for number in range(3)), f"{ROOT}/empty/deep"}
    assert wanted <= of.destination.collections


def test_a_bundle_is_in_the_budget_of_the_process_while_it_is_sent() -> None:
    """And no longer."""
    budget = ByteBudget(limit=10**6)
    held: list[int] = []
    of = shop()
    of.memory.on_read = lambda _path: held.append(budget.held)
    (work,) = works(of)

    of.apply(work, budget=budget)

    assert 15 * 1024 < min(held)
    assert 0 == budget.held


def test_the_collection_for_tars_is_nothing_that_a_mirror_deletes() -> None:
    """Where files go into a whole home, tars of any job lie among what others made."""
    rules = replace(RULES, delete_mode=DeleteMode.TRASH, delete_scope=DeleteScope.MIRROR)
    of = shop({"a": b"A"}, rules)
    of.sync()
    with of.destination.session() as session:
        for name in (STAGING_NAME, "theirs"):
            session.make_collection(f"{ROOT}/{name}/job")

    assert ["theirs"] == [name for part in of.scan() for name in part.foreign_collections]
