"""The decision about one file: the truth tables of `compare`, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.ingest.engine.compare import UNLISTED, Action, Catalogue, Difference, Step, decide, difference
from lading.ingest.engine.rules import Adopt, Rules, Touched
from lading.ingest.engine.snapshot import Known, Proof, doubted, known_from
from lading.ingest.engine.templates import NO_TEMPLATES, MetadataRow, Templates
from lading.ingest.engine.values import Entry, Kind, Listed, Operation, ReplicaState

SECOND = 1_000_000_000
SHA, OTHER_SHA, MD5 = "sha2:AAAA", "sha2:BBBB", "d41d8cd98f00b204e9800998ecf8427e"
ENTRY = Entry("a", Kind.FILE, 10, 100 * SECOND + 5, 100 * SECOND + 6, 7, "")
KNOWN = known_from(ENTRY, SHA, Proof.VERIFIED)
GOOD = Listed("a", 10, SHA, 100, ReplicaState.GOOD, 0, "demoResc", "/vault/a")

TOUCHED = replace(KNOWN, ctime_ns=1)
MOVED = replace(KNOWN, inode=8)
RETIMED = replace(KNOWN, mtime_ns=1)
GROWN = replace(KNOWN, size=9)
RETAGGED = replace(KNOWN, tag="v1")


def unproven(known: Known) -> Known:
    """Return it as adopted by size."""
    return replace(known, checksum="", proof=Proof.UNVERIFIED)


SMALLER, LARGER = replace(GOOD, size=9), replace(GOOD, size=11)
BARE = replace(GOOD, checksum="")
STALE, INTERMEDIATE = replace(GOOD, state=ReplicaState.STALE), replace(GOOD, state=ReplicaState.INTERMEDIATE)
LOCKED = replace(GOOD, state=ReplicaState.WRITE_LOCKED)

Row = tuple[Known | None, Catalogue, Step, str]


def name(value: object) -> str:
    """Name a parameter after the constant that it is."""
    return next((key for key, constant in globals().items() if constant is value and key.isupper()), str(value))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (KNOWN, Difference.NONE),
        (TOUCHED, Difference.TOUCHED),
        (MOVED, Difference.TOUCHED),
        (RETIMED, Difference.RETIMED),
        (replace(RETIMED, ctime_ns=1, inode=8), Difference.RETIMED),
        (GROWN, Difference.CONTENT),
        (RETAGGED, Difference.CONTENT),
        (replace(GROWN, mtime_ns=1, ctime_ns=1), Difference.CONTENT),
    ],
)
def test_how_an_entry_differs(known: Known, expected: Difference) -> None:
    """The table of `difference`."""
    assert difference(ENTRY, known) == expected


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(("kind", "code"), [(Kind.LINK, "LINK_SKIPPED"), (Kind.OTHER, "NOT_A_FILE")])
def test_what_is_no_file_is_skipped(operation: Operation, kind: Kind, code: str) -> None:
    """Whatever the operation."""
    entry = ENTRY._replace(kind=kind)

    action = decide(entry, None, UNLISTED, Rules(destination="/z", operation=operation))

    assert action == Action(Step.SKIP, entry, None, None, code)


PUT_SYNC: list[Row] = [
    (None, None, Step.CREATE, ""),
    (KNOWN, None, Step.CREATE, ""),
    (None, UNLISTED, Step.CREATE, ""),
    (None, STALE, Step.REPLACE, ""),
    (None, LOCKED, Step.REPLACE, ""),
    (None, SMALLER, Step.REPLACE, ""),
    (None, GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (None, BARE, Step.ADOPT_BY_CHECKSUM, ""),
    (KNOWN, UNLISTED, Step.KEEP, ""),
    (TOUCHED, UNLISTED, Step.HASH_THEN_REPLACE, ""),
    (MOVED, UNLISTED, Step.HASH_THEN_REPLACE, ""),
    (RETIMED, UNLISTED, Step.HASH_THEN_REPLACE, ""),
    (unproven(TOUCHED), UNLISTED, Step.REPLACE, ""),
    (unproven(RETIMED), UNLISTED, Step.REPLACE, ""),
    (GROWN, UNLISTED, Step.REPLACE, ""),
    (RETAGGED, UNLISTED, Step.REPLACE, ""),
    (doubted(KNOWN), UNLISTED, Step.REPLACE, ""),
    (KNOWN, GOOD, Step.KEEP, ""),
    (KNOWN, BARE, Step.KEEP, ""),
    (KNOWN, replace(GOOD, checksum=MD5), Step.KEEP, ""),
    (unproven(KNOWN), GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (unproven(KNOWN), BARE, Step.ADOPT_BY_CHECKSUM, ""),
    (unproven(TOUCHED), GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (unproven(RETIMED), GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (unproven(GROWN), SMALLER, Step.REPLACE, ""),
    (unproven(KNOWN), SMALLER, Step.REPLACE, ""),
    (RETIMED, GOOD, Step.HASH_THEN_REPLACE, ""),
    (KNOWN, replace(GOOD, checksum=OTHER_SHA), Step.REPLACE, ""),
    (KNOWN, LARGER, Step.REPLACE, ""),
    (KNOWN, STALE, Step.REPLACE, ""),
    (KNOWN, INTERMEDIATE, Step.REPLACE, ""),
    (KNOWN, LOCKED, Step.REPLACE, ""),
]

PUT: list[Row] = [
    (None, None, Step.CREATE, ""),
    (KNOWN, None, Step.CREATE, ""),
    (None, UNLISTED, Step.CREATE, ""),
    (None, GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (None, SMALLER, Step.SKIP, "OBJECT_EXISTS"),
    (None, STALE, Step.REPLACE, ""),
    (None, replace(STALE, size=0), Step.REPLACE, ""),
    (None, INTERMEDIATE, Step.REPLACE, ""),
    (None, replace(STALE, size=11), Step.SKIP, "OBJECT_EXISTS"),
    (None, LOCKED, Step.SKIP, "OBJECT_EXISTS"),
    (KNOWN, STALE, Step.REPLACE, ""),
    (KNOWN, LOCKED, Step.REPLACE, ""),
    (doubted(KNOWN), UNLISTED, Step.REPLACE, ""),
    (doubted(KNOWN), GOOD, Step.REPLACE, ""),
    (KNOWN, UNLISTED, Step.KEEP, ""),
    (TOUCHED, UNLISTED, Step.KEEP, ""),
    (RETIMED, UNLISTED, Step.SKIP, "OBJECT_EXISTS"),
    (GROWN, UNLISTED, Step.SKIP, "OBJECT_EXISTS"),
    (KNOWN, GOOD, Step.KEEP, ""),
    (unproven(KNOWN), GOOD, Step.ADOPT_BY_CHECKSUM, ""),
    (unproven(KNOWN), SMALLER, Step.KEEP, ""),
    (unproven(GROWN), SMALLER, Step.SKIP, "OBJECT_EXISTS"),
    (GROWN, GOOD, Step.SKIP, "OBJECT_EXISTS"),
]

REGISTER: list[Row] = [
    (None, None, Step.REGISTER, ""),
    (KNOWN, None, Step.REGISTER, ""),
    (None, UNLISTED, Step.REGISTER, ""),
    (None, GOOD, Step.UPDATE_REGISTERED, ""),
    (KNOWN, UNLISTED, Step.KEEP, ""),
    (TOUCHED, UNLISTED, Step.KEEP, ""),
    (RETIMED, UNLISTED, Step.UPDATE_REGISTERED, ""),
    (GROWN, UNLISTED, Step.UPDATE_REGISTERED, ""),
    (KNOWN, GOOD, Step.KEEP, ""),
    (GROWN, GOOD, Step.UPDATE_REGISTERED, ""),
    (KNOWN, SMALLER, Step.UPDATE_REGISTERED, ""),
    (KNOWN, replace(GOOD, modified=99), Step.UPDATE_REGISTERED, ""),
    (KNOWN, STALE, Step.UPDATE_REGISTERED, ""),
]


@pytest.mark.parametrize(
    ("operation", "known", "listed", "step", "code"),
    [
        (operation, *row)
        for operation, rows in (
            (Operation.PUT_SYNC, PUT_SYNC),
            (Operation.PUT, PUT),
            (Operation.REGISTER_SYNC, REGISTER),
        )
        for row in rows
    ],
    ids=name,
)
def test_the_answer_of_each_operation(
    operation: Operation, known: Known | None, listed: Catalogue, step: Step, code: str
) -> None:
    """The tables of `_put_sync`, `_put` and `_register`."""
    action = decide(ENTRY, known, listed, Rules(destination="/z", operation=operation))

    assert action == Action(step, ENTRY, known, listed if isinstance(listed, Listed) else None, code)


@pytest.mark.parametrize(
    ("touched", "step", "code"),
    [
        (Touched.REHASH, Step.HASH_THEN_REPLACE, ""),
        (Touched.METADATA, Step.KEEP, "TOUCHED"),
        (Touched.IGNORE, Step.KEEP, ""),
    ],
)
def test_what_is_touched_goes_by_policy(touched: Touched, step: Step, code: str) -> None:
    """Only the difference TOUCHED asks the policy."""
    rules = Rules(destination="/z", touched=touched)
    action = decide(ENTRY, TOUCHED, UNLISTED, rules)

    assert (action.step, action.code) == (step, code)
    assert decide(ENTRY, RETIMED, UNLISTED, rules).step is Step.HASH_THEN_REPLACE


@pytest.mark.parametrize(
    ("operation", "adopt", "listed", "step"),
    [
        (operation, adopt, listed, step)
        for operation, refused in ((Operation.PUT_SYNC, Step.REPLACE), (Operation.PUT, Step.SKIP))
        for adopt, listed, step in (
            (Adopt.CHECKSUM, GOOD, Step.ADOPT_BY_CHECKSUM),
            (Adopt.SIZE, GOOD, Step.ADOPT_BY_CHECKSUM),
            (Adopt.NEVER, GOOD, Step.ADOPT_BY_CHECKSUM),
            (Adopt.CHECKSUM, BARE, Step.ADOPT_BY_CHECKSUM),
            (Adopt.SIZE, BARE, Step.ADOPT_BY_SIZE),
            (Adopt.NEVER, BARE, refused),
        )
    ],
    ids=name,
)
def test_what_is_there_is_adopted_by_policy(operation: Operation, adopt: Adopt, listed: Listed, step: Step) -> None:
    """The table of `_adopt`."""
    assert decide(ENTRY, None, listed, Rules(destination="/z", operation=operation, adopt=adopt)).step is step


@pytest.mark.parametrize(
    ("known", "renews"),
    [(KNOWN, False), (TOUCHED, True), (replace(KNOWN, gone=True), True), (GROWN, False), (None, False)],
)
def test_a_kept_file_renews_the_snapshot_if_it_is_not_as_known(known: Known | None, renews: bool) -> None:
    """Also one that came back."""
    action = decide(ENTRY, known, UNLISTED, Rules(destination="/z", operation=Operation.PUT))

    assert action.renews is renews


DATED = replace(KNOWN, mtime_ns=1, tag="etag:1")
AGAIN = ENTRY._replace(tag="etag:1")
LABELLED = Templates(metadata=(MetadataRow(attribute="a", value="b"),))


@pytest.mark.parametrize(
    ("operation", "known", "listed", "step"),
    [
        (Operation.PUT_SYNC, DATED, UNLISTED, Step.KEEP),
        (Operation.PUT_SYNC, DATED, GOOD, Step.KEEP),
        (Operation.PUT_SYNC, replace(DATED, tag="etag:2"), UNLISTED, Step.REPLACE),
        (Operation.PUT, DATED, UNLISTED, Step.KEEP),
        (Operation.NO_OP, DATED, UNLISTED, Step.KEEP),
        (Operation.REGISTER_SYNC, DATED, UNLISTED, Step.UPDATE_REGISTERED),
    ],
)
def test_an_object_with_the_same_etag_is_not_read(
    operation: Operation, known: Known, listed: Catalogue, step: Step
) -> None:
    """Whatever its time is; a link that leads to the same place as before proves nothing."""
    rules = Rules(destination="/x", operation=operation)

    assert decide(AGAIN, known, listed, rules).step is step
    assert difference(AGAIN, DATED) is Difference.DATED
    assert difference(ENTRY._replace(tag="link:1"), replace(DATED, tag="link:1")) is Difference.RETIMED


def test_what_a_store_says_of_an_object_that_was_dated_again_is_applied_again() -> None:
    """It may be other than before."""
    rules = Rules(destination="/x", templates=LABELLED)

    assert decide(AGAIN, DATED, UNLISTED, rules).step is Step.DECORATE
    assert decide(AGAIN, DATED, UNLISTED, replace(rules, templates=NO_TEMPLATES)).step is Step.KEEP
