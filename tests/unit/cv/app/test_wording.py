"""Places and differences in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.cv.app.pages.wording import Piece, compared, place
from lading.cv.engine.resume import WORK


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("", ""),
        ("/basics/email", "email"),
        ("/basics/profiles/0/url", "link 1, address"),
        ("/basics", "contact"),
        (f"{WORK}/1/highlights/2", "position 2, point 3"),
        (WORK, "position"),
        ("/skills/3", "skill 4"),
        ("/education/0/period", "education 1, dates"),
        ("/sections/0/heading", "section 1, heading"),
        ("/0/odd", "0, odd"),
    ],
)
def test_a_pointer_is_told_in_words(pointer: str, words: str) -> None:
    """Counted from 1, as people count."""
    assert words == place(pointer)


def test_only_what_differs_is_changed() -> None:
    """Also blanks, which nobody would see otherwise."""
    before, after = compared("Built   a dock", "Built a new dock")

    assert [Piece("Built", False), Piece("   ", True), Piece("a ", False), Piece("dock", False)] == before
    assert [Piece("   ", True)] == [one for one in before if one.is_changed]
    assert [Piece(" ", True), Piece("new ", True)] == [one for one in after if one.is_changed]
    assert ([Piece("gone", True)], []) == compared("gone", "")
    assert ([], [Piece("new", True)]) == compared("", "new")
    assert ([], []) == compared("", "")
    long = "word " * 1_500
    assert ([Piece(long, True)], [Piece(long + "!", True)]) == compared(long, long + "!")


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30))
def test_pieces_are_the_text(before: str, after: str) -> None:
    """Nothing is lost or added by comparing, and what is not changed is in both."""
    old, new = compared(before, after)

    assert (before, after) == ("".join(piece.text for piece in old), "".join(piece.text for piece in new))
    same = ["".join(piece.text for piece in pieces if not piece.is_changed) for pieces in (old, new)]
    assert same[0] == same[1]
