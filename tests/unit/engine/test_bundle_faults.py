"""Bundles of which a step fails, and work that is broken off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from lading.base.errors import (
    AccessDenied,
    Cancelled,
    ChecksumMismatch,
    ConnectionLost,
    LadingError,
    ObjectLocked,
    Refused,
    TargetFull,
    ZoneUnreachable,
)
from lading.ingest.engine.destinations.base import NotOffered
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import Call, MemoryDestination, Moment
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import BundleRules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import PutMode, Target
from tests.unit.engine.bundle_shop import FILES, RULES, SENDS, all_created, calls, left_tars, shop
from tests.unit.engine.workshop import ROOT, STAGING, Workshop, outcomes, store, works


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("call", SENDS)
@pytest.mark.parametrize(
    "error",
    [
        ConnectionLost("broken"),
        Refused("no"),
        AccessDenied("not you"),
        NotOffered("no such call"),
        ChecksumMismatch("other bytes"),
        ObjectLocked("locked"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_step_fails_every_file_arrives(call: Call, moment: Moment, error: LadingError) -> None:
    """Nothing done, or done without word of it: each file is there once, whole, and told as created."""
    of = shop()
    of.destination.fail(call, None, error, moment=moment)

    assert all_created(of)

    assert FILES == of.stored()
    assert all(of.destination.objects[f"{ROOT}/{path}"].listed.checksum for path in FILES)
    assert call is Call.REMOVE_OBJECT or [] == left_tars(of)
    assert {} == outcomes(of.sync())


@pytest.mark.parametrize("call", SENDS)
def test_a_step_that_always_fails_brings_files_one_by_one(call: Call) -> None:
    """Puts fail for the tars only."""
    of = shop()
    for number in range(3):
        path = f"{STAGING}/7-{number}.tar" if call is Call.PUT else None
        of.destination.fail(call, path, Refused("never"), times=10**6)

    assert all_created(of)
    assert FILES == of.stored()


def test_what_was_refused_is_not_asked_again_for_a_while() -> None:
    """Neither by this work nor by the next."""
    of = shop()
    of.destination.fail(Call.UNPACK, None, NotOffered("no such call"), times=10**6)
    of.sync()
    assert of.refusals.holds("memory", "rods", ROOT, "")

    again = Workshop(
        source=MemorySource({f"n{number}": b"x" for number in range(30)}), rules=RULES, refusals=of.refusals
    )
    (work,) = works(again)

    assert 30 + 1 == calls(again, lambda: again.apply(work))


def test_an_object_that_was_there_is_no_refusal() -> None:
    """The next bundle goes together again."""
    of = shop()
    (work,) = works(of)
    store(of, "folder 0/file 00", b"another")
    of.apply(work)

    assert not of.refusals.holds("memory", "rods", ROOT, "")


@pytest.mark.parametrize("wrong", ["folder 0/file 00", "folder 2/file 29"])
def test_a_server_that_unpacks_other_bytes_is_found_by_reading_again(wrong: str) -> None:
    """One wrong file of those that are read, and each file of the bundle is compared, and sent over if it differs."""
    of = shop(rules=replace(RULES, bundles=BundleRules(files=30, reread=30)))
    of.destination.spoil(f"{ROOT}/{wrong}", b"?" * len(FILES[wrong]))

    found = outcomes(of.sync())

    assert FILES == of.stored()
    assert ("updated", "") == found.pop(wrong)
    assert {("created", "")} == set(found.values())


@pytest.mark.parametrize("call", SENDS[:-1])
@pytest.mark.parametrize("error", [TargetFull("full"), ZoneUnreachable("down"), Cancelled("stopped")])
def test_what_concerns_all_files_stops_the_work_and_a_later_attempt_brings_the_rest(
    call: Call, error: BaseException
) -> None:
    """Nothing is doubted, nothing comes twice, and the tar that was left is deleted."""
    of = shop()
    (work,) = works(of)
    of.destination.fail(call, None, error, moment=Moment.AFTER)

    with pytest.raises(type(error)):
        of.apply(work)
    of.apply(work, attempt=2)

    assert FILES == of.stored()
    assert [] == left_tars(of)
    assert {} == outcomes(of.sync())


class Mortal:
    """A permission that ends after so many questions, until somebody gives it back."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def check(self) -> None:
        if self.left <= 0:
            raise Cancelled("killed")
        self.left -= 1

    @property
    def remaining(self) -> float:
        return 1e9


@pytest.mark.parametrize("step", range(1, 80, 2))
def test_a_worker_that_dies_at_any_step_leaves_nothing_that_counts_twice(step: int) -> None:
    """From one question on nothing can be asked, nor tidied; the next attempt finds what arrived and brings the rest."""
    mortal = Mortal(10**6)
    of = Workshop(source=MemorySource(FILES), rules=RULES, destination=MemoryDestination(token=mortal), token=mortal)
    (work,) = works(of)
    mortal.left = step
    with suppress(Cancelled):
        list(of.applying(work))
    mortal.left = 10**6

    results = outcomes(of.apply(work, attempt=2))

    assert FILES == of.stored()
    assert dict.fromkeys(FILES, ("created", "")) == results
    assert [] == left_tars(of)
    assert {} == outcomes(of.sync())


def test_a_later_attempt_sends_file_by_file() -> None:
    """Whatever made the first one die may have been the bundle."""
    of = shop()
    of.destination.fail(Call.UNPACK, None, Refused("never asked"), times=10**6)
    (work,) = works(of)

    of.apply(work, attempt=2)

    assert FILES == of.stored()
    assert not of.refusals.holds("memory", "rods", ROOT, "")


def test_tars_of_other_works_are_left_alone() -> None:
    """Only those of the same work are deleted by its next attempt."""
    of = shop()
    (work,) = works(of)
    with of.destination.session() as session:
        session.make_collection(STAGING)
        for name in ("71-0.tar", "7-2.tar"):
            session.put(Target(path=f"{STAGING}/{name}", mode=PutMode.CREATE), b"x", checksum_of("sha256", b"x"))

    of.apply(work, attempt=2)

    assert [f"{STAGING}/71-0.tar"] == left_tars(of)


def test_a_collection_that_cannot_be_made_fails_each_file_once() -> None:
    """Whether its files were to go together or alone."""
    of = shop({**FILES, "folder 0/large": b"x" * 2000})
    of.destination.protect(f"{ROOT}/folder 0")
    (work,) = group(of.scan(), of.rules)

    results = of.apply(work)

    assert 31 == len(results) == len(outcomes(results))
    refused = {path for path, (outcome, _) in outcomes(results).items() if outcome == "failed"}
    assert {path for path in [*FILES, "folder 0/large"] if path.startswith("folder 0/")} == refused
