"""
Read a file into a `Document`.

::

    document = extract(Path("cv.pdf"))
    document = extract_bytes(content, Limits(pages=4))

What a file is, its content says, never its name. PDF and DOCX are read in a child process with limits of time and
memory; the file itself is only read.
"""

from __future__ import annotations

from pathlib import Path

from lading.base.errors import UsageError
from lading.cv.engine.document import Document, Format
from lading.cv.engine.errors import TooLarge
from lading.cv.engine.extract.children import get_ready
from lading.cv.engine.extract.confined import read_confined
from lading.cv.engine.extract.identity import identified
from lading.cv.engine.extract.kinds import decode, kind_of
from lading.cv.engine.extract.limits import DEFAULT, Limits
from lading.cv.engine.extract.plain import Plain, read_json, read_markdown, read_text

__all__ = ["Limits", "extract", "extract_bytes", "get_ready"]

_PLAIN = {Format.TEXT: read_text, Format.MARKDOWN: read_markdown, Format.JSON_RESUME: read_json}


def extract(path: Path, limits: Limits = DEFAULT) -> Document:
    """Return what the file says; raise a `DocumentRefused`, or `UsageError` where there is no file to read."""
    try:
        with path.open("rb") as file:
            content = file.read(limits.bytes + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="Name a file that you may read") from error
    return extract_bytes(content, limits)


def extract_bytes(content: bytes, limits: Limits = DEFAULT) -> Document:
    """Return what these bytes say; raise a `DocumentRefused`."""
    if len(content) > limits.bytes:
        raise TooLarge(
            f"The file has more than {limits.bytes // 1024 // 1024} MiB", hint="Remove pictures and attachments"
        )
    kind = kind_of(content)
    if kind in {Format.PDF, Format.DOCX}:
        return read_confined(kind, content, limits)
    text = decode(content)
    if len(text) > limits.characters:
        raise TooLarge(f"The text has more than {limits.characters} characters", hint="Give the CV alone")
    plain: Plain = _PLAIN[kind](text)
    document = Document(
        format=kind,
        sha256="",
        size=0,
        lines=plain.lines,
        reader="lading",
        links=plain.links,
        source=text if kind is Format.JSON_RESUME else "",
    )
    return identified(content, document)
