"""What the commands of `irods-sync` do once the ledger is open."""

from __future__ import annotations

import argparse
import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lading.base import config
from lading.base.cancellation import Unlimited
from lading.base.errors import RetryLater, UsageError
from lading.base.paths import from_bytes, to_bytes
from lading.cli import irods_sync_arguments as arguments
from lading.cli import irods_sync_s3 as s3
from lading.cli import running, syncing
from lading.cli.frame import Exit, err
from lading.cli.irods_sync_log import Log
from lading.cli.running import Workshop
from lading.ingest.app import assembly, jobs, started, starting
from lading.ingest.app.automated_options import LogOptions, StartedWith
from lading.ingest.app.definition import Definition, explained
from lading.ingest.app.models import StartedJob
from lading.ingest.app.run_options import Relist, Sends
from lading.ingest.app.scheduling import Standing
from lading.ingest.app.started import Order
from lading.ingest.engine.automated_ingest import AUTOMATED_INGEST
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.values import Operation
from lading.orchestration.models import Batch, Outcome, RunState

#: exit codes: every file is there; some are not
_GOOD, _FAILED = 0, 255

#: seconds that `stop` waits for workers to put down what they have in hand
_PATIENCE = 30.0
#: seconds between looks
_LOOK = 1.0
#: failures that are told; all of them are in the manifest
_TOLD = 20


def start(given: argparse.Namespace) -> int:
    """Start a job; with `--synchronous` wait for its end."""
    name = given.job_name or str(uuid.uuid1())
    definition = definition_of(given, name)
    log = Log(log_options(given, "log"))
    waits = given.synchronous and given.interval is None
    with running.workshop(None if waits else 0) as shop:
        started.refuse_taken(name, starting.stored(definition))
        _check(definition)
        relist = Relist.ALL if given.ignore_cache else Relist.DUE
        stored = jobs.store(definition, standing=Standing.KEPT)
        job = started.start(stored, Order(name=name, every=given.interval, relist=relist))
        log.info("job_started", job_name=name, run=job.run_id)
        _tell_of_queues(given, log)
        if not waits:
            syncing.warn_if_nobody_works(job.run_id or 0)
            return _GOOD
        return _followed(job, shop, log, quietly=not given.progress)


def adopt(given: argparse.Namespace) -> int:
    """Take over what is in iRODS as files of the job that `start` would start; send nothing."""
    definition = definition_of(given, given.job_name or str(uuid.uuid1()))
    with running.workshop(None) as shop:
        starting.check(definition)
        job = starting.job_to_adopt(definition, given.from_redis)
        run = starting.adopt(job, Sends.NOTHING, has_sync_times=given.from_redis is not None)
        code = syncing.bring_to_end(run.pk, shop, (0, 0.0), as_json=False, events=False)
    return _GOOD if code is Exit.GOOD else _FAILED


def stop(given: argparse.Namespace) -> int:
    """Stop a job; wait until nothing of it is under way, so that its name can be used at once."""
    run_id = started.stop(given.job_name)
    ends = time.monotonic() + _PATIENCE
    while run_id is not None and not started.is_over(run_id):
        if time.monotonic() > ends:
            err.print(f"Run {run_id} ends as soon as its workers are heard of again: lading show {run_id}")
            break
        time.sleep(_LOOK / 5)
    Log(log_options(given, "log")).info("job_stopped", job_name=given.job_name)
    return _GOOD


def watch(given: argparse.Namespace) -> int:
    """Follow a job until it has ended; a periodic one until it is stopped."""
    job = started.find(given.job_name)
    log = Log(log_options(given, "log"))
    with running.joined(0) as shop:
        while True:
            code = _followed(job, shop, log, quietly=False, profile_log=log_options(given, "profile"))
            if job.every is None:
                return code
            following = _next_run(job)
            if following is None:
                log.warning("job_was_stopped", job_name=job.name)
                return code
            job = following


def listed() -> dict[str, Any]:
    """Return all jobs."""
    return started.listed()


def definition_of(given: argparse.Namespace, name: str) -> Definition:
    """Return the definition of what is started; raise `UsageError`."""
    bucket = s3.is_bucket(given)
    handler = None if given.event_handler is None else str(Path(given.event_handler).absolute())
    try:
        store = s3.store_of(given) if bucket else {}
        return Definition(
            source=s3.source_of(given) if bucket else _real(given.src_path),
            destination=_collection(given.target),
            operation=Operation.REGISTER_SYNC,  # unless the handler says something else
            handler=handler,
            **({"handler_dialect": AUTOMATED_INGEST} if handler else {}),
            delete_scope=DeleteScope.MIRROR,
            s3_profile=store.get("profile"),
            links=Links.SKIP if bucket else Links.RECORD,
            special=Special.SKIP if bucket else Special.RECORD,
            exclude_type=[arguments.FILE_TYPES[word] for word in given.exclude_file_type],
            exclude_file_match=given.exclude_file_name,
            exclude_folder_match=given.exclude_directory_name,
            batch_files=max(given.files_per_task, 1),
            irods_sync=_started_with(given, name).model_copy(update={"s3": store.get("s3")}),
        )
    except ValidationError as error:
        raise UsageError(f"The job is wrong: {explained(error)}") from error


