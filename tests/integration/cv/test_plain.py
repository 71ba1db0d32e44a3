"""Text, Markdown and JSON Resume."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.cv.engine.document import Format
from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract import extract_bytes
from lading.cv.engine.structure import structure


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Ines Tannwald\nJoiner\n", Format.TEXT),
        (b"# Ines Tannwald\n", Format.MARKDOWN),
        (b'{"basics": {"name": "Ines Tannwald"}}', Format.JSON_RESUME),
    ],
)
def test_a_format_is_known_by_its_content(content: bytes, kind: Format) -> None:
    """There is no name to go by."""
    assert kind is extract_bytes(content).format


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_that_people_have(encoding: str) -> None:
    """An umlaut is an umlaut in each of them."""
    assert ["Jörg Grünfuß"] == [line.text for line in extract_bytes("Jörg Grünfuß\n".encode(encoding)).lines]


def test_a_row_of_dashes_makes_a_heading() -> None:
    """The row itself is no text."""
    lines = extract_bytes(b"Skills\n------\nOak\n").lines

    assert [("Skills", 2), ("Oak", 0)] == [(line.text, line.heading) for line in lines]


def test_an_indented_line_goes_on_with_its_list_item() -> None:
    """A list item that was broken by hand is one line."""
    lines = extract_bytes(b"- Made stairs\n  for ten houses\nOak\n").lines

    assert [("Made stairs for ten houses", True), ("Oak", False)] == [(line.text, line.bullet) for line in lines]


def test_markdown_leaves_no_marks() -> None:
    """Emphasis, links and escapes go; the address of a link is kept apart."""
    document = extract_bytes(b"## Skills\n\n* **Oak** and *ash*, see [my page](https://example.com/i) \\# 1\n")

    assert ["Skills", "Oak and ash, see my page # 1"] == [line.text for line in document.lines]
    assert [("https://example.com/i", "my page", 2)] == [(link.url, link.text, link.line) for link in document.links]


def test_json_gives_a_line_for_each_value() -> None:
    """The order of the file is the order of the lines; empty values are none."""
    document = extract_bytes(b'{"basics": {"name": "Ines", "email": "", "x": null}, "work": [{"name": "Oak & Co"}]}')

    assert ["Ines", "Oak & Co"] == [line.text for line in document.lines]


@pytest.mark.parametrize(
    "unit", ["**a ", "<!-- ", "[a](", "*a ", "1 ", "a@", "(", "- ", "2019 - ", "\t|", "a:", "__a ", "# ", "http://"]
)
def test_a_text_made_to_take_long_does_not(unit: str) -> None:
    """60,000 characters that patterns could look back and forth over are read and understood in seconds."""
    text = "# x\n" + unit * (60_000 // len(unit))
    start = time.process_time()

    structure(extract_bytes(text.encode()))

    assert time.process_time() - start < 6


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever is typed is read or refused with a code."""
    with contextlib.suppress(DocumentRefused):
        structure(extract_bytes(text.encode("utf-8", "replace")))
