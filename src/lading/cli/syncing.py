"""What `sync`, `jobs run`, `resume` and `retry` share once the ledger is open."""

from __future__ import annotations

from rich.markup import escape

from lading.base.cancellation import Unlimited
from lading.base.errors import ServiceUnreachable
from lading.cli import report, running
from lading.cli.frame import Exit, err, print_json
from lading.ingest.app import assembly, jobs, manifests, starting, touching
from lading.ingest.app.definition import Definition
from lading.ingest.app.run_options import Relist
from lading.ingest.app.scheduling import Standing
from lading.orchestration.ledger.tallies import OUTCOMES, totals
from lading.orchestration.ledger.workers import slots_by_queue
from lading.orchestration.models import RunState


def begin(
    definition: Definition, relist: Relist = Relist.DUE, *, origin: str = "", waits_for_zone: bool = False
) -> int:
    """
    Check both ends, store the job, start a run; return its number. Raise what is wrong before anything is written.

    The destination of a job that has brought something before is not asked again: an unchanged run asks the zone nothing.
    Neither is a bucket: that run lists it anyway.
    """
    if jobs.has_arrived(definition):
        if not definition.is_bucket:
            assembly.source_of(definition).marker()
    else:
        check(definition, waits_for_zone=waits_for_zone)
    return jobs.start(jobs.store(definition, origin=origin, standing=Standing.KEPT), relist).pk


def check(definition: Definition, *, waits_for_zone: bool = False) -> None:
    """
    Raise what is wrong with source or destination, as a sentence.

    A zone that does not answer is no reason to refuse a run for which nobody has to wait at a terminal.
    """
    assembly.source_of(definition).marker()
    try:
        starting.check_destination(definition, Unlimited())
    except ServiceUnreachable as error:
        if not waits_for_zone:
            raise
        err.print(f"[yellow]{escape(error.message)}: the run waits for it[/]", soft_wrap=True)


def warn_if_nobody_works(run_id: int) -> None:
    """Say so when a run was queued and no worker takes it."""
    queue = running.queue_of(run_id)
    if not slots_by_queue()[queue]:
        err.print(
            f"[yellow]No worker takes the queue {queue} yet: the run begins when one is started (lading worker)[/]"
        )


def bring_to_end(
    run_id: int, shop: running.Workshop, allowed: tuple[int, float], *, as_json: bool, events: bool
) -> Exit:
    """Follow a run, tell what came of it, return the exit code."""
    state = running.to_end(run_id, shop)
    if as_json and events:
        for line in manifests.outcome_lines(run_id):
            print_json({"event": "file", **line.as_dict()})
    report.tell(run_id, as_json=as_json)
    if state.reason and not as_json:
        err.print(f"[yellow]{escape(state.reason)}[/]", soft_wrap=True)
        if state.state == RunState.PAUSED:
            err.print(f"Once that is mended [bold]lading resume {run_id}[/] goes on where it was")
    held = touching.held_files(run_id)
    if held and not as_json:
        err.print(
            f"[yellow]{held:,} files that are merely touched were not read again: too large a share of all. "
            "--touched-limit 100% reads them, --touched metadata takes them as they are[/]",
            soft_wrap=True,
        )
    seen = sum(value for name, value in totals(run_id).items() if name in OUTCOMES)
    code = report.exit_code(state, max(allowed[0], int(allowed[1] * seen)))
    return Exit.HELD if code is Exit.GOOD and held else code
