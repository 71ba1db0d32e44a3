"""Scan, plan and apply together: whatever happens, the destination ends up as the source is."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.errors import (
    ChecksumMismatch,
    ConnectionLost,
    LadingError,
    ObjectExists,
    ObjectLocked,
    Refused,
    RetryLater,
    RetryNow,
    ZoneUnreachable,
)
from lading.base.outcomes import Outcome
from lading.base.paths import from_bytes, join
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.naming import Naming
from lading.ingest.engine.parts import FolderPart
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.scan import Budget
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Operation
from tests.unit.engine.workshop import ROOT, Workshop, outcomes

NAMINGS = [Naming(), Naming(characters=CharacterMap((("regex:[^a-zA-Z0-9]", "_"),)))]

FOLDERS = ["", "d/", "d/e/", "d/f/", "g/", "x" * 30 + "/", from_bytes(b"\xff\xfe/")]
NAMES = [
    "a",
    "b.txt",
    "c d",
    "é",
    "\U0001f600",
    "￼",
    from_bytes(b"caf\xe9"),
    "line\nbreak",
    "'\"",
    "-",
    "z",
    "e\u0301",
    "c_d_E4",
]
FAULTS: list[tuple[Call, Callable[[], LadingError]]] = [
    *((call, lambda: ConnectionLost("broken")) for call in Call),
    *((call, lambda: ZoneUnreachable("no answer")) for call in Call),
    *((call, lambda: Refused("no", irods_code=-1)) for call in Call),
    (Call.PUT, lambda: ChecksumMismatch("other bytes")),
    (Call.PUT, lambda: ObjectLocked("open")),
    (Call.PUT, lambda: ObjectExists("there")),
]


class Story:
    """A tree that changes, synchronised again and again while the zone misbehaves."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.files: dict[str, bytes] = {}
        self.shop = Workshop(
            source=MemorySource(ordered=self.chance.random() < 0.5),
            rules=Rules(
                destination=ROOT,
                naming=self.chance.choice(NAMINGS),
                operation=self.chance.choice([Operation.PUT_SYNC, Operation.PUT_APPEND]),
                one_call_limit=self.chance.choice([5, 100]),
                batch_files=self.chance.choice([3, 100]),
                part_entries=self.chance.choice([1, 4, 100]),
            ),
            budget=Budget(self.chance.choice([1, 7, 1000]), 10**9),
        )

    def change(self) -> None:
        """Change some of the tree."""
        for _ in range(self.chance.randrange(12)):
            path = self.chance.choice(FOLDERS) + self.chance.choice(NAMES)
            data = self.chance.randbytes(self.chance.randrange(9))
            match self.chance.randrange(7) if path in self.files else 0:
                case 6:
                    self.files[path] += data
                    self.shop.memory.write(path, self.files[path])
                case 0 | 1:
                    self.files[path] = data
                    self.shop.memory.write(path, data, keep_mtime=self.chance.random() < 0.3)
                case 2:
                    self.files[path] = data
                    self.shop.memory.replace(path, data)
                case 3:
                    self.shop.memory.touch(path)
                case 4:
                    self.shop.memory.retime(path)
                case 5:
                    del self.files[path]
                    self.shop.memory.remove(path)

    def misbehave(self) -> None:
        """Script some failures."""
        for _ in range(self.chance.randrange(5)):
            call, fault = self.chance.choice(FAULTS)
            # what fails after a large file was begun leaves it locked in memory for ever; a zone notices in time
            moment = Moment.BEFORE if call is Call.PUT_STREAM else self.chance.choice(list(Moment))
            self.shop.destination.fail(call, None, fault(), times=self.chance.randrange(1, 4), moment=moment)

    def heal(self) -> None:
        """Take what is left of the script away."""
        self.shop.destination._store._failures.clear()

    def sync(self) -> None:
        """Run once, as a ledger would: batches that could not be done are taken again."""
        parts = patiently(self.shop.scan)
        for work in group(parts, self.shop.rules):
            for attempt in range(1, 20):
                try:
                    self.shop.apply(work, attempt=attempt)
                    break
                except (RetryLater, RetryNow):
                    continue

    def expected(self) -> dict[str, bytes]:
        """Return what has to be at the destination by relative logical path."""
        return {self.logical(path): data for path, data in self.files.items()}

    def logical(self, path: str) -> str:
        """Return where a file goes, relative to the destination."""
        return self.shop.rules.naming.logical_path("", path, source_root="/memory").path.lstrip("/")


