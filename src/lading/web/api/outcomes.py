"""What happened to the paths of a run."""

from __future__ import annotations

from ninja import Query, Router, Schema
from pydantic import Field

from lading.accounts.access import Request
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app.remote import run_for
from lading.orchestration.ledger.tallies import totals_of
from lading.web.api import asked, shapes
from lading.web.api.runs import RunId
from lading.web.console.reading import outcomes, reasons
from lading.web.console.reading.outcomes import Filter, Place, Row

router = Router(tags=["outcomes"])


class Wanted(Schema):
    """Which outcomes are listed."""

    outcome: Kind | None = None
    code: str = Field(default="", max_length=40)
    text: str = Field(
        default="", max_length=500, description="Part of the path; a page looks through a bounded number of rows"
    )
    cursor: str | None = None
    limit: int = Field(default=shapes.USUAL, ge=1, le=shapes.MOST)


@router.get("/runs/{run}/outcomes", response=shapes.OutcomePage, by_alias=True)
def list_outcomes(request: Request, run: RunId, wanted: Query[Wanted]) -> shapes.OutcomePage:
    """
    List the paths that something happened to.

    Unchanged paths have no rows: their number is in the counts of the run, and their names are in its manifest.
    """
    found = run_for(request.caller, run)
    chosen = Filter(
        outcome=wanted.outcome.value if wanted.outcome else "",
        code=wanted.code.replace("\0", ""),
        text=wanted.text.replace("\0", ""),
    )
    place = Place(after=asked.cursor(wanted.cursor), size=wanted.limit)
    page = outcomes.page(run, chosen, totals_of([found])[run], place)
    return shapes.OutcomePage(
        items=[_told(row) for row in page.rows],
        next=str(page.after) if page.after else None,
        complete=not page.stopped,
    )


@router.get("/runs/{run}/codes", response=shapes.Page[shapes.Reason], by_alias=True)
def codes_of(request: Request, run: RunId) -> shapes.Page[shapes.Reason]:
    """Count the codes of a run, failures first; beyond a bound it is said that there are more."""
    run_for(request.caller, run)
    items = [
        shapes.Reason(
            code=one.code,
            outcome=one.outcome,
            meaning=one.meaning,
            count=min(one.count, reasons.MOST),
            more=one.is_many,
        )
        for one in reasons.reasons_of(run)
    ]
    return shapes.Page[shapes.Reason](items=items)


def _told(row: Row) -> shapes.Outcome:
    return shapes.Outcome(
        path=row.outcome.subject,
        logical_path=row.facts.logical_path if row.facts else "",
        outcome=row.outcome.outcome,
        code=row.outcome.code,
        reason=row.outcome.reason,
        size=row.facts.size if row.facts else None,
        checksum=row.facts.checksum if row.facts else "",
        at=row.outcome.at,
    )
