"""What `watch` and `up` do once the ledger is open."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from lading.base import units
from lading.cli.frame import err, print_json
from lading.cli.running import Workshop
from lading.ingest.app.models import Watch
from lading.ingest.app.watcher import Watcher
from lading.orchestration import results
from lading.orchestration.ledger import lookout
from lading.orchestration.ledger.tallies import OUTCOMES
from lading.orchestration.models import Run
from lading.orchestration.schedules.keeping import AT_REST

#: seconds between looks at what is embedded
_LOOK = 1.0


@contextmanager
def beside() -> Iterator[None]:
    """Watch all jobs that are to be watched, in threads, while the context lasts."""
    with _watching(Watcher(_holder())):
        yield


def until_interrupted(shop: Workshop, names: list[str] | None, *, as_json: bool) -> str:
    """Watch all jobs, or these, and tell of their runs, until Ctrl-C; return why if the process has to make way."""
    watcher = Watcher(_holder(), names=names, tell=_told_as_json if as_json else _told)
    shown: set[str] = set()
    with _watching(watcher):
        while not (reason := lookout.why_to_leave()):
            for name in shop.held.restart_dead():
                err.print(f"[yellow]{name} had ended and was started again[/]")
            time.sleep(_LOOK)
            for name in sorted(set(watcher.watched) - shown):
                err.print(f"Watching {name}; Ctrl-C ends it", markup=False)
            shown = set(watcher.watched)
            if names and not shown:
                _tell_who_watches(names)
                names = None
    return reason


def _tell_who_watches(names: list[str]) -> None:
    for watch in Watch.objects.filter(job__name__in=names).exclude(holder="").select_related("job"):
        err.print(f"{watch.holder} watches {watch.job.name}; this one takes over when that one ends", markup=False)


@contextmanager
def _watching(watcher: Watcher) -> Iterator[None]:
    ended = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(ended,), name="watcher", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def _told(run: Run) -> None:
    if run.state not in AT_REST:
        return
    summary = results.summary(run.pk)
    counts = ", ".join(
        f"{summary['counts'][name]:,} {name}" for name in OUTCOMES if summary["counts"][name] and name != "unchanged"
    )
    moment = units.moment(run.ended_at)
    err.print(f"{moment}  run {run.pk} {run.state.replace('_', ' ')}: {counts or 'nothing new'}", markup=False)


def _told_as_json(run: Run) -> None:
    if run.state in AT_REST:
        print_json({key: value for key, value in results.summary(run.pk).items() if key != "schema"})
