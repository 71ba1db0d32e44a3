"""What goes wrong while an object is read: nothing of it is taken for good, and what passes is waited for."""

from __future__ import annotations

import random

import pytest

from lading.base.errors import SourceChanged
from lading.ingest.engine.sources import errors
from tests.integration.s3.shops import QUICK, RANGING, Shop

pytestmark = pytest.mark.services


@pytest.mark.parametrize("how", ["truncate", "reset", "reset-at-once", "status"])
def test_fault_44_what_breaks_off_is_read_on(shop: Shop, how: str) -> None:
    """As often as need be, and counted."""
    data = random.Random(1).randbytes(300_000)
    shop.put("a", data)
    shop.store.rules({"on": "GET", "do": how, "times": 2})

    assert shop.read() == data
    assert shop.store.counts["GET"] == 3


def test_fault_44_what_always_breaks_off_is_given_up_for_now(shop: Shop) -> None:
    """The run waits for a store that cannot answer; a byte that came each time would be progress."""
    shop.put("a", b"x")
    shop.store.rules({"on": "GET", "do": "truncate"})

    with pytest.raises(errors.SourceUnavailable):
        shop.read()
    assert shop.store.counts["GET"] == QUICK.attempts


def test_a_large_object_comes_in_ranges(shop: Shop) -> None:
    """In order, with one request for each of them, and one to know what it is."""
    data = random.Random(2).randbytes(250_005)
    shop.put("a", data)
    shop.store.rules()

    assert shop.stream() == data
    assert shop.store.counts == {"GET": 3, "HEAD": 1, "LIST": 2}


@pytest.mark.parametrize("how", ["reset", "truncate", "status"])
def test_a_range_that_breaks_off_is_read_on(shop: Shop, how: str) -> None:
    """The others are not read again."""
    data = random.Random(2).randbytes(250_000)
    shop.put("a", data)
    shop.store.rules({"on": "GET", "do": how, "times": 1, "after": 1})

    assert shop.stream() == data
    assert shop.store.counts["GET"] == 4


def test_a_range_with_a_wrong_byte_spoils_the_whole(shop: Shop) -> None:
    """Its length is right, and so is each of the others."""
    shop.put("a", random.Random(2).randbytes(250_000))
    shop.store.rules({"on": "GET", "do": "flip", "times": 1, "after": 1})

    with pytest.raises(errors.SourceDamaged, match="MD5"):
        shop.stream()


def test_a_reader_that_goes_away_leaves_nothing_behind(shop: Shop) -> None:
    """The window is there again for the next one."""
    data = random.Random(2).randbytes(900_000)
    shop.put("a", data)
    source = shop.source(ranging=RANGING)
    for _ in range(4):
        with source.open("a", source.stat("a")) as opened:
            assert opened.read(10) == data[:10]

    assert shop.stream() == data


def test_fault_45_two_versions_are_not_put_together(shop: Shop) -> None:
    """An object that is overwritten between two of its ranges: the later ones are refused."""
    shop.put("a", random.Random(3).randbytes(2_000_000))
    shop.store.rules({"on": "GET", "do": "overwrite", "times": 1})

    with pytest.raises(SourceChanged, match="overwritten"):
        shop.stream()


def test_fault_45_a_version_that_was_listed_is_the_one_that_is_read(shop: Shop) -> None:
    """Another one is refused before a byte of it is taken, whatever its size."""
    shop.put("a", b"1" * 100)
    source = shop.source()
    entry = source.stat("a")
    shop.put("a", b"2" * 100)

    with pytest.raises(SourceChanged):
        source.open("a", entry)
