"""Entries with a period: positions and courses of study."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lading.cv.engine.resume import Bullet, Period, Sure, Text
from lading.cv.engine.structure.dates import Found, find_period
from lading.cv.engine.structure.identity import Ids
from lading.cv.engine.structure.parts import Head, Piece, head_of, pieces_of
from lading.cv.engine.structure.rows import Row

#: rows of a head beside the one with the period
_HEAD_ROWS = 3
#: letters of the longest row that can belong to a head
_HEAD_LETTERS = 110
_PROSE = re.compile(r"[.!?]$|^[a-zäöü]")
_ABBREVIATED = re.compile(r"(?:\b(?:Inc|Ltd|Co|Corp|Dr|e\.\s?V|o\.o|S\.A|B\.V)\.|\.\.\.)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it was read, not yet a position or a course of study."""

    head: Head
    period: Period | None
    highlights: tuple[Bullet, ...]


def entries_of(rows: list[Row], role_weight: Callable[[str], int], ids: Ids) -> list[Entry]:
    """Return the entries of a section; rows before the first head belong to none."""
    dated = [index for index, row in enumerate(rows) if _heads(row)]
    if not dated:
        return _undated(rows, role_weight, ids)
    starts = _starts(rows, dated)
    ends = [*starts[1:], len(rows)]
    return _inherited([_entry(rows[start:end], role_weight, ids) for start, end in zip(starts, ends, strict=True)])


def _inherited(entries: list[Entry]) -> list[Entry]:
    """Give a role without an organisation the one that stands on a row of its own above the roles before it."""
    given: list[Entry] = []
    for entry in entries:
        last = given[-1] if given else None
        if last and entry.head.role and not entry.head.organisation and _stands_above(last):
            assert last.head.organisation is not None
            organisation = replace(last.head.organisation, sure=Sure.GUESSED)
            given.append(replace(entry, head=replace(entry.head, organisation=organisation)))
        else:
            given.append(entry)
    return given


def _stands_above(entry: Entry) -> bool:
    organisation, period = entry.head.organisation, entry.period
    return bool(organisation and period and organisation.lines[0] < period.lines[0])


def _undated(rows: list[Row], role_weight: Callable[[str], int], ids: Ids) -> list[Entry]:
    """Return one entry for each row that names a role, where no row has a date."""
    starts = [index for index, row in enumerate(rows) if not row.bullet and role_weight(row.text) > 0]
    if not starts:
        return []
    ends = [*starts[1:], len(rows)]
    return [_entry(rows[start:end], role_weight, ids) for start, end in zip(starts, ends, strict=True)]


def _heads(row: Row) -> bool:
    """Say whether a row can be the row of a head that has the period."""
    return (
        not row.bullet and len(row.text) <= _HEAD_LETTERS and find_period(row.text) is not None and not _is_prose(row)
    )


def _is_prose(row: Row) -> bool:
    if row.line.heading or row.line.bold or "\t" in row.text:
        return False
    return bool(_PROSE.search(row.text)) and not _ABBREVIATED.search(row.text) and not _starts_with_period(row.text)


def _starts_with_period(text: str) -> bool:
    found = find_period(text)
    return found is not None and found.begins == 0


def _starts(rows: list[Row], dated: list[int]) -> list[int]:
    """Return where each entry begins: as many rows above its period as the first one does, if there are so many."""
    above = min(dated[0], _HEAD_ROWS)
    starts: list[int] = []
    for number, index in enumerate(dated):
        floor = dated[number - 1] + 1 if number else 0
        start = index
        while start > max(floor, index - above) and _is_head_row(rows[start - 1]):
            start -= 1
        starts.append(start)
    return starts


def _is_head_row(row: Row) -> bool:
    return not row.bullet and len(row.text) <= _HEAD_LETTERS and not _is_prose(row)


def _entry(rows: list[Row], role_weight: Callable[[str], int], ids: Ids) -> Entry:
    pieces: list[Piece] = []
    period: Period | None = None
    highlights: list[Bullet] = []
    in_head = True
    for number, row in enumerate(rows):
        found = find_period(row.text) if period is None and not row.bullet else None
        in_head = in_head and not row.bullet and (found is not None or _may_follow(row, pieces, number, role_weight))
        if not in_head:
            highlights.append(
                Bullet(id=ids.of("bullet", row.text), text=row.text, lines=row.numbers, listed=row.bullet)
            )
            continue
        text = row.text
        if found:
            period = _period(found, row)
            text = f"{text[: found.begins].rstrip(' (,[')}\t{text[found.ends :].lstrip(' ),]')}"
        pieces += pieces_of(text, row.numbers[0], group=10 * number)
    return Entry(head=head_of(pieces, role_weight), period=period, highlights=tuple(highlights))


def _may_follow(row: Row, pieces: list[Piece], number: int, role_weight: Callable[[str], int]) -> bool:
    """Say whether a row without a period can belong to the head: there is room, and something is still missing."""
    if number > _HEAD_ROWS or not _is_head_row(row):
        return False
    head = head_of(pieces, role_weight) if pieces else Head()
    return head.role is None or head.organisation is None or _is_place(row, pieces)


def _is_place(row: Row, pieces: list[Piece]) -> bool:
    """Say whether a row only says where: a few words with a capital, no more than one comma."""
    words = row.text.split()
    return len(pieces) < 4 and len(words) <= 3 and row.text.count(",") <= 1 and all(word[0].isupper() for word in words)  # noqa: PLR2004


def _period(found: Found, row: Row) -> Period:
    return Period(
        start=found.start,
        end=found.end,
        ongoing=found.ongoing,
        written=row.text[found.begins : found.ends].strip(" \t,|"),
        lines=row.numbers[:1],
    )


def only_end(period: Period | None) -> Period | None:
    """Return the period of a course of study: a single date there is when it ended."""
    if period is None or period.end or period.ongoing:
        return period
    return Period(end=period.start, written=period.written, lines=period.lines)


def value_of(text: Text | None) -> str:
    """Return the value of a field, "" where it was not recovered."""
    return text.value if text else ""
