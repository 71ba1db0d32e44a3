"""Where a section begins and what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from lading.cv.engine.document import Document, Line, Part
from lading.cv.engine.resume import Section, SectionKind
from lading.cv.engine.structure.dates import find_period
from lading.cv.engine.structure.headings import TITLES, likely_kind, normal, standard_kind

#: words of the longest heading that is taken for one by its looks
_WORDS = 5
#: times the size of most lines
_LARGER = 1.15
_READ = {Part.BODY, Part.TABLE, Part.TEXT_BOX, Part.HEADER}


def sections_of(document: Document) -> tuple[Section, ...]:
    """Return the sections in the order of the CV; the first, without a heading, is what stands before them."""
    lines = [line for line in document.visible if line.part in _READ]
    kinds = dict(_headings(lines))
    found: list[Section] = []
    heading: Line | None = None
    gathered: list[int] = []
    for line in lines:
        if line.number in kinds:
            found.append(_section(heading, gathered, kinds))
            heading, gathered = line, []
        else:
            gathered.append(line.number)
    found.append(_section(heading, gathered, kinds))
    return tuple(section for section in found if section.line or section.lines)


def _section(heading: Line | None, lines: list[int], kinds: dict[int, tuple[SectionKind, bool]]) -> Section:
    if heading is None:
        return Section(kind=SectionKind.BASICS, lines=tuple(lines))
    kind, standard = kinds[heading.number]
    return Section(kind=kind, heading=heading.text, line=heading.number, lines=tuple(lines), standard=standard)


def _headings(lines: list[Line]) -> Iterator[tuple[int, tuple[SectionKind, bool]]]:
    """Yield the number of each heading with what it is about: those of standard words, then those that look like them."""
    known = {line.number: kind for line in lines if (kind := _standard(line)) is not None}
    looks = Counter(_look(line) for line in lines if line.number in known)
    # where lists of a CV look like its headings, looks say nothing
    body = median([line.size for line in lines]) if lines else 0.0
    usual = {look for look, count in looks.items() if _stands_out(look, body) and count >= min(2, len(known))}
    first = min(known, default=0)
    # a style is meant: what has the one of known headings is a heading wherever it stands
    styles = {look[0] for look in usual if look[0]}
    for line in lines:
        if line.number in known:
            yield line.number, (known[line.number], True)
        elif (line.number > first or line.heading in styles) and _look(line) in usual and _is_short(line):
            yield line.number, (likely_kind(line.text), False)


def _standard(line: Line) -> SectionKind | None:
    if line.bullet or "\t" in line.text or normal(line.text) in TITLES:
        return None
    return standard_kind(line.text)


def _look(line: Line) -> tuple[int, float, bool, bool]:
    return line.heading, round(line.size), line.bold, line.text.isupper()


def _stands_out(look: tuple[int, float, bool, bool], body: float) -> bool:
    """Say whether a line looks like no other text: a heading by its style, bold, in capitals, or larger than most."""
    heading, size, bold, capitals = look
    return bool(heading) or bold or capitals or (body > 0 and size > _LARGER * body)


def _is_short(line: Line) -> bool:
    """Say whether a line may be a heading: few words, no list item, no date, no address."""
    if line.bullet or "\t" in line.text or "@" in line.text or find_period(line.text):
        return False
    return len(line.text.split()) <= _WORDS and line.text[-1:] not in ".,;" and any(c.isalpha() for c in line.text)
