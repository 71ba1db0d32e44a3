"""Names of keys: each has one, it leads back, and it lies next to its element in order."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lading.ingest.engine.sources.s3 import keys

ELEMENTS = st.text(alphabet=st.sampled_from("a. -\x00\x01\x1b\x1c\x1f␀␁␛␜␟∅01f"), max_size=8)


@settings(max_examples=150)
@given(ELEMENTS)
@example(".\x00")
@example("a\x1c")
@example("a\x1b0")
@example("-∅")
def test_a_name_leads_back_and_can_be_one(element: str) -> None:
    """Beside a folder, too; and it comes behind its element, so that nothing in front of it is passed over."""
    name = keys.name_of(element)

    assert (keys.element_of(name), keys.element_of(keys.beside(name))) == (element, element)
    assert name not in {"", ".", ".."}
    assert not any(ord(character) < 32 for character in name)
    assert not keys.is_beside(name)
    assert name >= element
    assert name.startswith(keys.ordinary(name))


@settings(max_examples=150)
@given(ELEMENTS, ELEMENTS)
def test_no_two_elements_have_one_name(one: str, other: str) -> None:
    """Nor does a file beside a folder have that of another element."""
    names = {keys.name_of(one), keys.name_of(other), keys.beside(keys.name_of(one)), keys.beside(keys.name_of(other))}

    assert len(names) == (4 if one != other else 2)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("plain/é 1.txt", "plain/é 1.txt"),
        ("a//b", "a/-∅/b"),
        ("./..", ". ␀/.. ␀"),
        ("line\nfeed", "line ␊feed"),
        ("a ␁", "a ␁ ␛1"),
        ("-∅", "-∅ ␛0"),
        ("a/", "a/-∅"),
    ],
)
def test_names_that_people_see(key: str, path: str) -> None:
    """What is no trouble stays as it is."""
    assert keys.path_of(key) == path
    assert keys.key_of(path) == key
    assert keys.is_mapped(path) is (key != path)
