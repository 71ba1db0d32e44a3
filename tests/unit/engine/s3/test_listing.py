"""From keys to folders: in order, each once, wherever a listing begins, and in few requests."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.paths import join, to_bytes
from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.listing import Pages
from lading.ingest.engine.values import Kind
from tests.unit.engine.s3.shelf import Shelf, is_marker, listed

#: few characters, so that names begin like each other, with all that is odd
ELEMENTS = st.text(alphabet=st.sampled_from("ab.- \x01\x1c0␁␜∅~é"), max_size=4)
KEYS = st.sets(st.lists(ELEMENTS, min_size=1, max_size=4).map("/".join).filter(bool), max_size=25)


def walk(shelf: Shelf, pages: Pages, held: int, ahead: int, folder: str = "") -> dict[str, str]:
    """Return the key of each file by its path, depth first; check the order on the way."""
    found: dict[str, str] = {}
    root = f"{keys.key_of(folder)}/" if folder else ""
    entries = list(listed(shelf, pages, root, held=held, ahead=ahead))
    names = [to_bytes(entry.name) for entry in entries]
    assert names == sorted(set(names))
    for entry in entries:
        path = join(folder, entry.name)
        if entry.kind is Kind.FOLDER:
            found |= walk(shelf, pages, held, ahead, path)
        else:
            found[path] = entry.tag.removeprefix("etag:")
    return found


@settings(max_examples=150)
@given(KEYS, st.integers(1, 7), st.integers(0, 3), st.integers(0, 2))
def test_every_object_has_one_path_that_leads_back_to_its_key(
    given_keys: set[str], page: int, held: int, ahead: int
) -> None:
    """Whatever the keys, the size of pages, and how much is held back."""
    shelf = Shelf(given_keys, page=page)

    found = walk(shelf, Pages(shelf, "", kept=3), held, ahead)  # type: ignore[arg-type]

    assert sorted(found.values()) == sorted(key for key in given_keys if not is_marker(key))
    assert all(keys.key_of(path) == key for path, key in found.items())


@settings(max_examples=150)
@given(KEYS, st.integers(1, 7), st.integers(0, 3), st.integers(0, 2))
def test_a_listing_goes_on_behind_any_name(given_keys: set[str], page: int, held: int, ahead: int) -> None:
    """What comes behind a name is the same as in the whole listing."""
    shelf = Shelf(given_keys, page=page)
    whole = list(listed(shelf, Pages(shelf, ""), held=held))  # type: ignore[arg-type]

    for number, entry in enumerate(whole):
        pages = Pages(shelf, "")  # type: ignore[arg-type]
        assert list(listed(shelf, pages, after=entry.name, held=held, ahead=ahead)) == whole[number + 1 :], entry.name
