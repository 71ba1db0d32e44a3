"""Character maps as Python code says them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest

from lading.ingest.engine.character_keys import pairs_of
from lading.ingest.engine.character_map import CharacterMap


def above_z(character: str) -> bool:
    return "z" < character <= "\x7f"


@pytest.mark.parametrize(
    ("said", "text", "changed"),
    [
        ({"\\": "_"}, "a\\b", "a_b"),
        ({("\\", "#", "-"): "\u2093"}, "a\\b#c-d", "a\u2093b\u2093c\u2093d"),
        ({re.compile("[\u0100-\U0010ffff]"): "_"}, "aÿĀ漢", "aÿ__"),
        ({re.compile("[A-C]", re.IGNORECASE): "_"}, "abcdABCD", "___d___D"),
        ({above_z: ":"}, "az{|}~\x7f\x80", "az:::::\x80"),
        ({lambda _character: False: "_"}, "any", "any"),
        ([("a", "b"), ("b", "c")], "ab", "cc"),
        ([("b", "c"), ("a", "b")], "ab", "bc"),
        ([("a", "x"), ("c", "y"), ("a", "z")], "abc", "zby"),
        ({"a": None, "b": "c"}, "ab", "ac"),
        ({(): "x", "b": "c"}, "ab", "ac"),
        ({("r", "e", "g", "x", ":"): "_"}, "regex:[a]", "_____" + "_[a]"),
    ],
)
def test_every_form_of_a_key_is_a_key_as_text(said: Any, text: str, changed: str) -> None:
    """It changes what it changed, and can be stored in a database."""
    assert changed == CharacterMap(pairs_of(said)).translate(text)


def test_a_function_over_categories_becomes_a_pattern() -> None:
    """Every character is asked."""

    def is_mark(character: str) -> bool:
        return unicodedata.category(character).startswith("M")

    characters = CharacterMap(pairs_of({is_mark: "~"}))

    assert "e~o\U0001f6a2" == characters.translate("e\u0301o\U0001f6a2")


def test_what_is_no_key_is_refused() -> None:
    """A number, for example."""
    with pytest.raises(TypeError, match="42"):
        pairs_of({42: "_"})
