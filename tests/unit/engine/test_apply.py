"""Work carried out against a destination in memory."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from typing import BinaryIO, cast

import pytest

from lading.base.events import BytesMoved, Event, FileDone, nobody
from lading.base.outcomes import Outcome
from lading.ingest.engine.apply import FileResult, apply
from lading.ingest.engine.budget import ByteBudget
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.destinations.base import Traits
from lading.ingest.engine.destinations.checksums import checksum_of
from lading.ingest.engine.destinations.memory import MemoryDestination
from lading.ingest.engine.snapshot import Proof
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Entry, Kind
from tests.unit.engine.workshop import (
    LARGE,
    ROOT,
    Workshop,
    only_work,
    outcomes,
    puts,
    shop,
    store,
    works,
)


def test_a_new_file_is_created_in_one_request() -> None:
    """And the snapshot may say so, with the checksum that the server verified."""
    of = shop()
    store(of, "other", b"")
    work = only_work(of)
    results: list[FileResult] = []

    requests = puts(of, lambda: results.extend(of.apply(work)))

    checksum = checksum_of("sha256", b"one")
    (result,) = results
    assert requests == 1
    assert (result.outcome, result.checksum, result.bytes_sent, result.size) == (Outcome.CREATED, checksum, 3, 3)
    assert result.known is not None
    assert (result.known.checksum, result.known.proof) == (checksum, Proof.VERIFIED)
    assert of.stored()["a"] == b"one"


def test_a_changed_file_is_updated() -> None:
    """Over what is there."""
    of = shop()
    of.sync()
    of.memory.write("a", b"another")

    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert of.stored() == {"a": b"another"}


def test_a_touched_file_with_the_same_bytes_is_unchanged_without_a_request() -> None:
    """The snapshot is renewed, so that the next scan asks nothing."""
    of = shop()
    of.sync()
    of.memory.touch("a")

    requests = puts(of, lambda: outcomes(of.sync()) == {"a": ("unchanged", "")} or pytest.fail("not unchanged"))

    assert requests == 0
    assert works(of) == []


def test_a_file_with_other_bytes_but_its_old_time_is_updated() -> None:
    """As a tool leaves it that restores times."""
    of = shop()
    of.sync()
    of.memory.write("a", b"two", keep_mtime=True)

    assert outcomes(of.sync()) == {"a": ("updated", "")}


def test_the_hash_is_the_one_that_the_snapshot_has() -> None:
    """Also after the zone's default changed."""
    of = shop()
    md5 = Traits(zone="memory", user="rods", version="memory", hash_name="md5")
    of.destination = MemoryDestination(traits=md5)
    of.sync()
    old = of.destination
    of.destination = MemoryDestination()
    of.destination.objects.update(old.objects)
    of.memory.touch("a")

    assert outcomes(of.sync()) == {"a": ("unchanged", "")}


def test_collections_are_made_once_and_deepest_only() -> None:
    """The parents come with them."""
    of = shop({"d/e/f/a": b"", "d/b": b"", "x/c": b""})

    requests = puts(of, lambda: of.apply(only_work(of)))

    assert requests == 2 + 2 + 3  # the listing of the root, two collections, three files
    assert f"{ROOT}/d/e/f" in of.destination.collections


def test_names_that_are_not_utf8_carry_their_avu() -> None:
    """And are told by their own name."""
    name = "caf\udce9"
    of = shop({name: b"x"})

    (result,) = of.sync()

    assert result.name == name
    assert of.destination.objects[result.logical_path].avus[0][0] == "irods::automated_ingest::UnicodeEncodeError"


def test_a_large_file_is_streamed() -> None:
    """In chunks, with its progress told."""
    events: list[Event] = []
    of = shop({"a": b"x" * 5000}, LARGE)
    of.emit = events.append

    (result,) = of.sync()

    assert (result.outcome, result.bytes_sent) == (Outcome.CREATED, 5000)
    assert sum(event.bytes for event in events if isinstance(event, BytesMoved)) == 5000
    assert events[-1] == FileDone(path="a", bytes=5000)
    assert of.stored() == {"a": b"x" * 5000}


def test_a_large_file_that_was_touched_is_read_and_not_sent() -> None:
    """It is hashed in chunks first."""
    of = shop({"a": b"x" * 5000}, LARGE)
    of.sync()
    of.memory.touch("a")

    assert puts(of, of.sync) == 0


