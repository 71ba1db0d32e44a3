"""A sheet as Markdown, or as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.render.sheet import Entry, Part, Sheet

#: what means something in Markdown wherever it stands
_MARKS = re.compile(r"([\\`*_\[\]<>|~&]|(?<!\S)#)")
#: what means something at the beginning of a line
_OPENING = re.compile(r"^(\s*)([+\-=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"https?://[^\s<>\"`\\]+")


def to_markdown(sheet: Sheet) -> bytes:
    """Return the resume as Markdown; whatever means something to Markdown in its texts is escaped."""
    blocks = [f"# {escaped(sheet.name)}"] if sheet.name else []
    blocks += [escaped(sheet.label)] if sheet.label else []
    blocks += [" | ".join(f"<{one}>" if _ADDRESS.fullmatch(one) else escaped(one) for one in sheet.contact)]
    for part in sheet.parts:
        blocks += _markdown(part)
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _markdown(part: Part) -> Iterator[str]:
    yield f"## {escaped(part.heading)}"
    yield from map(escaped, part.lines)
    for entry in part.entries:
        head = f"### {escaped(entry.title)}"
        under = " | ".join(escaped(text) for text in (entry.organisation, entry.dates) if text)
        points = "\n".join(f"- {escaped(one.text)}" for one in entry.paragraphs if one.listed)
        yield "\n\n".join(text for text in (head, under, *_prose(entry), points) if text)


def _prose(entry: Entry) -> list[str]:
    return [escaped(one.text) for one in entry.paragraphs if not one.listed]


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    text = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _OPENING.sub(lambda found: _opening(found[1], found[2]), text)


def _opening(blank: str, mark: str) -> str:
    return f"{blank}{mark}\\" if mark.isdigit() else f"{blank}\\{mark}"


def to_text(sheet: Sheet) -> bytes:
    """Return the resume as plain text."""
    lines = [text for text in (sheet.name, sheet.label, " | ".join(sheet.contact)) if text]
    for part in sheet.parts:
        lines += ["", part.heading, "-" * len(part.heading), *part.lines]
        for entry in part.entries:
            lines += ["", *_plain(entry)]
    return ("\n".join(lines) + "\n").encode()


def _plain(entry: Entry) -> Iterator[str]:
    yield f"{entry.title}    {entry.dates}" if entry.dates else entry.title
    if entry.organisation:
        yield entry.organisation
    for one in entry.paragraphs:
        yield f"- {one.text}" if one.listed else one.text
