"""Twins: names of one folder that are the same text in different bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lading.base.errors import TwinRefused
from lading.base.paths import from_bytes, join
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.naming import Naming
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.twins import TWIN, FolderTwins, TwinRule, Twins
from tests.unit.engine.workshop import ROOT, Workshop, outcomes

ONE, TWO = "caf\u00e9", "cafe\u0301"
MIXED = "\u00e9e\u0301", "e\u0301\u00e9"
REPORTS = Rules(destination=ROOT)
REFUSES = replace(REPORTS, twin_rule=TwinRule(twins=Twins.REFUSE))
FOLDS = replace(REPORTS, twin_rule=TwinRule(fold_case=True))


def others(names: list[str], rule: TwinRule) -> dict[str, str]:
    """Return the twin of each name that has one."""
    twins = FolderTwins(lambda: iter(names), rule)
    return {name: other for name in names if (other := twins.other(name)) is not None}


@pytest.mark.parametrize(
    ("names", "folded", "plain"),
    [
        ([ONE, TWO, "x"], {ONE: TWO, TWO: ONE}, {ONE: TWO, TWO: ONE}),
        (list(MIXED), dict([MIXED, MIXED[::-1]]), dict([MIXED, MIXED[::-1]])),
        (["K", "\u212a", "k"], {"K": "k", "\u212a": "K", "k": "\u212a"}, {"\u212a": "K"}),
        (["\u212a", "x"], {}, {}),
        (["A", "a", "b"], {"A": "a", "a": "A"}, {}),
        (["STRASSE", "straße"], {"STRASSE": "straße", "straße": "STRASSE"}, {}),
        (["a", "b", "é"], {}, {}),
        ([from_bytes(b"\xe9"), from_bytes(b"e\xcc"), "e"], {}, {}),
        ([], {}, {}),
    ],
)
def test_which_names_are_twins(names: list[str], folded: dict[str, str], plain: dict[str, str]) -> None:
    """Canonically equal ones always, those that differ in case if it is folded; bytes that are no text never."""
    assert plain == others(names, TwinRule())
    assert folded == others(names, TwinRule(fold_case=True))


def test_plain_ascii_names_cost_no_pass_over_the_folder() -> None:
    """Nobody asks for all the names because of one that can have no twin."""
    passes = 0

    def names() -> Iterator[str]:
        nonlocal passes
        passes += 1
        return iter(["a", "b", "é"])

    twins = FolderTwins(names, TwinRule())

    assert [None, 0] == [twins.other("a"), passes]
    assert [None, 1, None, 1] == [twins.other("é"), passes, twins.other("é"), passes]


def test_of_very_many_twins_all_are_found() -> None:
    """Although not each one's twin is remembered."""
    names = [f"{number}{form}" for number in range(6_000) for form in (ONE, TWO)]
    found = others(names, TwinRule())

    assert names == list(found)
    assert 10_000 == sum(1 for other in found.values() if other)


def test_twins_are_brought_and_told_of() -> None:
    """Both objects have their own bytes; the rows say what is odd, and a second scan has nothing to do."""
    shop = Workshop(source=MemorySource({ONE: b"1", TWO: b"2", "x": b"3"}), rules=REPORTS)
    results = shop.sync()

    assert {ONE: ("created", TWIN), TWO: ("created", TWIN), "x": ("created", "")} == outcomes(results)
    assert {ONE: b"1", TWO: b"2", "x": b"3"} == shop.stored()
    assert {ascii(ONE), ascii(TWO)} == {result.reason.partition(":")[0] for result in results if result.code}
    assert [] == shop.sync()


def test_twins_are_refused_where_that_is_asked_for() -> None:
    """Each fails alone, files and folders; what is no twin is brought."""
    shop = Workshop(
        source=MemorySource({ONE: b"1", TWO: b"2", "x": b"3", f"d/{ONE}/a": b"4", f"d/{TWO}/a": b"5"}), rules=REFUSES
    )
    parts = shop.scan()

    failures = {(failure.path, failure.code) for part in parts for failure in part.failures}
    assert {(path, TwinRefused.code) for path in (ONE, TWO, f"d/{ONE}", f"d/{TWO}")} == failures
    assert ["x"] == [join(part.folder, action.entry.name) for part in parts for action in part.actions]


def test_a_known_name_is_kept_when_its_twin_comes() -> None:
    """Only the newcomer is refused, and what is there is kept in step."""
    shop = Workshop(source=MemorySource({ONE: b"1"}), rules=REFUSES)
    shop.sync()
    shop.memory.write(TWO, b"2")
    shop.memory.write(ONE, b"changed")
    parts = shop.scan()

    assert [TWO] == [failure.path for part in parts for failure in part.failures]
    assert [ONE] == [action.entry.name for part in parts for action in part.actions]


def test_twin_folders_are_told_of_by_the_files_right_in_them() -> None:
    """They stay two collections."""
    shop = Workshop(source=MemorySource({f"{ONE}/a": b"1", f"{TWO}/a": b"2", f"{TWO}/d/b": b"3"}), rules=REPORTS)

    assert {f"{ONE}/a": ("created", TWIN), f"{TWO}/a": ("created", TWIN), f"{TWO}/d/b": ("created", "")} == outcomes(
        shop.sync()
    )
    assert {f"{ONE}/a": b"1", f"{TWO}/a": b"2", f"{TWO}/d/b": b"3"} == shop.stored()


@pytest.mark.parametrize("entries", [1, 3, 1000])
@pytest.mark.parametrize("part", [1, 2, 1000])
def test_twins_that_lie_far_apart_are_found_however_a_folder_is_cut(entries: int, part: int) -> None:
    """Composed and decomposed names are not neighbours in the order of bytes; parts and batches know of each other."""
    files = {name: name.encode() for name in (ONE, TWO, *(f"cafz{number:02d}" for number in range(20)))}
    shop = Workshop(
        source=MemorySource(files),
        rules=replace(REPORTS, part_entries=part),
        budget=Budget(entries=entries, seconds=10**9),
    )

    assert {ONE, TWO} == {path for path, (_, code) in outcomes(shop.sync()).items() if code == TWIN}


def test_case_twins_are_told_of_if_that_is_asked_for() -> None:
    """Most vaults tell them apart."""
    files = {"README": b"1", "readme": b"2", "x": b"3"}
    folded = outcomes(Workshop(source=MemorySource(files), rules=FOLDS).sync())
    plain = outcomes(Workshop(source=MemorySource(files), rules=REPORTS).sync())

    assert {"README": TWIN, "readme": TWIN, "x": ""} == {path: code for path, (_, code) in folded.items()}
    assert {""} == {code for _, code in plain.values()}


def test_names_that_a_map_changes_are_no_twins_any_more() -> None:
    """Their objects have plain names that differ."""
    ascii_only = Naming(characters=CharacterMap((("regex:[^ -~]", "_"),)))
    shop = Workshop(source=MemorySource({ONE: b"1", TWO: b"2"}), rules=replace(REPORTS, naming=ascii_only))

    assert {("created", "")} == set(outcomes(shop.sync()).values())
    assert 2 == len(shop.stored())
    assert all(name.isascii() and unicodedata.is_normalized("NFC", name) for name in shop.stored())