def log_options(given: argparse.Namespace, name: str) -> LogOptions:
    """Return the options of one log."""
    fields = ("filename", "when", "interval", "level")
    return LogOptions(**{field: getattr(given, f"{name}_{field}") for field in fields})


def _started_with(given: argparse.Namespace, name: str) -> StartedWith:
    own = {field: getattr(given, field) for field in StartedWith.model_fields if hasattr(given, field)}
    more = {
        "job_name": name,
        "idle_disconnect_seconds": given.irods_idle_disconnect_seconds,
        "log": log_options(given, "log"),
        "profile_log": log_options(given, "profile"),
    }
    return StartedWith(**(own | more))


def _real(path: str) -> str:
    """Return where the source lies without links, as it is on this host."""
    return from_bytes(os.path.realpath(to_bytes(path)))


def _collection(target: str) -> str:
    path = target.rstrip("/")
    if not path.startswith("/"):
        raise UsageError(f"{target!r} cannot be the target: an absolute path below the root is expected")
    return path


def _check(definition: Definition) -> None:
    """Refuse a collection that cannot be used; a zone that is away now may be there when the run begins."""
    if jobs.has_arrived(definition):
        return
    with suppress(RetryLater):
        assembly.destination_of(definition, Unlimited()).check_destination(definition.destination)


def _tell_of_queues(given: argparse.Namespace, log: Log) -> None:
    """Say that workers for other queues take nothing of this job."""
    other = {
        name: getattr(given, name) for name, usual in arguments.QUEUE_DEFAULTS.items() if getattr(given, name) != usual
    }
    if other:
        log.warning("queues_are_those_of_lading", workers_take="filesystem,deletion,orchestration", **other)


# --- following -------------------------------------------------------------------------------------------------------


def _followed(
    job: StartedJob, shop: Workshop, log: Log, *, quietly: bool, profile_log: LogOptions | None = None
) -> int:
    """Follow the newest run of a job to its end; return the exit code."""
    run_id = job.run_id or 0
    try:
        state = running.to_end(run_id, shop, quietly=quietly)
    except SystemExit as left:
        if left.code == Exit.INTERRUPTED and not shop.has_own_workers:
            return _GOOD  # the job goes on
        raise
    failed = started.failed(run_id)
    _tell_failures(run_id, log)
    if state.reason:
        log.warning("job_ended", job_name=job.name, run=run_id, state=state.state, reason=state.reason)
    log.info("job_done", job_name=job.name, run=run_id, state=state.state, failed=failed)
    _profile(job, run_id, profile_log)
    return _GOOD if state.state in (RunState.DONE, RunState.STOPPED) and not failed else _FAILED


def _tell_failures(run_id: int, log: Log) -> None:
    rows = Outcome.objects.filter(run_id=run_id, outcome="failed").order_by("id")[: _TOLD + 1]
    for row in rows[:_TOLD]:
        log.error("failed", path=row.subject, code=row.code, reason=row.reason)
    if len(rows) > _TOLD:
        log.error("more_failed", manifest=f"lading manifest {run_id} --outcome failed")


def _next_run(job: StartedJob) -> StartedJob | None:
    """Wait for the next run of a periodic job; None once it was stopped."""
    while True:
        found = StartedJob.objects.filter(pk=job.pk, stopped_at__isnull=True).first()
        if found is None or found.run_id != job.run_id:
            return found
        time.sleep(_LOOK * min(config.current().time_scale, 1.0))


def _profile(job: StartedJob, run_id: int, options: LogOptions | None) -> None:
    """Write when each batch of a run began and ended, if the job was started with `--profile`."""
    told = jobs.definition_of(job.job).irods_sync
    if told is None or not told.profile:
        return
    chosen = options if options is not None and options.filename else told.profile_log
    log = Log(chosen, usual_level=logging.INFO)
    batches = Batch.objects.filter(run_id=run_id, started_at__isnull=False).order_by("started_at")
    for batch in batches.iterator():
        hostname, _, process = batch.worker.partition(":")
        facts = {"event_id": str(batch.pk), "event_name": batch.kind, "hostname": hostname, "index": process}
        log.info("task_prerun", at=batch.started_at, **facts)
        if batch.ended_at is not None:
            log.info("task_postrun", at=batch.ended_at, **facts)
