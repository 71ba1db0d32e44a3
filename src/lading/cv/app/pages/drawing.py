"""
The pages of a document beside what was found: the picture that a person sees, and the text as software reads it.

The text is drawn from what the confined reader saw, and the picture from pixels that the confined child gave: nothing of the
file gets to a browser. What is missing in the text is missing for software, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lading.cv.app.models import Document as Row
from lading.cv.app.models import Finding, PagePicture
from lading.cv.engine.lint.catalogue import Heading
from lading.cv.engine.values import Document, Line

#: points around a line that a mark covers as well
_MARGIN = 2.0
#: height of letters where the reader does not know
_USUAL = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was found on one line."""

    #: titles of the rules
    titles: tuple[str, ...]
    #: software loses something here; else it is advice
    is_loss: bool

    @property
    def told(self) -> str:
        """What was found here, in one line."""
        return "; ".join(self.titles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One line of text, in points from the upper left corner."""

    number: int
    text: str
    left: float
    baseline: float
    width: float
    size: float
    mark: Mark | None
    top: float
    height: float
    #: a person does not see it in the file, and software does
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page."""

    number: int
    width: float
    height: float
    lines: tuple[Placed, ...]
    #: pixels of the picture; None where there is none
    picture: tuple[int, int] | None

    @property
    def marked(self) -> Sequence[Placed]:
        """The lines on which something was found, from the top."""
        return sorted((line for line in self.lines if line.mark), key=lambda line: line.top)


def sheets(row: Row, document: Document, marks: Mapping[int, Mark]) -> Sequence[Sheet]:
    """Return the pages with what was found on them; none where the format has no pages."""
    known = PagePicture.objects.filter(owner=row.owner, document=row).values_list("number", "width", "height")
    pictures = {number: (width, height) for number, width, height in known}
    return [
        Sheet(
            number=page.number,
            width=page.width,
            height=page.height,
            lines=tuple(
                _placed(line, marks.get(line.number))
                for line in document.lines
                if line.page == page.number and line.box is not None
            ),
            picture=pictures.get(page.number),
        )
        for page in document.pages
    ]


def marks_of(findings: Iterable[Finding], titles: Mapping[str, str]) -> dict[int, Mark]:
    """Return what was found on each line; `titles` are those of the rules by their codes."""
    found: dict[int, Mark] = {}
    for one in findings:
        if one.line:
            before = found.get(one.line, Mark(titles=(), is_loss=False))
            title = titles.get(one.code, one.code)
            told = before.titles if title in before.titles else (*before.titles, title)
            found[one.line] = Mark(titles=told, is_loss=before.is_loss or one.heading == Heading.LOSES.value)
    return found


def _placed(line: Line, mark: Mark | None) -> Placed:
    assert line.box is not None
    box = line.box
    return Placed(
        number=line.number,
        text=line.text.replace("\t", "   "),
        left=round(box.left - _MARGIN, 1),
        baseline=round(box.bottom, 1),
        width=round(max(box.right - box.left, 1.0) + 2 * _MARGIN, 1),
        size=round(line.size or _USUAL, 1),
        mark=mark,
        top=round(box.top - _MARGIN, 1),
        height=round(box.bottom - box.top + 2 * _MARGIN, 1),
        is_hidden=bool(line.hidden),
    )
