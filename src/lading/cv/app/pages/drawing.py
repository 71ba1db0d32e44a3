"""
A page as software reads it: each line of text at its place, and marks where findings are.

It is drawn from what the confined reader saw, not from the file: nothing hostile gets to a browser, and what is missing in
the drawing is missing for software, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lading.cv.app.models import Finding
from lading.cv.engine.values import Document, Line

#: points around a line that a mark covers as well
_MARGIN = 2.0
#: height of letters where the reader does not know
_USUAL = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One line of text, in points from the upper left corner."""

    number: int
    text: str
    left: float
    baseline: float
    width: float
    size: float
    #: codes of what was found here
    marks: tuple[str, ...]
    top: float
    height: float
    #: a person does not see it in the file, and software does
    is_hidden: bool

    @property
    def told(self) -> str:
        """What was found here, in one line."""
        return ", ".join(self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One page."""

    number: int
    width: float
    height: float
    lines: tuple[Placed, ...]


def drawings(document: Document, findings: Iterable[Finding]) -> Sequence[Drawing]:
    """Return the pages with what was found on them; none where the format has no pages."""
    marks = marked(findings)
    return [
        Drawing(
            number=page.number,
            width=page.width,
            height=page.height,
            lines=tuple(
                _placed(line, marks.get(line.number, ()))
                for line in document.lines
                if line.page == page.number and line.box is not None
            ),
        )
        for page in document.pages
    ]


def marked(findings: Iterable[Finding]) -> dict[int, tuple[str, ...]]:
    """Return the codes that were found on each line."""
    found: dict[int, tuple[str, ...]] = {}
    for one in findings:
        if one.line and one.code not in found.get(one.line, ()):
            found[one.line] = (*found.get(one.line, ()), one.code)
    return found


def _placed(line: Line, marks: tuple[str, ...]) -> Placed:
    assert line.box is not None
    box = line.box
    return Placed(
        number=line.number,
        text=line.text.replace("\t", "   "),
        left=round(box.left, 1),
        baseline=round(box.bottom, 1),
        width=round(max(box.right - box.left, 1.0), 1),
        size=round(line.size or _USUAL, 1),
        marks=marks,
        top=round(box.top - _MARGIN, 1),
        height=round(box.bottom - box.top + 2 * _MARGIN, 1),
        is_hidden=bool(line.hidden),
    )
