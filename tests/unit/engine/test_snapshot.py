"""Segments of a snapshot: how they are stored, cut, merged and compared."""

from __future__ import annotations

import random
from base64 import b64encode
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import from_bytes, to_bytes
from lading.ingest.engine.snapshot import (
    CUT_ABOVE,
    Fingerprint,
    Known,
    Proof,
    Rewrite,
    Segment,
    heads_for,
    known_from,
    merged,
    pack,
    unpack,
)
from lading.ingest.engine.values import Entry, Kind

NAMES = st.binary(min_size=1, max_size=6).filter(lambda raw: b"/" not in raw and b"\0" not in raw).map(from_bytes)
CHECKSUMS = st.one_of(
    st.just(""),
    st.binary(min_size=32, max_size=32).map(lambda raw: "sha2:" + b64encode(raw).decode()),
    st.sampled_from(
        ["d41d8cd98f00b204e9800998ecf8427e", "sha2:", "sha2:!", "sha2:QUJD", "sha2:QUJDR", "sha2:" + "A" * 42 + "B="]
    ),
)
NUMBERS = st.integers(-(2**70), 2**70)
KNOWN = st.builds(
    Known,
    name=NAMES,
    size=st.integers(0, 2**63),
    mtime_ns=NUMBERS,
    ctime_ns=NUMBERS,
    inode=st.integers(0, 2**64),
    checksum=CHECKSUMS,
    tag=st.text(st.characters(codec="utf-8"), max_size=4),
    proof=st.sampled_from(Proof),
    gone=st.booleans(),
)


@cache
def known(name: str, *, gone: bool = False, size: int = 1) -> Known:
    """Return an entry with a random digest."""
    checksum = "sha2:" + b64encode(random.Random(name).randbytes(32)).decode()
    times = 1_700_000_000_000_000_000 + random.Random(name).randrange(2**50)
    return Known(name, size, times, times, 7, checksum, "", Proof.VERIFIED, gone)


def entry(of: Known) -> Entry:
    """Return the entry that the source shows."""
    return Entry(of.name, Kind.FILE, of.size, of.mtime_ns, of.ctime_ns, of.inode, of.tag)


class Stored:
    """A folder's segments as a ledger keeps them."""

    def __init__(self) -> None:
        self.segments: dict[bytes, Segment] = {}
        self.written = 0

    def change(self, changes: dict[str, Known | None]) -> Rewrite:
        heads = [self.segments[lo].head for lo in sorted(self.segments)]
        rewrite = merged([self.segments[lo] for lo in heads_for(changes, heads)], changes)
        for lo in rewrite.delete:
            del self.segments[lo]
        for segment in rewrite.write:
            self.segments[segment.head.lo] = segment
        self.written += sum(len(segment.packed) for segment in rewrite.write)
        return rewrite

    def entries(self) -> list[Known]:
        return [found for lo in sorted(self.segments) for found in unpack(self.segments[lo])]


@given(st.lists(KNOWN, max_size=12))
def test_a_segment_is_read_as_it_was_written(entries: list[Known]) -> None:
    """Names of any bytes, numbers of any size, checksums of any form."""
    segment = pack(entries, b"lo")

    assert unpack(segment) == unpack(segment.packed) == entries
    assert segment.head.lo == b"lo"
    assert segment.head.count == sum(not known.gone for known in entries)


def test_a_segment_of_another_version_is_refused() -> None:
    """It is never read as something else."""
    with pytest.raises(ValueError, match="version 09"):
        unpack(b"\x09" + pack([]).packed[1:])


def test_the_fingerprint_of_a_listing_is_that_of_the_segment() -> None:
    """What is gone, the listing does not show."""
    entries = [known("a"), known("b", gone=True), known("c")]
    fingerprint = Fingerprint()
    for one in (entries[0], entries[2]):
        fingerprint.add(entry(one))

    assert fingerprint.digest() == pack(entries).head.fingerprint
    assert len(fingerprint.digest()) == 16


@pytest.mark.parametrize(
    "changed",
    [
        replace(known("a"), name="b"),
        replace(known("a"), size=99),
        replace(known("a"), mtime_ns=99),
        replace(known("a"), ctime_ns=99),
        replace(known("a"), inode=99),
        replace(known("a"), tag="v2"),
    ],
)
def test_every_field_of_an_entry_changes_the_fingerprint(changed: Known) -> None:
    """Each of them is a sign that the content may have changed."""
    assert pack([changed]).head.fingerprint != pack([known("a")]).head.fingerprint


