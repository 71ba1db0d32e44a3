"""What was read: a file as lines of text, with their places."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """What a file is by its content."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON_RESUME = "json-resume"
    DOCX = "docx"
    PDF = "pdf"


class Part(StrEnum):
    """Where in the file a line stands."""

    BODY = "body"
    TABLE = "table"
    TEXT_BOX = "text box"
    HEADER = "header"
    FOOTER = "footer"
    COMMENT = "comment"


class Hidden(StrEnum):
    """Why a person does not see a line."""

    NO = ""
    COLOUR = "colour of the background"
    TINY = "under 4 points"
    OFF_PAGE = "outside the page"
    NOT_DRAWN = "not drawn"
    MARKED = "marked as hidden"
    #: a comment or a part that is not printed
    UNPRINTED = "not printed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text as a reader saw it."""

    #: counted from 1 over the whole document, hidden lines too
    number: int
    #: a tab stands for a wide gap: a date at the right margin, the next cell of a table
    text: str
    #: counted from 1; 0 where the format has no pages
    page: int = 0
    box: Box | None = None
    #: height of the letters in points; 0.0 where unknown
    size: float = 0.0
    bold: bool = False
    #: 1 to 6 where the file itself says that this is a heading (Markdown, Word style); else 0
    heading: int = 0
    #: begins with a list mark, or is a list item of the file; the mark is not part of `text`
    bullet: bool = False
    part: Part = Part.BODY
    hidden: Hidden = Hidden.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a PDF; sizes in points."""

    number: int
    width: float
    height: float
    #: text runs beside text over a good part of the page
    columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture, with its size as drawn in points; 0.0 where unknown."""

    page: int = 0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address that the file carries behind a text."""

    url: str
    #: the text that a person sees; "" where unknown
    text: str = ""
    page: int = 0
    #: number of the line; 0 where unknown
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The visible text as one way of reading gives it, for comparison with another."""

    #: such as "pypdf, order of the file" or "pypdfium2, order on the page"
    reader: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was read from one file."""

    format: Format
    #: SHA-256 of the bytes, in hex
    sha256: str
    #: bytes
    size: int
    #: of the primary reader, in reading order; hidden lines too, a PDF's at the end of their page
    lines: tuple[Line, ...]
    #: who read `lines`, such as "pypdfium2"
    reader: str
    #: empty where the format has no pages
    pages: tuple[Page, ...] = ()
    pictures: tuple[Picture, ...] = ()
    links: tuple[Link, ...] = ()
    #: PDF only: the order of the file by a second reader, then the rows of the page from margin to margin
    readings: tuple[Reading, ...] = ()
    #: JSON Resume only: the text of the file, whose strings are `lines`
    source: str = ""

    @property
    def visible(self) -> tuple[Line, ...]:
        """The lines that a person sees."""
        return tuple(line for line in self.lines if not line.hidden)

    @property
    def concealed(self) -> tuple[Line, ...]:
        """The lines that a person does not see."""
        return tuple(line for line in self.lines if line.hidden)

    @property
    def text(self) -> str:
        """The visible text."""
        return "\n".join(line.text for line in self.visible)
