"""What a run that compared source and iRODS has found."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http.response import HttpResponseBase
from ninja import Router

from lading.accounts.access import Request
from lading.base.errors import NotFound
from lading.ingest.app import comparisons
from lading.ingest.app.kinds import VERIFY_KIND
from lading.ingest.app.remote import run_for
from lading.web.api.runs import RunId
from lading.web.flowing import Download, streamed

router = Router(tags=["runs"])


@router.get("/runs/{run}/comparison", response={200: None})
def comparison_of(request: Request, run: RunId, same: bool = False) -> HttpResponseBase:  # noqa: FBT001, FBT002 - ninja's
    """
    Download what a run found that compared: a JSON line for each path that is not the same, and their counts as the last one.

    With `same` also those that are the same. Marks: = the same, + only at the source, - only in iRODS, * differs, ! could not
    be compared.
    """
    if run_for(request.caller, run).kind != VERIFY_KIND:
        raise NotFound(f"Run {run} compared nothing")
    lines = comparisons.lines(run, same=same)  # refused, if it is, before anything was sent
    return streamed(request, _lines(run, lines), Download(name=f"run-{run}.jsonl", kind="application/x-ndjson"))


def _lines(run_id: int, lines: Iterator[comparisons.Line]) -> Iterator[bytes]:
    for line in lines:
        yield _wire({"mark": line.mark.value, "path": line.path, "code": line.code, "reason": line.reason})
    found = comparisons.totals(run_id)
    marks = {mark.value: number for mark, number in found.marks.items()}
    yield _wire({"marks": marks, "repaired": found.repaired, "content_read": found.read, "no_checksum": found.bare})


def _wire(told: dict[str, object]) -> bytes:
    return json.dumps({"schema": 1, **told}, ensure_ascii=False).encode() + b"\n"
