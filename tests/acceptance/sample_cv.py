"""
A CV of nobody, as an office program would print it: it can be read, and there is something to say about it.

::

    python -m tests.acceptance.sample_cv cv.pdf
"""

from __future__ import annotations

import sys
from pathlib import Path

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

#: left margin and the first baseline, in points
_LEFT, _TOP = 64, 775
#: style -> font, size, what is left free above
_STYLES = {
    "name": ("Times-Bold", 22, 0),
    "line": ("Times-Roman", 10.5, 15),
    "role": ("Times-Bold", 11, 20),
    "head": ("Times-Bold", 13, 30),
}

#: style and text; a point begins with a dash, a date stands at the right margin
LINES = (
    ("name", "Ada Beispiel"),
    ("line", "Harbour engineer, Kiel, Germany"),
    ("line", "ada@beispiel.example   +49 431 5550 173   beispiel.example/ada"),
    ("head", "Summary"),
    (
        "line",
        "Engineer for docks and cranes who plans, builds and keeps in order what carries the load of a harbour, and",
    ),
    ("line", "who writes down how it is done so that the next shift can do it as well."),
    ("head", "Experience"),
    ("role", "Senior engineer, Werft am Kanal\t2019-02 to Present"),
    ("line", "- Planned the maintenance of three cranes over four winters"),
    ("line", "- Built a dock for small boats with a team of the yard and two partners"),
    ("line", "- Wrote the plan of the yard for the winter and for storms"),
    ("line", "- Taught new colleagues how loads are secured on deck"),
    ("role", "Engineer, Hafenbetrieb Nord\t09/2014 to 01/2019"),
    ("line", "- Painted the hulls of ferries during the summer season"),
    ("line", "- Was responsible for the gate of the lock and its drives"),
    ("line", "- Measured the depth of the basin with Python and QGIS"),
    ("head", "Education"),
    ("role", "Dipl.-Ing. Civil engineering, Technische Hochschule Musterstadt\t2009-10 to 2014-07"),
    ("head", "Skills"),
    ("line", "Python, QGIS, AutoCAD, python, Welding, Project planning"),
    ("head", "Languages"),
    ("line", "German (native), English (fluent), Danish (basic)"),
)
#: what nobody sees and software does
HIDDEN = "crane champion of the world"


def write(path: Path) -> None:
    """Write it, one page."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle("Ada Beispiel")
    canvas.setFillColor(HexColor("#1d4f63"))
    canvas.rect(0, A4[1] - 26, A4[0], 26, stroke=0, fill=1)
    up = _TOP
    for style, text in LINES:
        font, size, above = _STYLES[style]
        up -= above
        canvas.setFillColor(HexColor("#1d4f63" if style in {"name", "head"} else "#111111"))
        canvas.setFont(font, size)
        words, _, date = text.partition("\t")
        canvas.drawString(_LEFT + (10 if words.startswith("- ") else 0), up, words)
        if date:
            canvas.drawRightString(A4[0] - _LEFT, up, date)
    canvas.setFillColor(white)
    canvas.setFont("Times-Roman", 8)
    canvas.drawString(_LEFT, 40, HIDDEN)
    canvas.save()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
