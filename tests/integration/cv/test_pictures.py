"""Pages as a person sees them: drawn by the confined child, which is believed in nothing but colours."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from lading.cv.engine.extract import Limits, extract_bytes
from lading.cv.engine.extract.pictures import PagePicture, _pictures, draw
from tests.unit.cv.extract.files import docx, paragraph, pdf, show

#: a black field, 100 points wide and high, whose upper left corner is at 60, 42 from that of the page
_FIELD = "q 0 g 60 700 100 100 re f Q"


def seen(picture: PagePicture) -> Image.Image:
    """Return a picture as a program of others reads it."""
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    assert (picture.width, picture.height, "RGB") == (*image.size, image.mode)
    return image


def ink(image: Image.Image, place: tuple[int, int, int, int]) -> int:
    """Return the darkest grey of a part of a picture: 255 is white."""
    return min(image.crop(place).convert("L").tobytes())


def test_a_page_is_drawn_where_its_text_was_read() -> None:
    """A place in the document is the same place in the picture: a mark stands on what it is about."""
    content = pdf(
        _FIELD + show("Ines Tannwald, Carpenter of stairs and doors", up=400), show("Second page of it", up=760)
    )
    pages = draw(content)
    first, scale = seen(pages[0]), pages[0].width / 595
    line = extract_bytes(content).lines[0]

    assert [1, 2] == [page.number for page in pages]
    assert (0, 0, 0) == first.getpixel((round(110 * scale), round(92 * scale)))
    assert (255, 255, 255) == first.getpixel((round(200 * scale), round(92 * scale)))
    assert line.box is not None
    left, top, right, bottom = line.box.left, line.box.top, line.box.right, line.box.bottom
    place = (round(left * scale), round(top * scale), round(right * scale), round(bottom * scale))
    assert ink(first, place) < 100, "the letters are within the box"
    assert ink(first, (0, place[3] + 4, first.width, first.height)) == 255, "and nothing is below it"


def test_a_page_has_so_many_pixels_and_a_file_so_many_pages() -> None:
    """Whatever the size of the paper; what is beyond the limit is left out."""
    limits = Limits(pixels=50_000, drawn_pages=2)
    large = pdf(*[show("Ines Tannwald, Carpenter")] * 3).replace(b"[0 0 595 842]", b"[0 0 9999 42]")
    pages = draw(large, limits)

    assert [1, 2] == [page.number for page in pages]
    assert all(40_000 < page.width * page.height <= limits.pixels for page in pages)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/MediaBox", b"/Rotate 90 /MediaBox"),
        (b"/MediaBox", b"/Rotate 180 /MediaBox"),
        (b"[0 0 595 842]", b"[9 9 595 842]"),
        (b"/Type /Page /", b"/Type /Nopage /"),
    ],
)
def test_a_page_whose_marks_would_stand_elsewhere_is_left_out(old: bytes, new: bytes) -> None:
    """Turned, cut, or broken."""
    assert () == tuple(draw(pdf(show("Ines Tannwald, Carpenter")).replace(old, new)))


def test_what_is_no_pdf_or_takes_too_much_has_no_picture() -> None:
    """Another format, a damaged file, a child that its time or its memory has ended: nothing, and no error."""
    whole = pdf(show("Ines Tannwald, Carpenter"))
    objects = "0 0 600 800 re f " * 200_000

    assert [] == [*draw(b""), *draw(b"# Ines\n"), *draw(docx(paragraph("Ines"))), *draw(b"%PDF-1.7 and no more")]
    assert [] == [
        *draw(pdf(objects), Limits(seconds=0.2)),
        *draw(whole, Limits(memory=30 << 20)),
        *draw(whole, Limits(bytes=9)),
    ]


def test_a_child_is_believed_in_nothing() -> None:
    """It may have been taken over: what is no page ends the answer, and what comes before it was encoded here."""
    good = json.dumps({"number": 1, "width": 2, "height": 1}).encode() + b"\n" + b"\xff\0\0\0\0\xff"
    limits = Limits(pixels=10)
    bad = [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"{}\n",
        b'[1, 2]\n"',
        b'{"number": 2, "width": 4, "height": 3}\n' + bytes(36),  # more pixels than asked for
        b'{"number": 2, "width": 2, "height": 2}\n' + bytes(11),  # less than it says
        b'{"number": 1, "width": 1, "height": 1}\n' + bytes(3),  # the same page again
        b'{"number": 21, "width": 1, "height": 1}\n' + bytes(3),
        b'{"number": 2, "width": true, "height": 1}\n' + bytes(3),
        b'{"number": 2, "width": -1, "height": -1}\n' + bytes(3),
        b'{"number": 2, "width": 1e9, "height": 1e-9}\n' + bytes(3),
    ]
    for rest in bad:
        pages = list(_pictures(good + rest, limits))
        assert [1] == [page.number for page in pages]
        assert [(255, 0, 0), (0, 0, 255)] == list(seen(pages[0]).get_flattened_data())