@pytest.mark.parametrize("size", [10, 5000])
def test_a_file_that_changes_while_it_is_read_is_never_taken_for_good(size: int) -> None:
    """It is read again a bounded number of times, then fails; nothing good is left behind."""
    of = shop({"a": b"x" * size}, LARGE)
    of.memory.on_read = lambda path: of.memory.write(path, b"y" * size)

    (result,) = of.sync()

    assert (result.outcome, result.code, result.known) == (Outcome.FAILED, "SOURCE_CHANGED", None)
    assert of.stored() == {}
    assert of.memory.opens == 1 + of.rules.rereads


@pytest.mark.parametrize("size", [10, 5000])
@pytest.mark.parametrize("grows_to", [20, 1, 6000])
def test_a_file_that_changed_once_is_sent_as_it_is_then(size: int, grows_to: int) -> None:
    """What the snapshot says is what was read."""
    of = shop({"a": b"x" * size}, LARGE)
    changes = iter([lambda: of.memory.write("a", b"z" * grows_to)])
    of.memory.on_read = lambda _path: next(changes, lambda: None)()

    (result,) = of.sync()

    assert result.outcome is Outcome.CREATED
    assert of.stored() == {"a": b"z" * grows_to}
    assert of.snapshots.known("a") == result.known
    assert works(of) == []


def test_a_file_that_changed_since_the_scan_is_sent_as_it_is_now() -> None:
    """The scan's size is not taken on its word."""
    of = shop()
    work = only_work(of)
    of.memory.write("a", b"longer than before")

    (result,) = of.apply(work)

    assert (result.outcome, result.size) == (Outcome.CREATED, 18)
    assert works(of) == []


def test_one_bad_file_never_stops_another() -> None:
    """Vanished, unreadable, replaced by a pipe: each with its code."""
    of = shop(dict.fromkeys(("good", "gone", "denied", "pipe"), b"x"))
    work = only_work(of)
    of.memory.remove("gone")
    of.memory.deny("denied")
    of.memory.add("pipe", Kind.OTHER)

    assert outcomes(of.apply(work)) == {
        "good": ("created", ""),
        "gone": ("skipped", "SOURCE_VANISHED"),
        "denied": ("failed", "SOURCE_UNREADABLE"),
        "pipe": ("failed", "NOT_A_FILE"),
    }


def test_an_error_while_reading_is_the_files() -> None:
    """A broken disk sector is no reason to stop."""
    of = shop({"a": b"x", "b": b"y"})
    of.memory.on_read = fails_on("a", OSError(errno.EIO, "Input/output error"))

    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_UNREADABLE"), "b": ("created", "")}


def test_an_error_that_nobody_foresaw_is_the_files(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and told with its text."""
    of = shop({"a": b"x", "b": b"y"})
    of.memory.on_read = fails_on("a", RuntimeError("a surprise"))

    results = {result.name: result for result in of.sync()}

    assert (results["a"].outcome, results["a"].code) == (Outcome.FAILED, "INTERNAL")
    assert results["a"].reason == "RuntimeError: a surprise"
    assert results["b"].outcome is Outcome.CREATED
    assert "a surprise" in caplog.text


def fails_on(name: str, error: Exception) -> Callable[[str], None]:
    def read(path: str) -> None:
        if path == name:
            raise error

    return read


def test_a_file_that_reads_short_has_changed() -> None:
    """Even if its size is told as before."""

    class Short(MemorySource):
        def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
            super().open(path, entry).close()
            return cast("BinaryIO", io.BytesIO(b""))

        def describe(self, opened: BinaryIO, name: str) -> Entry:
            return self.stat(name)

    of = Workshop(source=Short({"a": b"x"}))

    assert outcomes(of.sync()) == {"a": ("failed", "SOURCE_CHANGED")}


def test_files_are_read_within_the_budget_of_the_process() -> None:
    """However many sessions there are."""
    of = shop({f"{number:02}": b"x" * 100 for number in range(40)})
    budget = ByteBudget(250)
    held: list[int] = []
    of.memory.on_read = lambda _path: held.append(budget.held)

    results = list(
        apply(
            only_work(of),
            Circumstances(
                source=of.source,
                destination=of.destination,
                rules=of.rules,
                retry=of.retry,
                token=of.token,
                emit=nobody,
                sleep=of.slept.append,
                jitter=lambda: 1.0,
                attempt=1,
                budget=budget,
            ),
        )
    )

    assert len(results) == 40
    assert 100 <= max(held) <= 200
    assert budget.held == 0