def test_what_is_not_the_sources_does_not_change_the_fingerprint() -> None:
    """The checksum and how it was proven belong to the destination."""
    before = known("a")
    after = replace(before, checksum="", proof=Proof.UNVERIFIED)

    assert pack([after]).head.fingerprint == pack([before]).head.fingerprint


def test_two_entries_never_look_like_one() -> None:
    """A tag that reads as the next entry does not move the boundary."""
    one = [replace(known("a"), tag="b/1/1/1/1/0/")]
    two = [replace(known("a"), tag=""), Known("b", 1, 1, 1, 1, "", "", Proof.VERIFIED)]

    assert pack(one).head.fingerprint != pack(two).head.fingerprint


def test_known_says_of_an_entry_what_the_source_says() -> None:
    """And of the destination what the caller knows."""
    seen = Entry("a", Kind.FILE, 1, 2, 3, 4, "tag")

    assert known_from(seen, "sum", Proof.UNVERIFIED) == Known("a", 1, 2, 3, 4, "sum", "tag", Proof.UNVERIFIED)


def test_a_new_folder_gets_its_first_segment_even_if_empty() -> None:
    """So that an empty folder is known, too."""
    assert merged([], {}) == Rewrite([], [pack([])])


def test_names_touch_the_segments_in_whose_range_they_lie() -> None:
    """From `lo` to the next one's `lo`."""
    heads = [pack([], lo).head for lo in (b"", b"g", b"p")]

    assert heads_for(["a", "o", "g", "h"], heads) == [b"", b"g"]
    assert heads_for(["a"], []) == []


def test_no_change_leaves_a_folder_as_it_is() -> None:
    """Its first segment is not taken for a missing one."""
    stored = Stored()
    stored.change({"a": known("a")})

    stored.change({})

    assert heads_for([], [pack([], lo).head for lo in (b"", b"g")]) == [b""]
    assert heads_for([], []) == []
    assert stored.entries() == [known("a")]


def test_a_later_segment_that_lost_everything_is_deleted_and_the_first_stays() -> None:
    """The first one stands for the folder."""
    stored = Stored()
    names = [f"{number:05}" for number in range(CUT_ABOVE + 1)]
    stored.change({name: known(name) for name in names})
    assert len(stored.segments) == 2
    second = max(stored.segments)

    rewrite = stored.change(dict.fromkeys(names))

    assert rewrite == Rewrite([second], [pack([])])


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_merging_is_what_a_dictionary_does(seed: int) -> None:
    """Whatever is added, changed, forgotten: order, ranges, sizes and heads hold."""
    chance = random.Random(seed)
    stored, model = Stored(), dict[str, Known]()
    stored.change({})
    for _ in range(6):
        changes: dict[str, Known | None] = {}
        for _ in range(chance.choice([1, 50, 2500])):
            name = f"{chance.randrange(6000):04}"
            changes[name] = known(name, gone=chance.random() < 0.1) if chance.random() < 0.7 else None
        model |= {name: new for name, new in changes.items() if new}
        model = {name: old for name, old in model.items() if changes.get(name, old)}
        stored.change(changes)

        assert stored.entries() == [model[name] for name in sorted(model)]
        los = sorted(stored.segments)
        assert los[0] == b""
        for lo, end in pairwise([*los, None]):
            assert lo is not None
            inside = unpack(stored.segments[lo])
            assert stored.segments[lo] == pack(inside, lo)
            assert len(inside) <= CUT_ABOVE
            assert all(lo <= to_bytes(one.name) and (end is None or to_bytes(one.name) < end) for one in inside)


def test_scattered_changes_in_a_huge_folder_rewrite_little() -> None:
    """A hundredth in size: with the 100 changes of a million entries less than 15 MB would be written."""
    stored = Stored()
    names = [f"image_{number:08}.tiff" for number in range(20_000)]
    for start in range(0, len(names), 2000):
        stored.change({name: known(name) for name in names[start : start + 2000]})
    stored.written = 0

    stored.change({name: known(name, size=2) for name in random.Random(1).sample(names, 10)})

    assert stored.written < 1_500_000
