"""PDF: places, columns, what a person does not see."""

from __future__ import annotations

import pytest

from lading.cv.engine.document import Format, Hidden
from lading.cv.engine.extract import extract_bytes
from tests.unit.cv.extract.files import pdf, show

_SEEN = show("Ines Tannwald, Carpenter of stairs and doors")


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (show("secret", up=700, before="1 1 1 rg"), Hidden.COLOUR),
        (show("secret", up=700, before="0.97 0.97 0.98 rg"), Hidden.COLOUR),
        (show("secret", up=700, size=1), Hidden.TINY),
        (show("secret", left=900), Hidden.OFF_PAGE),
        (show("secret", up=-300), Hidden.OFF_PAGE),
        (show("secret", up=700, before="3 Tr"), Hidden.NOT_DRAWN),
        ("q 0 0 0.5 rg 0 690 400 40 re f Q " + show("secret", up=700, before="0 0 0.5 rg"), Hidden.COLOUR),
    ],
)
def test_text_that_a_person_does_not_see_is_hidden(drawn: str, why: Hidden) -> None:
    """White, tiny, off the page, not drawn, or of the colour of the box it stands on."""
    document = extract_bytes(pdf(_SEEN + "\n" + drawn))

    assert [("secret", why)] == [(line.text, line.hidden) for line in document.concealed]
    assert "secret" not in document.text
    assert all("secret" not in line for reading in document.readings for line in reading.lines)


def test_white_text_on_a_dark_box_is_seen() -> None:
    """A coloured head with white letters is a usual design, not a trick."""
    box = "q 0 0 0.4 rg 0 690 400 40 re f Q "

    document = extract_bytes(pdf(_SEEN + "\n" + box + show("Joinery", up=700, before="1 1 1 rg")))

    assert [] == list(document.concealed)
    assert "Joinery" in document.text


def test_a_line_has_its_page_place_and_size() -> None:
    """Places are points from the upper left corner."""
    line = extract_bytes(pdf(_SEEN, show("Second page of the CV", up=742, size=14))).lines[1]

    assert ("Second page of the CV", 2, 14.0) == (line.text, line.page, line.size)
    assert line.box is not None
    assert 60 <= line.box.left < line.box.right < 300
    assert 80 <= line.box.top < 100 <= line.box.bottom < 110


def test_two_columns_are_read_one_after_the_other() -> None:
    """Even where the file writes them in turns, line by line, as a table does."""
    left = ["Skills", "Oak", "Beech", "Ash", "Glue"]
    right = [
        "Experience",
        "Made stairs for ten houses",
        "Mended doors of a church",
        "Built a boat",
        "Taught two people",
    ]
    drawn = [
        show(text, left=at, up=700 - 14 * row) for row in range(5) for text, at in ((left[row], 60), (right[row], 250))
    ]

    document = extract_bytes(pdf("\n".join(drawn)))

    assert [*left, *right] == [line.text for line in document.lines]
    assert 2 == document.pages[0].columns
    assert "Skills Experience" == document.readings[-1].lines[0]


def test_a_margin_of_dates_is_no_column() -> None:
    """A date stays on the line that it belongs to; the gap between them is a tab."""
    drawn = [
        show(text, left=at, up=700 - 14 * row)
        for row in range(5)
        for text, at in ((f"20{10 + row}", 60), (f"Workshop number {row}", 160))
    ]

    document = extract_bytes(pdf("\n".join(drawn)))

    assert "2010\tWorkshop number 0" == document.lines[0].text
    assert 1 == document.pages[0].columns


def test_a_list_item_loses_its_mark() -> None:
    """The mark is said by `bullet`, whatever sign it was."""
    document = extract_bytes(pdf(_SEEN + "\n" + show("\\225 Made stairs", up=700)))

    assert ("Made stairs", True) == (document.lines[1].text, document.lines[1].bullet)


def test_a_pdf_is_known_by_its_content() -> None:
    """Rubbish before the first mark is what some mail programs leave."""
    document = extract_bytes(b"rubbish\n" + pdf(_SEEN))

    assert Format.PDF is document.format
    assert ["pypdf, order of the file", "pypdfium2, rows of the page"] == [r.reader for r in document.readings]


def test_the_same_bytes_give_the_same_document() -> None:
    """Deterministic: nothing of time, place or order of hashing is in it."""
    content = pdf(_SEEN)

    assert extract_bytes(content) == extract_bytes(content)
