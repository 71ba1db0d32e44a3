"""DOCX, part by part: body, tables, text boxes, headers, footers, comments. Runs in the child process only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from lading.cv.engine.document import Document, Format, Hidden, Line, Link, Part, Picture
from lading.cv.engine.errors import Broken, Empty, TooLarge
from lading.cv.engine.extract.identity import identified
from lading.cv.engine.extract.limits import Limits
from lading.cv.engine.extract.marks import bounded, parted, tidy
from lading.cv.engine.extract.package import Package, Relation, w
from lading.cv.engine.extract.wordstyle import Look, Styles, look_of, paragraph_look, value_of

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_EMU_PER_POINT = 12700
_SYMBOLS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DEEPEST = 60
#: the place of a symbol in its font, in the private use area
_CODE = re.compile(r"[fF][0-9a-fA-F]{3}|00[0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    text: str
    look: Look
    url: str = ""


@dataclass(slots=True)
class _Reader:
    """Collects lines in the order of the parts."""

    styles: Styles
    limits: Limits
    relations: dict[str, Relation] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    characters: int = 0

    def blocks(self, parent: Element, part: Part, depth: int = 0) -> None:
        """Read paragraphs and tables in their order."""
        if depth > _DEEPEST:
            raise Broken("The DOCX is nested too deeply", hint="Save it again from Word or LibreOffice")
        for element in parent:
            if element.tag == w("p"):
                self.paragraph(element, part, depth)
            elif element.tag == w("tbl"):
                self.table(element, part, depth)
            elif element.tag in {w("sdt"), w("sdtContent"), w("comment"), w("ins"), w("customXml"), w("smartTag")}:
                self.blocks(element, part, depth + 1)

    def table(self, table: Element, part: Part, depth: int) -> None:
        """Read a table row by row; a row whose cells have one paragraph each is one line with tabs between."""
        inner = Part.TABLE if part is Part.BODY else part
        for row in table.iter(w("tr")):
            cells = row.findall(w("tc"))
            if len(cells) > 1 and all(len(cell.findall(w("p"))) == 1 and cell.find(w("tbl")) is None for cell in cells):
                self.row([cell.findall(w("p"))[0] for cell in cells], inner)
            else:
                for cell in cells:
                    self.blocks(cell, inner, depth + 1)

    def row(self, paragraphs: list[Element], part: Part) -> None:
        """Read one row of a table as one line."""
        filled = [(p, pieces) for p in paragraphs if (pieces := list(self.pieces(p))) and _text(pieces).strip()]
        joined: list[_Piece] = []
        for _, pieces in filled:
            joined += [_Piece(text="\t", look=pieces[0].look), *pieces] if joined else pieces
        if joined:
            own = self._own(filled[0][0]) if len(filled) == 1 else Look()
            self.add(joined, own, part)

    def paragraph(self, paragraph: Element, part: Part, depth: int) -> None:
        """Read one paragraph, then the text boxes anchored in it."""
        pieces = list(self.pieces(paragraph))
        self.add(pieces, self._own(paragraph), part)
        for box in _boxes(paragraph):
            self.blocks(box, Part.TEXT_BOX if part in {Part.BODY, Part.TABLE} else part, depth + 1)
        self.pictures += _pictures(paragraph)

    def _own(self, paragraph: Element) -> Look:
        properties = paragraph.find(w("pPr"))
        style = value_of(properties, "pStyle") if properties is not None else None
        return paragraph_look(properties).over(self.styles.look(style))

    def pieces(self, paragraph: Element) -> Iterator[_Piece]:
        """Yield the runs of a paragraph, with those in links and insertions; deleted text is not there."""
        base = self._own(paragraph)
        yield from self._runs(paragraph, base, "")

    def _runs(self, parent: Element, base: Look, url: str) -> Iterator[_Piece]:
        for element in parent:
            if element.tag == w("r"):
                properties = element.find(w("rPr"))
                style = value_of(properties, "rStyle") if properties is not None else None
                look = look_of(properties).over(self.styles.look(style).over(base) if style else base)
                text = "".join(_run_text(element))
                if text:
                    yield _Piece(text=text, look=look, url=url)
            elif element.tag == w("hyperlink"):
                relation = self.relations.get(element.get(_ID, ""))
                yield from self._runs(element, base, relation.target if relation else "")
            elif element.tag in {w("ins"), w("sdt"), w("sdtContent"), w("smartTag"), w("fldSimple")}:
                yield from self._runs(element, base, url)

    def add(self, pieces: list[_Piece], own: Look, part: Part) -> None:
        """Add the lines of a paragraph: visible text, then what is hidden in it."""
        for hidden in dict.fromkeys([Hidden.NO, *(piece.look.hidden for piece in pieces)]):
            chosen = [piece for piece in pieces if piece.look.hidden is hidden]
            for text in (piece for line in _text(chosen).split("\n") for piece in bounded(line)):
                self._line(text, chosen, own, part, Hidden.UNPRINTED if part is Part.COMMENT else hidden)

    def _line(self, raw: str, pieces: list[_Piece], own: Look, part: Part, hidden: Hidden) -> None:
        content, marked = parted(raw)
        text = tidy(content)
        if not text:
            return
        self.characters += len(text)
        if self.characters > self.limits.characters:
            raise TooLarge(f"The DOCX has more than {self.limits.characters} characters", hint="Give the CV alone")
        seen = [piece for piece in pieces if piece.text.strip()]
        sizes = [piece.look.size for piece in seen if piece.look.size]
        number = len(self.lines) + 1
        self.lines.append(
            Line(
                number=number,
                text=text,
                size=max(sizes, default=0.0),
                bold=all(bool(piece.look.bold) for piece in seen),
                heading=own.heading,
                bullet=marked or own.listed,
                part=part,
                hidden=hidden,
            )
        )
        for url in dict.fromkeys(piece.url for piece in seen if piece.url):
            label = tidy("".join(piece.text for piece in seen if piece.url == url))
            self.links.append(Link(url=url, text=label, line=number))


def read_docx(content: bytes, limits: Limits) -> Document:
    """Return the document; raise a `DocumentRefused`."""
    package = Package(content, limits)
    main = package.part("word/document.xml")
    body = main.find(w("body")) if main is not None else None
    if body is None:
        raise Broken("The DOCX has no text part", hint="Save it again from Word or LibreOffice")
    relations = package.relations("word/document.xml")
    reader = _Reader(styles=Styles(package.part("word/styles.xml")), limits=limits)
    for kind, part in (("header", Part.HEADER), ("", Part.BODY), ("footer", Part.FOOTER), ("comments", Part.COMMENT)):
        for name, root in _parts(package, relations, kind) if kind else (("word/document.xml", body),):
            reader.relations = package.relations(name)
            reader.blocks(root, part)
    if not any(not line.hidden for line in reader.lines):
        raise Empty("The DOCX has no visible text", hint="Write the CV as text, not as a picture")
    return identified(
        content,
        Document(
            format=Format.DOCX,
            sha256="",
            size=len(content),
            lines=tuple(reader.lines),
            reader="docx",
            pictures=tuple(reader.pictures),
            links=tuple(reader.links),
        ),
    )


def _parts(package: Package, relations: dict[str, Relation], kind: str) -> Iterator[tuple[str, Element]]:
    for name in sorted({relation.target for relation in relations.values() if relation.kind == kind}):
        root = package.part(name)
        if root is not None:
            yield name, root


def _text(pieces: list[_Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _run_text(run: Element) -> Iterator[str]:
    """Yield the text of a run; not that of a text box in it, of a field's code or of a deletion."""
    for element in run:
        name = element.tag.rpartition("}")[2]
        if element.tag == w("t"):
            yield element.text or ""
        elif name in _SYMBOLS and element.tag == w(name):
            yield _SYMBOLS[name]
        elif element.tag == w("sym"):
            match = _CODE.fullmatch(element.get(w("char"), ""))
            yield chr(int(match[0], 16)) if match else ""


def _boxes(parent: Element) -> Iterator[Element]:
    """Yield the text boxes, once where the file has them in an old form too."""
    for element in parent:
        if element.tag == w("txbxContent"):
            yield element
        elif element.tag != _FALLBACK:
            yield from _boxes(element)


def _pictures(paragraph: Element) -> Iterator[Picture]:
    for extent in paragraph.iter(_DRAWING + "extent"):
        width, height = (extent.get(key, "0") for key in ("cx", "cy"))
        if width.isdigit() and height.isdigit():
            yield Picture(width=round(int(width) / _EMU_PER_POINT, 1), height=round(int(height) / _EMU_PER_POINT, 1))
