"""Runs: list, show, change, plan, manifest, log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Annotated

from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from lading.accounts import audit
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Area, Role
from lading.base import config
from lading.base.errors import NotFound
from lading.ingest.app import manifests, rehearsal_kind, rehearsing
from lading.ingest.app.remote import job_ids_for, run_for
from lading.orchestration import enqueue
from lading.orchestration.kinds import private_kinds
from lading.orchestration.ledger import gates, logbook
from lading.orchestration.models import Run, RunState
from lading.web.api import asked, job_shapes, shapes
from lading.web.console.reading.overview import apart
from lading.web.console.reading.runs import GROUPS
from lading.web.flowing import Download, iter_file, streamed

router = Router(tags=["runs"])

_NDJSON = "application/x-ndjson"

RunId = Annotated[int, Field(ge=1, lt=2**63)]


class Form(Enum):
    """What a manifest is told in."""

    JSONL = "jsonl"
    CSV = "csv"
    SIGNED = "signed"


class Wanted(Schema):
    """Which runs are listed, newest first."""

    state: list[RunState] = Field(default=[], description="Any of these states")
    group: str = Field(default="", description=f"A group of states: {', '.join(GROUPS)}")
    kind: list[str] = Field(
        default=[], max_length=10, description="Any of these kinds; default: all but the errands of others"
    )
    job: str = Field(default="", max_length=200, description="Name of a job")
    text: str = Field(default="", max_length=500, description="Part of the title")
    cursor: str | None = None
    limit: int = Field(default=shapes.USUAL, ge=1, le=shapes.MOST)


@router.get("/runs", response=shapes.Page[shapes.Run], by_alias=True)
def list_runs(request: Request, wanted: Query[Wanted]) -> shapes.Page[shapes.Run]:
    """List runs, newest first."""
    found = Run.objects.order_by("-pk")
    found = (
        found.filter(kind__in={*wanted.kind} - {*private_kinds()}) if wanted.kind else found.exclude(kind__in=apart())
    )
    states = [*wanted.state, *GROUPS.get(wanted.group, ())]
    if states or wanted.group:
        found = found.filter(state__in=states)
    if wanted.text:
        found = found.filter(title__icontains=wanted.text.replace("\0", ""))
    before = asked.cursor(wanted.cursor)
    found = found.filter(pk__lt=before) if before else found
    job_ids = _jobs_in(request, wanted.job)
    found = found if job_ids is None else found.filter(job_id__in=job_ids)
    runs = list(found[: wanted.limit + 1])
    following = str(runs[wanted.limit - 1].pk) if len(runs) > wanted.limit else None
    return shapes.Page[shapes.Run](items=asked.told(runs[: wanted.limit]), next=following)


def _jobs_in(request: Request, name: str) -> Sequence[int] | None:
    """Return the jobs whose runs are wanted and may be seen; None: all, and what has no job."""
    from lading.ingest.app.models import Job

    seen = job_ids_for(request.caller)
    if not name:
        return None if seen is None else sorted(seen)
    named = set(Job.objects.filter(name=name.replace("\0", "")).values_list("pk", flat=True))
    return sorted(named if seen is None else named & seen)


@router.get("/runs/{run}", response=shapes.Run, by_alias=True, auth=list(behind(Role.VIEWER, areas=[Area.CV])))
def show_run(request: Request, run: RunId) -> shapes.Run:
    """Show one run."""
    return asked.told([run_for(request.caller, run)])[0]


@router.patch("/runs/{run}", response=shapes.Run, by_alias=True)
def change_run(request: Request, run: RunId, change: shapes.Change) -> shapes.Run:
    """Change how a run goes on, while it does."""
    run_for(request.caller, run)
    with audit.recorded(request.caller, "run.set", f"run {run}"):
        if change.priority is not None:
            gates.set_priority(run, change.priority)
        if change.window is not None:
            gates.set_window(run, change.window)
        enqueue.pump()
    return asked.told([run_for(request.caller, run)])[0]


@router.get("/runs/{run}/log", response=shapes.Page[shapes.LogLine], by_alias=True)
def log_of(request: Request, run: RunId, cursor: str | None = None) -> shapes.Page[shapes.LogLine]:
    """Return what workers wrote about a run, oldest first."""
    run_for(request.caller, run)
    lines = logbook.lines_of(run, after=asked.cursor(cursor))
    items = [
        shapes.LogLine(at=line.at, level=line.level, logger=line.logger, text=line.text, host=line.host)
        for line in lines
    ]
    return shapes.Page[shapes.LogLine](items=items, next=str(lines[-1].pk) if lines else None)


@router.get("/runs/{run}/plan", response=job_shapes.Plan, by_alias=True)
def plan_of(request: Request, run: RunId) -> job_shapes.Plan:
    """Return what a plan found, once it has."""
    planned = run_for(request.caller, run)
    if planned.kind != rehearsal_kind.RUN_KIND:
        raise NotFound(f"Run {run} is no plan")
    found = rehearsing.rehearsal_of(planned)
    if found is None:
        return job_shapes.Plan(run=run, ready=False)
    problem = found.problem
    return job_shapes.Plan(
        run=run,
        ready=True,
        counts=found.counts,
        bytes=found.bytes,
        lines=[
            job_shapes.PlanLine(path=line.path, verb=line.verb, size=line.size, code=line.code, count=line.count)
            for line in found.lines
        ],
        worries=list(found.worries),
        whole=found.whole,
        problem=None if problem is None else {"code": problem.code, "message": problem.message, "hint": problem.hint},
    )


@router.get("/runs/{run}/manifest", response={200: None})
def manifest_of(request: Request, run: RunId, form: Form = Form.JSONL) -> HttpResponseBase:
    """
    Download what became of every path: as JSON lines or CSV from the ledger, or the signed file.

    The signed file is there once the run has ended; `lading manifest verify` proves it.
    """
    run_for(request.caller, run)
    name = f"run-{run}.{'csv' if form is Form.CSV else 'jsonl'}"
    if form is Form.SIGNED:
        return streamed(request, _signed(run), Download(name=name, kind=_NDJSON))
    if form is Form.CSV:
        return streamed(request, _csv(manifests.lines(run)), Download(name=name, kind="text/csv; charset=utf-8"))
    return streamed(request, _jsonl(manifests.lines(run)), Download(name=name, kind=_NDJSON))


def _signed(run_id: int) -> Iterator[bytes]:
    path = manifests.path_of(config.current().home, run_id)
    if not path.is_file():
        raise NotFound(f"The manifest of run {run_id} is not written yet, or lies on another host")
    return iter_file(path)


def _jsonl(lines: Iterator[manifests.Line]) -> Iterator[bytes]:
    for line in lines:
        yield json.dumps({"schema": 1, **line.as_dict()}, ensure_ascii=False).encode() + b"\n"


def _csv(lines: Iterator[manifests.Line]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, manifests.COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow(line.as_dict())
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()
