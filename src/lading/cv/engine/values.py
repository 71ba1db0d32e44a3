"""
The values that the engine works on: what was read (`Document`) and what it was understood as (`Resume`).

A `Document` is what readers saw, line by line, in the order in which the file has it. A `Resume` holds the sections of
JSON Resume; each field knows the lines it came from and how sure that is. What was not recovered is None or an empty
tuple: a value is never made up.
"""

from __future__ import annotations

from lading.cv.engine.document import Box, Document, Format, Hidden, Line, Link, Page, Part, Picture, Reading
from lading.cv.engine.resume import (
    Basics,
    Bullet,
    Education,
    Item,
    Language,
    PartialDate,
    Period,
    Profile,
    Resume,
    Section,
    SectionKind,
    Skill,
    Spoken,
    Sure,
    Text,
    Work,
)

__all__ = [
    "Basics",
    "Box",
    "Bullet",
    "Document",
    "Education",
    "Format",
    "Hidden",
    "Item",
    "Language",
    "Line",
    "Link",
    "Page",
    "Part",
    "PartialDate",
    "Period",
    "Picture",
    "Profile",
    "Reading",
    "Resume",
    "Section",
    "SectionKind",
    "Skill",
    "Spoken",
    "Sure",
    "Text",
    "Work",
]
