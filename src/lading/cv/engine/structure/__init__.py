"""
Understand a `Document` as a `Resume`.

::

    resume = structure(document)

Only what a person sees is read; each field names the lines it came from and how sure that is. What is not found stays
None or empty: nothing is made up, and what stands where nothing says what it is counts as a guess.
"""

from __future__ import annotations

from lading.cv.engine.document import Document, Format
from lading.cv.engine.resume import Resume
from lading.cv.engine.structure.from_json import from_json
from lading.cv.engine.structure.from_lines import from_lines

__all__ = ["structure"]


def structure(document: Document) -> Resume:
    """Return what the document was understood as; the same document gives the same resume."""
    return from_json(document) if document.format is Format.JSON_RESUME else from_lines(document)
