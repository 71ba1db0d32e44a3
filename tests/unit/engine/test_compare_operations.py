"""The decisions of put-append, no-op and registrations: their truth tables, and what holds for every operation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from lading.base.errors import WrongReplica
from lading.ingest.engine.compare import UNLISTED, Catalogue, Step, appendable, decide
from lading.ingest.engine.registered import own_replica, registered_as
from lading.ingest.engine.rules import Adopt, Rules, Touched
from lading.ingest.engine.snapshot import Known, Proof, doubted, known_from
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState

SECOND = 1_000_000_000
SHA, OTHER_SHA = "sha2:AAAA", "sha2:BBBB"
ENTRY = Entry("a", Kind.FILE, 10, 100 * SECOND + 5, 100 * SECOND + 6, 7, "")
KNOWN = known_from(ENTRY, SHA, Proof.VERIFIED)
TOUCHED, RETIMED = replace(KNOWN, ctime_ns=1), replace(KNOWN, mtime_ns=1)
SHORTER, LONGER, EMPTY = replace(KNOWN, size=9), replace(KNOWN, size=11), replace(KNOWN, size=0)
RETAGGED = replace(SHORTER, tag="v1")
GOOD = Listed("a", 10, SHA, 100, ReplicaState.GOOD, 0, "root;low", "/vault/a")
LESS, MORE, NONE = replace(GOOD, size=9), replace(GOOD, size=11), replace(GOOD, size=0)
BARE, STALE = replace(LESS, checksum=""), replace(LESS, state=ReplicaState.STALE)

EVERY_KNOWN: list[Known | None] = [
    None, KNOWN, TOUCHED, RETIMED, SHORTER, LONGER, EMPTY, RETAGGED, doubted(KNOWN), replace(KNOWN, gone=True),
    replace(KNOWN, checksum="", proof=Proof.UNVERIFIED),
]  # fmt: skip
EVERY_LISTED: list[Catalogue] = [
    None, UNLISTED, GOOD, LESS, MORE, NONE, BARE, STALE, replace(GOOD, checksum=OTHER_SHA), replace(GOOD, checksum=""),
    *(replace(GOOD, state=state) for state in ReplicaState),
]  # fmt: skip
EVERY_RULES = [
    Rules(destination="/z", touched=touched, adopt=adopt, resource=resource, bulk_register=bulk)
    for touched, adopt, resource, bulk in product(Touched, Adopt, (None, "root", "low", "other"), (False, True))
]
SENDS = {Step.CREATE, Step.REPLACE, Step.APPEND, Step.HASH_THEN_REPLACE, Step.ADOPT_BY_CHECKSUM, Step.ADOPT_BY_SIZE}
ENTERS = {Step.REGISTER, Step.UPDATE_REGISTERED}


@cache
def everything(operation: Operation) -> list[tuple[Known | None, Catalogue, Rules, Step, str]]:
    """Return the decision for all that there is."""
    decided = []
    every_rules = [replace(rules, operation=operation) for rules in EVERY_RULES]
    for known, listed, own in product(EVERY_KNOWN, EVERY_LISTED, every_rules):
        action = decide(ENTRY, known, listed, own)
        decided.append((known, listed, own, action.step, action.code))
    return decided


@pytest.mark.parametrize(
    ("operation", "allowed"),
    [
        (Operation.PUT, SENDS - {Step.APPEND, Step.HASH_THEN_REPLACE} | {Step.KEEP, Step.SKIP}),
        (Operation.PUT_SYNC, SENDS - {Step.APPEND} | {Step.KEEP}),
        (Operation.PUT_APPEND, SENDS | {Step.KEEP}),
        (Operation.REGISTER_SYNC, ENTERS | {Step.KEEP}),
        (Operation.REGISTER_AS_REPLICA_SYNC, ENTERS | {Step.KEEP}),
        (Operation.NO_OP, {Step.KEEP, Step.NO_OP}),
    ],
)
def test_an_operation_takes_these_steps_and_no_others(operation: Operation, allowed: set[Step]) -> None:
    """Whatever snapshot and catalogue say; each of them is taken for something."""
    assert allowed == {step for *_, step, _ in everything(operation)}


def test_put_sends_over_nothing_that_is_good() -> None:
    """But for what it knows to be damaged by itself."""
    over = [
        (known, listed)
        for known, listed, _, step, _ in everything(Operation.PUT)
        if step is Step.REPLACE and isinstance(listed, Listed) and listed.state is ReplicaState.GOOD
    ]

    assert {True} == {known is not None and known.is_doubtful for known, _ in over}


def test_put_append_is_put_sync_but_for_files_that_grew() -> None:
    """It appends only where put-sync would send the whole, and never to what it may not be the continuation of."""
    for (known, listed, rules, step, code), (*_, usual, usual_code) in zip(
        everything(Operation.PUT_APPEND), everything(Operation.PUT_SYNC), strict=True
    ):
        assert code == usual_code
        if step is not Step.APPEND:
            assert step is usual
            continue
        assert usual is Step.REPLACE
        there = listed if isinstance(listed, Listed) else known
        assert there is not None
        assert 0 < there.size < ENTRY.size
        if isinstance(listed, Listed):
            assert listed.state is ReplicaState.GOOD
            assert listed.is_under(rules.resource)
            assert listed.checksum or rules.adopt is Adopt.CHECKSUM


@pytest.mark.parametrize(
    ("known", "listed", "step"),
    [
        (SHORTER, UNLISTED, Step.APPEND),
        (SHORTER, LESS, Step.APPEND),
        (KNOWN, LESS, Step.APPEND),
        (None, LESS, Step.APPEND),
        (None, BARE, Step.APPEND),
        (SHORTER, replace(LESS, checksum=OTHER_SHA), Step.APPEND),
        (RETAGGED, UNLISTED, Step.REPLACE),
        (EMPTY, UNLISTED, Step.REPLACE),
        (LONGER, UNLISTED, Step.REPLACE),
        (doubted(SHORTER), UNLISTED, Step.REPLACE),
        (SHORTER, STALE, Step.REPLACE),
        (SHORTER, MORE, Step.REPLACE),
        (SHORTER, NONE, Step.REPLACE),
        (SHORTER, None, Step.CREATE),
        (SHORTER, GOOD, Step.REPLACE),
        (RETIMED, UNLISTED, Step.HASH_THEN_REPLACE),
        (KNOWN, UNLISTED, Step.KEEP),
    ],
)
def test_the_table_of_put_append(known: Known | None, listed: Catalogue, step: Step) -> None:
    """Row by row; the proof comes when the file is read."""
    assert step is decide(ENTRY, known, listed, Rules(destination="/z", operation=Operation.PUT_APPEND)).step


@pytest.mark.parametrize(
    ("listed", "resource", "adopt", "expected"),
    [
        (LESS, None, Adopt.NEVER, True),
        (LESS, "root", Adopt.NEVER, True),
        (LESS, "low", Adopt.NEVER, True),
        (LESS, "root;low", Adopt.NEVER, True),
        (LESS, "other", Adopt.CHECKSUM, False),
        (BARE, None, Adopt.CHECKSUM, True),
        (BARE, None, Adopt.SIZE, False),
        (BARE, None, Adopt.NEVER, False),
        (STALE, None, Adopt.CHECKSUM, False),
        (GOOD, None, Adopt.CHECKSUM, False),
        (MORE, None, Adopt.CHECKSUM, False),
        (NONE, None, Adopt.CHECKSUM, False),
    ],
)
def test_the_table_of_what_may_be_appended_to(
    listed: Listed, resource: str | None, adopt: Adopt, expected: bool
) -> None:
    """State, size, resource, checksum."""
    assert expected == appendable(ENTRY, listed, Rules(destination="/z", resource=resource, adopt=adopt))


@pytest.mark.parametrize(
    ("known", "touched", "step"),
    [
        (None, Touched.IGNORE, Step.NO_OP),
        (KNOWN, Touched.REHASH, Step.KEEP),
        (TOUCHED, Touched.REHASH, Step.NO_OP),
        (TOUCHED, Touched.METADATA, Step.NO_OP),
        (TOUCHED, Touched.IGNORE, Step.KEEP),
        (RETIMED, Touched.IGNORE, Step.NO_OP),
        (SHORTER, Touched.IGNORE, Step.NO_OP),
    ],
)
@pytest.mark.parametrize("listed", [None, UNLISTED, GOOD])
def test_the_table_of_no_op(known: Known | None, touched: Touched, step: Step, listed: Catalogue) -> None:
    """The catalogue has no say."""
    action = decide(ENTRY, known, listed, Rules(destination="/z", operation=Operation.NO_OP, touched=touched))

    assert (step, "NO_OP" if step is Step.NO_OP else "") == (action.step, action.code)


LATER, EARLIER = replace(GOOD, modified=101, checksum=""), replace(GOOD, modified=99, checksum="")


@pytest.mark.parametrize(
    ("listed", "strictly", "leniently"),
    [
        (GOOD, True, True),
        (LATER, False, True),
        (replace(LATER, checksum=SHA), False, False),
        (EARLIER, False, False),
        (replace(LATER, size=9), False, False),
        (replace(LATER, state=ReplicaState.STALE), False, False),
    ],
)
def test_the_table_of_what_is_registered_as_it_is(listed: Listed, strictly: bool, leniently: bool) -> None:
    """A later time says nothing where registrations are made without one."""
    assert (strictly, leniently) == (
        registered_as(ENTRY, listed, leniently=False),
        registered_as(ENTRY, listed, leniently=True),
    )


@pytest.mark.parametrize(
    ("operation", "bulk", "step"),
    [
        (Operation.REGISTER_SYNC, False, Step.UPDATE_REGISTERED),
        (Operation.REGISTER_SYNC, True, Step.KEEP),
        (Operation.REGISTER_AS_REPLICA_SYNC, False, Step.KEEP),
    ],
)
def test_registrations_without_a_time_are_compared_leniently(operation: Operation, bulk: bool, step: Step) -> None:
    """In bulk, and as further replicas."""
    rules = Rules(destination="/z", operation=operation, bulk_register=bulk)

    assert step is decide(ENTRY, KNOWN, LATER, rules).step


OWN = replace(GOOD, physical_path="/data/a", resource="root;low", replica_number=1)
OTHER = replace(GOOD, physical_path="/vault/a", resource="archive")
BESIDE = replace(GOOD, physical_path="/vault/b", resource="root;low")
REPLICA, SYNC = Operation.REGISTER_AS_REPLICA_SYNC, Operation.REGISTER_SYNC


@pytest.mark.parametrize(
    ("operation", "replicas", "resource", "expected"),
    [
        (SYNC, [OTHER, OWN], None, OWN),
        (SYNC, [OTHER, OWN], "root", OWN),
        (SYNC, [OTHER, OWN], "low", OWN),
        (REPLICA, [OTHER, OWN], "low", OWN),
        (REPLICA, [OTHER], "low", None),
        (REPLICA, [OTHER, replace(OWN, resource="elsewhere")], "root", None),
    ],
)
def test_the_table_of_a_files_own_replica(
    operation: Operation, replicas: list[Listed], resource: str | None, expected: Listed | None
) -> None:
    """By path and resource; one is added only beside others on other resources."""
    rules = Rules(destination="/z", operation=operation, resource=resource)

    assert expected == own_replica(replicas, "/data/a", rules)


@pytest.mark.parametrize(
    ("operation", "replicas", "resource"),
    [
        (SYNC, [OTHER], None),
        (SYNC, [OTHER], "root"),
        (SYNC, [OTHER, OWN], "archive"),
        (REPLICA, [OTHER, BESIDE], "low"),
        (REPLICA, [BESIDE], "root"),
    ],
)
def test_another_files_replica_is_refused(operation: Operation, replicas: list[Listed], resource: str | None) -> None:
    """The message names what is there."""
    with pytest.raises(WrongReplica, match="/vault/"):
        own_replica(replicas, "/data/a", Rules(destination="/z", operation=operation, resource=resource))
