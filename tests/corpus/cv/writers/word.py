"""DOCX: XML by hand, and python-docx."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import docx
from docx.shared import Pt

from tests.corpus.cv.writers.layout import Kind, Row

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_SIZES = {Kind.NAME: 40, Kind.LABEL: 24, Kind.HEADING: 26}


def _run(text: str, properties: str = "") -> str:
    parts = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{parts}</w:r>"


def _paragraph(row: Row) -> str:
    bold = "<w:b/>" if row.kind in {Kind.NAME, Kind.HEADING, Kind.ROLE} else ""
    size = f'<w:sz w:val="{_SIZES.get(row.kind, 20)}"/>'
    listed = (
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' if row.kind is Kind.BULLET else ""
    )
    return f"<w:p>{listed}{_run(row.text, bold + size)}</w:p>"


def _table(rows: list[Row]) -> str:
    """Return rows as a table: what stands before a tab left, the rest right."""
    cells: list[tuple[str, str]] = []
    for row in rows:
        left, tab, right = row.text.partition("\t")
        cells.append((left, right) if tab else ("", row.text))
    body = "".join(
        f"<w:tr><w:tc><w:p>{_run(left)}</w:p></w:tc><w:tc><w:p>{_run(right)}</w:p></w:tc></w:tr>"
        for left, right in cells
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>{body}</w:tbl>"


def _box(rows: list[Row]) -> str:
    inner = "".join(_paragraph(row) for row in rows)
    return (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
        f"<w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )


def _package(body: str, header: str = "") -> bytes:
    out = io.BytesIO()
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    refer = f'<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>' if header else ""  # noqa: F541
    override = f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}header+xml"/>' if header else ""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}document.main+xml"/>{override}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{_R}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}{refer}</w:body></w:document>',
    }
    if header:
        parts["word/_rels/document.xml.rels"] = (
            f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{_R}/header" Target="header1.xml"/>'
            "</Relationships>"
        )
        parts["word/header1.xml"] = f'<w:hdr xmlns:w="{_W}">{header}</w:hdr>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), '<?xml version="1.0"?>\n' + content)
    return out.getvalue()


def by_hand(rows: list[Row], *, contact: str = "body", table: bool = False, extra: str = "") -> bytes:
    """Write the XML by hand; `contact` is body, header or box; `extra` is text marked as hidden."""
    apart = [row for row in rows if row.kind is Kind.CONTACT] if contact != "body" else []
    body: list[str] = [_box(apart)] if contact == "box" else []
    waiting: list[Row] = []
    for row in [row for row in rows if row not in apart]:
        if table and row.kind in {Kind.ROLE, Kind.BULLET}:
            waiting.append(row)
            continue
        if waiting:
            body.append(_table(waiting))
            waiting = []
        body.append(_paragraph(row))
    if extra:
        body.append(f"<w:p>{_run(extra, '<w:vanish/>')}</w:p>")
    return _package("".join(body), "".join(_paragraph(row) for row in apart) if contact == "header" else "")


def by_python_docx(rows: list[Row]) -> bytes:
    """Write with python-docx and Word's own styles."""
    document = docx.Document()
    for row in rows:
        if row.kind is Kind.NAME:
            document.add_heading(row.text, 0)
        elif row.kind is Kind.HEADING:
            document.add_heading(row.text, 1)
        elif row.kind is Kind.BULLET:
            document.add_paragraph(row.text, style="List Bullet")
        else:
            run = document.add_paragraph().add_run(row.text)
            run.bold = row.kind is Kind.ROLE
            run.font.size = Pt(11)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
