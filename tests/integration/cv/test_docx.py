"""DOCX: every part that has text, and how it looks."""

from __future__ import annotations

import pytest

from lading.cv.engine.document import Document, Hidden, Part
from lading.cv.engine.extract import extract_bytes
from tests.unit.cv.extract.files import docx, paragraph

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="h" Type="{_R}/header" Target="header1.xml"/>
<Relationship Id="c" Type="{_R}/comments" Target="comments.xml"/>
<Relationship Id="u" Type="{_R}/hyperlink" Target="https://example.com/ines" TargetMode="External"/>
</Relationships>"""


def _read(body: str, **parts: str) -> Document:
    return extract_bytes(docx(body, **parts))


def test_header_table_text_box_and_comment_are_told_apart() -> None:
    """Parsers lose what stands there, so each line says where it stood."""
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("2019", "Joiner"))
    box = f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('Oak and ash')}</w:txbxContent></w:pict></w:r></w:p>"
    parts = {
        "word___rels/document.xml.rels": _RELS,
        "word__header1.xml": f"<w:hdr {_W}>{paragraph('Ines Tannwald')}</w:hdr>",
        "word__comments.xml": f"<w:comments {_W}><w:comment>{paragraph('too long')}</w:comment></w:comments>",
    }

    document = _read(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{box}", **parts)

    assert [
        ("Ines Tannwald", Part.HEADER, Hidden.NO),
        ("2019\tJoiner", Part.TABLE, Hidden.NO),
        ("Oak and ash", Part.TEXT_BOX, Hidden.NO),
        ("too long", Part.COMMENT, Hidden.UNPRINTED),
    ] == [(line.text, line.part, line.hidden) for line in document.lines]


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("<w:vanish/>", Hidden.MARKED),
        ('<w:vanish w:val="0"/>', Hidden.NO),
        ('<w:color w:val="FFFFFF"/>', Hidden.COLOUR),
        ('<w:color w:val="FFFFFF"/><w:shd w:fill="000080"/>', Hidden.NO),
        ('<w:color w:val="000080"/><w:shd w:fill="000080"/>', Hidden.COLOUR),
        ('<w:sz w:val="4"/>', Hidden.TINY),
    ],
)
def test_a_run_that_a_person_does_not_see_is_hidden(properties: str, why: Hidden) -> None:
    """Marked as hidden, of the colour of what is behind it, or tiny."""
    document = _read(paragraph("Ines Tannwald") + paragraph("secret", properties))

    assert why is document.lines[1].hidden


def test_a_style_hides_what_is_based_on_it() -> None:
    """What a style says holds for all that is based on it, unless a run says otherwise."""
    styles = f"""<w:styles {_W}><w:style w:type="paragraph" w:styleId="a"><w:rPr><w:vanish/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>"""
    styled = '<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:t>secret</w:t></w:r></w:p>'

    document = _read(paragraph("Ines Tannwald") + styled, word__styles=styles, **{"word__styles.xml": styles})

    assert [Hidden.NO, Hidden.MARKED] == [line.hidden for line in document.lines]


def test_a_heading_is_known_by_the_name_of_its_style() -> None:
    """Word shows the name in the language of the person, but writes it in English."""
    styles = f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>'
    styled = '<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Kenntnisse</w:t></w:r></w:p>'

    assert 2 == _read(styled, **{"word__styles.xml": styles}).lines[0].heading


def test_deleted_text_is_not_there_and_inserted_text_is() -> None:
    """A CV with tracked changes reads as it would be printed."""
    body = (
        "<w:p><w:del><w:r><w:delText>Trainee</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Joiner</w:t></w:r></w:ins><w:r><w:tab/><w:t>2019</w:t></w:r></w:p>"
    )

    assert ["Joiner\t2019"] == [line.text for line in _read(body).lines]


def test_a_link_keeps_its_address_and_its_text() -> None:
    """A person sees the text, a parser may want the address."""
    body = f'<w:p><w:hyperlink xmlns:r="{_R}" r:id="u"><w:r><w:t>my page</w:t></w:r></w:hyperlink></w:p>'

    document = _read(body, **{"word___rels/document.xml.rels": _RELS})

    assert [("https://example.com/ines", "my page", 1)] == [(k.url, k.text, k.line) for k in document.links]
