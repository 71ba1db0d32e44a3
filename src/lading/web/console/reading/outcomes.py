"""
The table of outcomes: a page of it at a time, however many millions there are.

Rows are found by their key within an outcome (or a code), both of which have an index; a page begins where the last one
ended. No index helps to find a text inside paths, so a search looks through a bounded number of rows, and says how far it came:
whoever asks goes on from there. So each page costs the same, on the first row as on the last of ten million. How far that is
is read of the batches, which know how many rows they have, and not of the rows.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate, islice
from operator import add

from django.db.models import F, QuerySet

from lading.base.outcomes import Outcome as Kind
from lading.ingest.app.models import FileFacts
from lading.ingest.app.retrying import Failures
from lading.orchestration.ledger.tallies import BEGUN
from lading.orchestration.models import Batch, Outcome, batch_of, outcome_id

#: rows of one page
SIZE = 50
#: rows that one search looks through
WINDOW = 25_000
#: batches whose rows one search looks through: many have few
_BATCHES = 400

#: outcomes that have rows
WITH_ROWS = tuple(kind.value for kind in Kind if kind is not Kind.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is shown of a run's outcomes; "" for all."""

    outcome: str = ""
    code: str = ""
    text: str = ""

    @property
    def failures(self) -> Failures:
        """The failures among them, as a retry takes them."""
        return Failures(code=self.code, text=self.text)

    @property
    def may_fail(self) -> bool:
        """Whether failures are among them."""
        return self.outcome in ("", Kind.FAILED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: behind a row, or before one; 0 for neither."""

    after: int = 0
    before: int = 0
    #: rows of the page
    size: int = SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One outcome with what is known of its file."""

    outcome: Outcome
    facts: FileFacts | None

    @property
    def renamed(self) -> str:
        """The logical path where it does not simply end with the path at the source; "" for all others."""
        path = self.facts.logical_path if self.facts else ""
        return "" if path.endswith(f"/{self.outcome.subject}") else path


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, and where the next ones are."""

    rows: Sequence[Row]
    #: behind which the next page begins; 0: there is none
    after: int = 0
    #: before which the page before ends; 0: there is none
    before: int = 0
    #: the search stopped here, and not at the end: whoever wants more goes on behind `after`
    stopped: bool = False


def page(run_id: int, wanted: Filter, counts: Mapping[str, int], place: Place, window: int = WINDOW) -> Page:
    """Return the rows of a page; `counts` says which outcomes the run has, so that no others are asked for."""
    sources = _sources(run_id, wanted, counts)
    if place.before:
        return _backwards(sources, place)
    after, edge = _stretch(run_id, sources, place.after, window) if wanted.text else (place.after, 0)
    found = _merged([_between(rows, wanted, replace(place, after=after), edge) for rows in sources], place.size + 1)
    shown = found[: place.size]
    stopped = bool(edge) and len(found) <= place.size
    return Page(
        rows=_with_facts(shown),
        after=edge if stopped else shown[-1].pk if len(found) > place.size else 0,
        before=shown[0].pk if place.after and shown else 0,
        stopped=stopped,
    )


def _sources(run_id: int, wanted: Filter, counts: Mapping[str, int]) -> Sequence[QuerySet[Outcome]]:
    """Return the rows as the indexes have them: by code, or one for each outcome."""
    of_run = Outcome.objects.filter(run_id=run_id)
    if wanted.code:
        # the condition of the index in its own words: SQLite would not conclude it
        coded = of_run.filter(code=wanted.code).exclude(code="")
        return [coded.filter(outcome=wanted.outcome) if wanted.outcome else coded]
    names = [wanted.outcome] if wanted.outcome else [name for name in WITH_ROWS if counts.get(name)]
    return [of_run.filter(outcome=name) for name in names]


def _between(rows: QuerySet[Outcome], wanted: Filter, place: Place, edge: int) -> QuerySet[Outcome]:
    rows = rows.filter(pk__gt=place.after).order_by("pk")
    rows = rows.filter(pk__lte=edge) if edge else rows
    return _searched(rows, wanted)[: place.size + 1]


def _searched(rows: QuerySet[Outcome], wanted: Filter) -> QuerySet[Outcome]:
    return rows.filter(subject__icontains=wanted.text) if wanted.text else rows


def _stretch(run_id: int, sources: Sequence[QuerySet[Outcome]], after: int, window: int) -> tuple[int, int]:
    """
    Return behind and up to which row a search looks: nothing in between is left out of any source; up to 0: to the end.

    It begins with a batch of the run and not with the first row of all: PostgreSQL may walk along the keys from there.
    """
    begun = Batch.objects.filter(BEGUN, run_id=run_id, pk__gte=batch_of(after + 1)).order_by("pk")
    batches = list(begun.values_list("pk", reduce(add, map(F, WITH_ROWS)))[:_BATCHES])
    if not batches:
        return after, 0
    first = max(after, outcome_id(batches[0][0], 0) - 1)
    if len(sources) > 1:
        return first, _edge_of_batches(batches, window)
    ends = [rows.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)[window:][:1] for rows in sources]
    return first, min((pk for end in ends for pk in end), default=0)


def _edge_of_batches(batches: Sequence[tuple[int, int]], window: int) -> int:
    """Return the end of the batch with which the rows become so many; 0: they do not, and there are no further batches."""
    looked_through = accumulate(rows for _, rows in batches)
    ends = (pk for (pk, _), rows in zip(batches, looked_through, strict=True) if rows >= window)
    end = next(ends, batches[-1][0] if len(batches) == _BATCHES else None)
    return 0 if end is None else outcome_id(end + 1, 0) - 1


def _backwards(sources: Sequence[QuerySet[Outcome]], place: Place) -> Page:
    """Return the page that ends before a row; only where nothing is searched for."""
    found = heapq.merge(
        *(rows.filter(pk__lt=place.before).order_by("-pk")[: place.size + 1] for rows in sources),
        key=lambda row: -row.pk,
    )
    rows = list(islice(found, place.size + 1))
    shown = list(reversed(rows[: place.size]))
    return Page(
        rows=_with_facts(shown),
        after=shown[-1].pk if shown else 0,
        before=shown[0].pk if len(rows) > place.size else 0,
    )


def _merged(sources: Sequence[QuerySet[Outcome]], most: int) -> Sequence[Outcome]:
    return list(islice(heapq.merge(*sources, key=lambda row: row.pk), most))


def _with_facts(rows: Sequence[Outcome]) -> Sequence[Row]:
    facts = FileFacts.objects.in_bulk([row.pk for row in rows])
    return [Row(outcome=row, facts=facts.get(row.pk)) for row in rows]
