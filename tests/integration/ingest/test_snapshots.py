"""Snapshots in the ledger: what is written is what the next scan reads, and other options do not believe it."""

from __future__ import annotations

import pytest

from lading.ingest.app.models import Job, Segment
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.engine.snapshot import Known, Proof, unpack


@pytest.fixture
def job(db: None) -> Job:
    """Return a job without a snapshot."""
    return Job.objects.create(
        name="j", source="/s", source_identity="/s", destination="/z/x", zone_identity="embedded", created_at=0
    )


def known(name: str, size: int = 1) -> Known:
    """Return an entry."""
    return Known(name, size, 10, 20, 30, "sha2:" + "A" * 43 + "=", "", Proof.VERIFIED)


def names(snapshots: Snapshots, folder: str) -> list[str]:
    """Return all names of a folder."""
    return [entry.name for head in snapshots.heads(folder) for entry in unpack(snapshots.segment(folder, head.lo))]


def test_changes_are_read_back(job: Job) -> None:
    """New, changed and forgotten names."""
    snapshots = Snapshots(job.pk, "d1")
    snapshots.change({"f": {"a": known("a"), "b": known("b")}}, compared=True)
    snapshots.change({"f": {"b": known("b", 2), "c": known("c"), "a": None}}, compared=True)

    assert ["b", "c"] == names(snapshots, "f")
    assert [2] == [entry.size for entry in snapshots.named("f", ["b"])]
    assert [2] == [head.count for head in snapshots.heads("f")]


def test_a_folder_without_files_is_known_too(job: Job) -> None:
    """So that it is not listed again."""
    snapshots = Snapshots(job.pk, "d1")
    snapshots.change({"empty": {}}, compared=True)

    assert [0] == [head.count for head in snapshots.heads("empty")]
    assert ["empty"] == snapshots.children("")


def test_children_are_those_of_one_folder(job: Job) -> None:
    """Not those below them."""
    snapshots = Snapshots(job.pk, "d1")
    for folder in ("a", "a/b", "a/b/c", "d", "caf\udce9"):
        snapshots.change({folder: {}}, compared=True)

    assert {"a", "d", "caf\udce9"} == set(snapshots.children(""))
    assert ["c"] == snapshots.children("a/b")


def test_children_made_under_other_options_are_not_told(job: Job) -> None:
    """Under these they may never have been looked at, so they cannot vanish."""
    Snapshots(job.pk, "d1").change({"a": {}, "b": {}}, compared=True)
    Snapshots(job.pk, "d2").change({"b": {}}, compared=True)

    assert ["b"] == Snapshots(job.pk, "d2").children("")


def test_a_folder_is_forgotten_with_all_that_lies_below(job: Job) -> None:
    """Whatever options made it; folders whose names only begin alike stay."""
    Snapshots(job.pk, "d1").change({"a/b": {"x": known("x")}, "a/b/c": {}}, compared=True)
    Snapshots(job.pk, "d2").change({folder: {} for folder in ("", "a", "ab", "d/a")}, compared=True)
    Snapshots(job.pk, "d2").forget(["a"])

    assert {b"", b"ab", b"d/a"} == {bytes(folder) for folder in Segment.objects.values_list("folder", flat=True)}


def test_a_large_folder_lies_in_several_segments_and_one_change_rewrites_one(job: Job) -> None:
    """Scattered changes in a huge folder stay cheap."""
    snapshots = Snapshots(job.pk, "d1")
    snapshots.change({"f": {f"{n:05d}": known(f"{n:05d}") for n in range(5000)}}, compared=True)
    before = {bytes(row.lo): bytes(row.packed) for row in Segment.objects.all()}
    snapshots.change({"f": {"02500": known("02500", 9)}}, compared=True)
    after = {bytes(row.lo): bytes(row.packed) for row in Segment.objects.all()}

    assert len(before) > 3
    assert 1 == sum(before.get(lo) != packed for lo, packed in after.items())
    assert 5000 == sum(head.count for head in snapshots.heads("f"))


def test_other_options_do_not_believe_it(job: Job) -> None:
    """A snapshot made by another operation or filter proves nothing."""
    Snapshots(job.pk, "d1").change({"f": {"a": known("a")}}, compared=True)
    other = Snapshots(job.pk, "d2")

    assert [] == other.heads("f")
    assert [] == other.named("f", ["a"])
    other.change({"f": {"b": known("b")}}, compared=True)
    assert ["b"] == names(other, "f")


def test_jobs_do_not_share_snapshots(job: Job) -> None:
    """Two jobs may bring one folder to two places."""
    second = Job.objects.create(
        name="k", source="/s", source_identity="/s", destination="/z/y", zone_identity="embedded", created_at=0
    )
    Snapshots(job.pk, "d1").change({"f": {"a": known("a")}}, compared=True)

    assert [] == Snapshots(second.pk, "d1").heads("f")
    job.delete()
    assert 0 == Segment.objects.count()
