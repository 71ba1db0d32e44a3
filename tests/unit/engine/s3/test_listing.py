"""From keys to folders: in order, each once, wherever a listing begins, and in few requests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import join, to_bytes
from lading.ingest.engine.sources.errors import SourceUnordered
from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.asking import Page
from lading.ingest.engine.sources.s3.children import AHEAD
from lading.ingest.engine.sources.s3.listing import Pages, in_order
from lading.ingest.engine.sources.s3.ordering import HELD
from lading.ingest.engine.values import Kind
from tests.unit.engine.s3.shelf import Shelf, is_marker, item, listed

#: few characters, so that names begin like each other, with all that is odd
ELEMENTS = st.text(alphabet=st.sampled_from("ab.- \x01\x1c0␁␜∅~é"), max_size=4)
KEYS = st.sets(st.lists(ELEMENTS, min_size=1, max_size=4).map("/".join).filter(bool), max_size=25)


def walk(shelf: Shelf, pages: Pages, bounds: tuple[int, int], folder: str = "") -> dict[str, str]:
    """Return the key of each file by its path, depth first; check the order on the way."""
    found: dict[str, str] = {}
    root = f"{keys.key_of(folder)}/" if folder else ""
    entries = list(listed(shelf, pages, root, bounds=bounds))
    names = [to_bytes(entry.name) for entry in entries]
    assert names == sorted(set(names))
    for entry in entries:
        path = join(folder, entry.name)
        if entry.kind is Kind.FOLDER:
            found |= walk(shelf, pages, bounds, path)
        else:
            found[path] = entry.tag.removeprefix("etag:")
    return found


@settings(max_examples=100)
@given(KEYS, st.integers(1, 7), st.tuples(st.integers(0, 3), st.integers(0, 2)))
def test_every_object_has_one_path_that_leads_back_to_its_key(
    given_keys: set[str], page: int, bounds: tuple[int, int]
) -> None:
    """Whatever the keys, the size of pages, and how much is held back."""
    shelf = Shelf(given_keys, page=page)

    found = walk(shelf, Pages(shelf, "", kept=3), bounds)  # type: ignore[arg-type]

    assert sorted(found.values()) == sorted(key for key in given_keys if not is_marker(key))
    assert all(keys.key_of(path) == key for path, key in found.items())


@settings(max_examples=100)
@given(KEYS, st.integers(1, 7), st.tuples(st.integers(0, 3), st.integers(0, 2)))
def test_a_listing_goes_on_behind_any_name(given_keys: set[str], page: int, bounds: tuple[int, int]) -> None:
    """What comes behind a name is the same as in the whole listing."""
    shelf = Shelf(given_keys, page=page)
    whole = list(listed(shelf, Pages(shelf, "")))  # type: ignore[arg-type]

    for number, entry in enumerate(whole):
        pages = Pages(shelf, "")  # type: ignore[arg-type]
        assert list(listed(shelf, pages, after=entry.name, bounds=bounds)) == whole[number + 1 :], entry.name


def test_a_flat_bucket_costs_a_request_for_each_page() -> None:
    """And one more for a folder that might come before thousands of names."""
    shelf = Shelf(f"data-{number:06}.bin" for number in range(12_000))

    entries = list(listed(shelf, Pages(shelf, "")))  # type: ignore[arg-type]

    assert len(entries) == 12_000
    assert shelf.requests == 13


@pytest.mark.parametrize("size", [3, 40, 3000])
def test_a_deep_bucket_costs_little_more_than_its_pages(size: int) -> None:
    """Whether its folders are small or large."""
    number = 12_000
    shelf = Shelf(f"{one // size // 20:04}/{one // size:05}/{one:06}.bin" for one in range(number))

    found = walk(shelf, Pages(shelf, ""), (HELD, AHEAD))  # type: ignore[arg-type]

    assert len(found) == number
    assert shelf.requests <= 1.3 * number / 1000


def test_what_is_listed_again_is_looked_at_again() -> None:
    """Pages serve other folders, but none twice."""
    shelf = Shelf(["a/1", "b/1"])
    pages = Pages(shelf, "")  # type: ignore[arg-type]
    for root in ("", "a/", "b/"):
        list(listed(shelf, pages, root))
    assert shelf.requests == 1

    shelf.keys.insert(1, "a/2")

    assert [entry.name for entry in listed(shelf, pages, "a/")] == ["1", "2"]


def test_fault_46_objects_that_are_listed_twice_come_once() -> None:
    """A page may repeat a key."""
    page = Page(items=[item("a"), item("a"), item("b")], folders=[], is_last=True)

    assert [one.key for one in in_order(page, "", "s3://bucket")] == ["a", "b"]


@pytest.mark.parametrize("keys", [["b", "a"], ["a", "b"]])
def test_fault_46_a_listing_out_of_order_is_refused(keys: list[str]) -> None:
    """And so is one that begins again instead of going on: keys would look as if they had vanished."""
    page = Page(items=[item(key) for key in keys], folders=[], is_last=False)

    with pytest.raises(SourceUnordered):
        in_order(page, "c", "s3://bucket")
