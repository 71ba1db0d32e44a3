"""
A plan made by a worker: a run that checks both ends of a definition, says what a run would do, and does nothing.

Whoever serves pages must neither read a source nor wait for a zone; so a plan is asked for like any other work, and read from
the ledger once it is there. The plan is small whatever the source holds: all counts, and the first lines of each kind.
"""

from __future__ import annotations

import json
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from lading.base import config
from lading.base.errors import Cancelled, LadingError
from lading.base.paths import shown
from lading.ingest.app import handler_store, jobs, permits, remote, run_options, starting
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.models import Job
from lading.ingest.app.permits import SHELL, Submitter
from lading.ingest.app.planning import DryRun, PlanLine
from lading.ingest.app.rehearsal_kind import RUN_KIND
from lading.ingest.app.run_options import RunOptions
from lading.ingest.app.standing_options import StandingOptions
from lading.ingest.app.task_names import names_for
from lading.orchestration import enqueue
from lading.orchestration.kinds import Ending, NewBatch, NewRun
from lading.orchestration.ledger import runs
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import ENDED, Batch, BatchState, Run
from lading.orchestration.progress import Meter

#: lines of one verb that are kept: more than anybody reads on a page
_LINES = 200
#: seconds after which a plan says what it has seen so far: nobody waits longer before a first run
_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a run could not even begin."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a run would do, as far as a page shows it."""

    #: paths by what would happen to them
    counts: dict[str, int]
    #: bytes that would travel
    bytes: int = 0
    #: the first lines of each verb, but of `keep`
    lines: Sequence[PlanLine] = ()
    #: why deletions would be held
    worries: Sequence[str] = ()
    #: whether the whole source was looked at in the time there was
    whole: bool = True
    problem: Problem | None = None

    @property
    def shown(self) -> Counter[str]:
        """How many lines there are of each verb."""
        return Counter(line.verb for line in self.lines)


def rehearse(job: Job, *, by: Submitter = SHELL) -> Run:
    """Begin a run that plans the job; raise what `by` may not do. No other run of the job waits for it."""
    definition = jobs.definition_of(job)
    who = jobs.definer(job).and_by(by)
    remote.refuse(definition, who)
    run = _begun(definition, who)
    Job.objects.filter(pk=job.pk).update(rehearsal_id=run.pk)
    enqueue.pump()
    return run


def rehearse_definition(definition: Definition, *, by: Submitter) -> Run:
    """Begin a run that plans what is stored nowhere; raise what `by` may not do."""
    remote.refuse(definition, by)
    run = _begun(definition if by.is_trusted else handler_store.listed(definition), by)
    enqueue.pump()
    return run


def _begun(definition: Definition, who: Submitter) -> Run:
    return runs.start(
        NewRun(
            kind=RUN_KIND,
            title=f"plan {shown(definition.source)} → {definition.destination}",
            stage="planning",
            options=definition.options() | RunOptions(submitter=who).stored(),
            batches=[NewBatch(kind=names_for(definition.source).plan)],
        )
    )


def is_about(run: Run, definition: Definition) -> bool:
    """Say whether a plan was made for this definition, and not for what it was before; when it runs makes no difference."""
    return _without_standing(from_options(run.options)) == _without_standing(definition)


def _without_standing(definition: Definition) -> Definition:
    usual = {name: StandingOptions.model_fields[name].get_default() for name in StandingOptions.model_fields}
    return definition.model_copy(update=usual)


def rehearsal_of(run: Run) -> Rehearsal | None:
    """Return the plan that a run made; None while there is none."""
    batch = Batch.objects.filter(run=run).first()
    if batch is not None and batch.state == BatchState.DONE and batch.result:
        return _unpacked(bytes(batch.result))
    if run.state not in ENDED:
        return None
    code, reason = (batch.code, batch.reason) if batch is not None else ("", "")
    problem = Problem(code=code or "INTERNAL", message=reason or run.reason or f"The run is {run.state}")
    return Rehearsal(counts={}, problem=problem)


def plan_batch(held: Claim, _meter: Meter) -> Ending:
    """Check both ends and plan; what is wrong with them is the answer, not a failure of the run."""
    definition = from_options(held.options)
    by = run_options.of_run(held.options).submitter
    try:
        permits.refuse(definition, by, config.current().allowed)
        starting.check_both(definition, by, held.lease)
        found = _planned(DryRun(definition, by=by, token=held.lease), held)
    except Cancelled:
        raise
    except LadingError as error:
        found = Rehearsal(counts={}, problem=Problem(code=error.code, message=error.message, hint=error.hint))
    return Ending(result=_packed(found))


def _planned(dry: DryRun, held: Claim) -> Rehearsal:
    counts: Counter[str] = Counter()
    kept: dict[str, list[PlanLine]] = {}
    size, whole = 0, True
    ends = time.monotonic() + config.current().scaled(_SECONDS).total_seconds()
    with closing(dry.lines()) as lines:
        for line in lines:
            held.lease.check()
            counts[line.verb] += line.count
            size += line.size if line.moves else 0
            of_verb = kept.setdefault(line.verb, [])
            if line.verb != "keep" and len(of_verb) < _LINES:
                of_verb.append(line)
            if time.monotonic() > ends:
                whole = False
                break
    lines_kept = [line for of_verb in kept.values() for line in of_verb]
    worries = dry.worries() if whole else []
    return Rehearsal(counts=dict(counts), bytes=size, lines=lines_kept, worries=worries, whole=whole)


def _packed(found: Rehearsal) -> bytes:
    return zlib.compress(json.dumps(asdict(found)).encode())


def _unpacked(packed: bytes) -> Rehearsal:
    told: dict[str, Any] = json.loads(zlib.decompress(packed))
    problem = Problem(**told["problem"]) if told["problem"] else None
    lines = [PlanLine(**line) for line in told["lines"]]
    return Rehearsal(**told | {"lines": lines, "problem": problem})