def patiently(work: Callable[[], list[FolderPart]]) -> list[FolderPart]:
    """Do it again while the zone cannot be reached."""
    while True:
        try:
            return work()
        except (RetryLater, RetryNow):
            continue


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_the_destination_becomes_the_source(seed: int) -> None:
    """After a run without failures it holds every file; another scan finds nothing to do and asks nothing."""
    story = Story(seed)
    for _ in range(4):
        story.change()
        story.misbehave()
        story.sync()
        assert_nothing_good_is_wrong(story)
        story.heal()
        story.sync()

        stored = story.shop.stored()
        assert {path: stored.get(path) for path in story.expected()} == story.expected()
        assert story.shop.snapshots.paths() == story.files.keys()
        before = story.shop.destination.requests(), story.shop.sessions
        assert list(group(story.shop.scan(), story.shop.rules)) == []
        assert (story.shop.destination.requests(), story.shop.sessions) == before


def assert_nothing_good_is_wrong(story: Story) -> None:
    """No object that the snapshot vouches for differs from its file."""
    stored, expected = story.shop.stored(), story.expected()
    for path in story.shop.snapshots.paths():
        known = story.shop.snapshots.known(path)
        logical = story.logical(path)
        if known is not None and known.size >= 0 and path in story.files and is_current(story, path):
            assert stored[logical] == expected[logical]


def is_current(story: Story, path: str) -> bool:
    """Say whether the snapshot knows the file as it is now."""
    known, entry = story.shop.snapshots.known(path), story.shop.memory.stat(path)
    return known is not None and (known.size, known.mtime_ns, known.ctime_ns) == (entry.size, *entry[3:5])


def test_a_real_folder_is_brought_as_it_is(tmp_path: Path) -> None:
    """Through the filesystem: bytes, folders, links, and a second run that finds nothing to do."""
    files = {"a": b"1", "d/b": b"22", "d/e/c": b"", "x/y/z": b"x" * 3000}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "link").symlink_to("a")
    shop = Workshop(source=FilesystemSource(tmp_path), rules=Rules(destination=ROOT, one_call_limit=1000))

    results = shop.sync()

    assert outcomes(results) == dict.fromkeys(files, ("created", ""))
    assert shop.stored() == files
    requests = shop.destination.requests()
    assert shop.sync() == []
    assert shop.destination.requests() == requests


def test_a_single_file_goes_into_the_destination(tmp_path: Path) -> None:
    """Under its name."""
    (tmp_path / "one.bin").write_bytes(b"1")
    shop = Workshop(source=FilesystemSource(tmp_path / "one.bin"))

    results = shop.sync()

    assert [(join(result.folder, result.name), result.outcome) for result in results] == [("one.bin", Outcome.CREATED)]
    assert shop.stored() == {"one.bin": b"1"}
    assert shop.sync() == []


@pytest.mark.parametrize("count", [200])
def test_an_unchanged_rescan_asks_nothing(tmp_path: Path, count: int) -> None:
    """Neither the zone nor for a single segment."""
    for number in range(count):
        folder = tmp_path / f"{number % 20:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:03}").write_bytes(b"x")
    shop = Workshop(source=FilesystemSource(tmp_path))
    shop.sync()
    shop.sessions, shop.snapshots.loaded = 0, []

    parts = shop.scan()

    assert sum(head.count for part in parts for head in part.unchanged) == count
    assert (shop.sessions, shop.snapshots.loaded) == (0, [])
