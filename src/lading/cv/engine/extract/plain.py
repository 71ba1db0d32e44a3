"""Text, Markdown and JSON Resume: read in this process, for nothing in them is ever run or unpacked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lading.cv.engine.document import Line, Link
from lading.cv.engine.errors import Broken, WrongType
from lading.cv.engine.extract.marks import LONGEST, bounded, parted, tidy

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
_RULE = re.compile(r"^\s*([-=_*~])(?:\s*\1){2,}\s*$")
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_ANGLE = re.compile(r"<((?:https?://|mailto:)?[^<>\s]+[.@][^<>\s]+)>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_`])(?=\S)([^*_`]+?)(?<=\S)\1(?![\w*])")
#: a backslash at the end of a line breaks it, unless it is escaped itself
_BREAK = re.compile(r"(?<!\\)((?:\\\\)*)\\$")
#: a mark after a backslash is a character like any other; it is set aside while marks are looked for
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ASIDE = 0x10F000
_SET_ASIDE = re.compile(f"[{chr(_ASIDE)}-{chr(_ASIDE + 0x7F)}]")
#: how deep JSON may nest: JSON Resume needs five
_DEEPEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What is found in a text."""

    lines: tuple[Line, ...]
    links: tuple[Link, ...] = ()


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, the longest in pieces."""
    for line in text.splitlines():
        yield from bounded(line)


def _uncommented(text: str) -> str:
    """Return Markdown without its comments; one that is never closed is text."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def read_text(text: str) -> Plain:
    """Return the lines of a plain text; a row of dashes makes the line above it a heading."""
    lines: list[Line] = []
    indented_after_bullet = False
    for raw in _lines(text):
        if _RULE.match(raw):
            if lines and indented_after_bullet is False and not lines[-1].bullet:
                lines[-1] = replace(lines[-1], heading=lines[-1].heading or 2)
            continue
        if not raw.strip():
            indented_after_bullet = False
            continue
        content, bullet = parted(raw)
        content = tidy(content)
        if indented_after_bullet and not bullet and raw.startswith(("  ", "\t")):
            lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {content}")
            continue
        lines.append(Line(number=len(lines) + 1, text=content, bullet=bullet))
        indented_after_bullet = bullet
    return Plain(lines=tuple(lines))


def read_markdown(text: str) -> Plain:
    """Return the lines of Markdown without its marks, and where its links lead."""
    lines: list[Line] = []
    links: list[Link] = []
    fresh = True  # whether the next line begins a paragraph of its own
    for raw in _lines(_uncommented(text)):
        if not raw.strip() or _RULE.match(raw):
            if lines and not fresh and re.match(r"^\s*(={3,}|-{3,})\s*$", raw):
                lines[-1] = replace(lines[-1], heading=1 if "=" in raw else 2)
            fresh = True
            continue
        line = _markdown_line(raw, len(lines) + 1)
        links += [Link(url=url, text=_bare(label), line=line.number) for label, url in _LINK.findall(_aside(raw))]
        if not fresh and not line.heading and not line.bullet and not line.bold and _continues(lines[-1], raw):
            lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {line.text}")
        else:
            lines.append(line)
        fresh = bool(line.heading) or raw.endswith(("  ", "\\"))
    return Plain(lines=tuple(lines), links=tuple(links))


def _continues(before: Line, raw: str) -> bool:
    """Say whether a line goes on with the one before: it is indented under a list item, or long text runs on."""
    if len(before.text) > LONGEST:
        return False
    if before.bullet:
        return raw.startswith("  ")
    return len(before.text) > 60 and not before.heading  # noqa: PLR2004 - shorter lines were broken on purpose


def _markdown_line(raw: str, number: int) -> Line:
    heading = _HEADING.match(raw)
    if heading:
        return Line(number=number, text=_bare(heading[2]), heading=len(heading[1]), bold=True)
    strong = re.match(r"^\s*(\*\*|__)(?!\s)", raw) is not None
    content, bullet = (raw, False) if strong else parted(raw)
    return Line(number=number, text=_bare(_BREAK.sub(r"\1", content)), bullet=bullet, bold=strong)


def _bare(text: str) -> str:
    """Return Markdown without emphasis; a link leaves its label, and its address where that is all there is."""
    text = _aside(text)
    text = _LINK.sub(lambda match: match[1] or match[2], text)
    text = _ANGLE.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\2", text)
    return tidy(_SET_ASIDE.sub(lambda match: chr(ord(match[0]) - _ASIDE), text))


def _aside(text: str) -> str:
    """Return Markdown with its escaped marks set aside."""
    return _ESCAPED.sub(lambda match: chr(_ASIDE + ord(match[1])), text)


def read_json(text: str) -> Plain:
    """Return one line for each string and number of a JSON Resume, in its order; raise `Broken` or `WrongType`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Broken("The file begins as JSON, but is not valid", hint="Mend it with a JSON checker") from error
    sections = {"basics", "work", "education", "skills", "projects", "volunteer"}
    if not isinstance(value, dict) or not sections & value.keys():
        raise WrongType(
            "The JSON is no JSON Resume: it has no section of that format", hint="See jsonresume.org/schema"
        )
    found = (" ".join(leaf.split()) for _, leaf in leaves(value))
    return Plain(lines=tuple(Line(number=number, text=leaf) for number, leaf in enumerate(found, 1)))


def leaves(value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the JSON Pointer and the text of each string and number that is not empty, in the order of the file."""
    if pointer.count("/") > _DEEPEST:
        raise Broken("The JSON is nested too deeply", hint="JSON Resume needs five levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{index}")
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
        yield pointer, str(value)
