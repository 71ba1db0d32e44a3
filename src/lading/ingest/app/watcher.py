"""A process that watches: takes the leases of jobs that nobody watches, gathers what happens, begins runs for it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import Error as DatabaseError
from django.db import connection

from lading.base import config
from lading.base.errors import LadingError
from lading.ingest.app import event_sources, jobs, permits, watching
from lading.ingest.app.models import Job
from lading.ingest.app.watching import Standing
from lading.ingest.engine.noticing.burst import Burst
from lading.ingest.engine.noticing.changes import EVERYTHING, Change, Events, Look
from lading.ingest.engine.noticing.choosing import told_by
from lading.orchestration.models import Run

log = logging.getLogger(__name__)

#: seconds between looks at what has come in
_LOOK = 0.2
#: seconds between questions to the ledger: what has ended, what can begin now
_ASK = 1.0
#: seconds until what could not be watched, or begun, is tried again
_LATER = 5.0
#: seconds beyond the quiet period: clocks of files are coarse
_MARGIN = 0.1
#: seconds after which what is too fresh is looked at again at the latest
_LONGEST_PAUSE = 3600.0

#: told of a run that begins, and again when it has ended
Tell = Callable[[Run], None]


def _scaled(seconds: float) -> float:
    return seconds * min(config.current().time_scale, 1.0)


class JobWatch:
    """The watch of one job by this process, as long as its lease holds."""

    def __init__(self, job: Job, holder: str, tell: Tell) -> None:
        self.job_id = job.pk
        self.name = job.name
        self.is_lost = False
        self._definition = jobs.definition_of(job)
        self._holder = holder
        self._tell = tell
        self._quiet = max(self._definition.quiet, self._definition.min_age) + _MARGIN
        self._burst = Burst(self._quiet)
        self._fresh: Counter[str] = Counter()
        self._events: Events | None = None
        self._seen = watching.newest_run(job.pk)
        self._told = ""
        self._ask_at = 0.0
        permits.refuse(self._definition, jobs.definer(job), config.current().allowed)

    @property
    def standing(self) -> Standing:
        """How it stands."""
        events = self._events
        return Standing(
            how=events.how if events else "",
            waiting=len(self._burst),
            losses=events.losses if events else 0,
            told=self._told,
        )

    def step(self, at: float) -> None:
        """Take in what has happened, and begin a run if it is time (seconds on a clock that only goes forward)."""
        events = self._opened(at)
        if events is None:
            return
        for change in events.changes():
            self._take_in(change, at)
        if events.broken:
            self._reopen(events, at)
        elif at >= self._ask_at:
            self._ask_at = at + _scaled(_ASK)
            self._look_at_runs(at)
            self._begin(events, at)

    def close(self) -> None:
        """Watch no more, and say so."""
        if self._events is not None:
            self._events.close()
        with suppress(DatabaseError):
            watching.let_go(self.job_id, self._holder)

    def _opened(self, at: float) -> Events | None:
        """Return the events, from now on; the whole run that follows finds what happened before."""
        if self._events is None and at >= self._ask_at:
            try:
                self._events = event_sources.events_of(self._definition, self.job_id)
            except LadingError as error:
                self._put_off(str(error), at)
            else:
                self._told = ""
                self._burst.add(EVERYTHING, at)
                log.info("job %s: watched by %s", self.name, self._events.how)
        return self._events

    def _reopen(self, events: Events, at: float) -> None:
        """Begin anew with whatever can tell of the source now."""
        self._put_off(events.broken, at)
        events.close()
        self._events = None

    def _take_in(self, change: Change, at: float) -> None:
        marker, ignore = self._definition.done_marker, self._definition.ignore_file
        for told in told_by(change, done_marker=marker, ignore_file=ignore):
            self._fresh.pop(told.path, None)
            self._burst.add(told, at)

    def _look_at_runs(self, at: float) -> None:
        """Let what ended runs left for later be looked at again."""
        for run in watching.ended_since(self.job_id, self._seen):
            self._seen = run.pk
            self._tell(run)
            left = watching.too_fresh(run.pk)
            for path in left if left is not None else [""]:
                # twice as late each time: a file may say that it is from next year
                self._fresh[path] += 1
                pause = min(self._quiet * 2.0 ** min(self._fresh[path], 30), _LONGEST_PAUSE)
                self._burst.add(Change(path=path, look=Look.ENTRY if path else Look.TREE), at + pause)

    def _begin(self, events: Events, at: float) -> None:
        work = self._burst.ready(at)
        if work is None:
            return
        try:
            run = watching.begin(self.job_id, self._holder, work) if work.paths or work.everything else None
        except LadingError as error:
            self._put_off(str(error), at)
            return
        if run is not None or not (work.paths or work.everything):
            self._told = ""
            self._burst.looked_at(work, at)
            events.settled(work.receipts)
        if run is not None:
            self._tell(run)

    def _put_off(self, reason: str, at: float) -> None:
        if reason != self._told:
            log.warning("job %s: %s", self.name, reason)
        self._told, self._ask_at = reason, at + _scaled(_LATER)


class Watcher:
    """All watches of this process."""

    def __init__(self, holder: str, *, names: list[str] | None = None, tell: Tell | None = None) -> None:
        self._holder = holder
        self._names = names
        self._tell = tell or (lambda _run: None)
        self._watches: dict[int, JobWatch] = {}
        self._lock = threading.Lock()
        self._take_at = 0.0

    @property
    def watched(self) -> list[str]:
        """The names of the jobs that are watched."""
        return [watch.name for watch in self._held()]

    def step(self, at: float) -> None:
        """Do what is to be done now."""
        if at >= self._take_at:
            self._take_at = at + config.current().lease_renew.total_seconds()
            self._take()
        for watch in self._held():
            if watch.is_lost:
                self._drop(watch)
            else:
                self._step(watch, at)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Renew the leases while the context lasts, in a thread of its own: nothing else may delay that."""
        ending = threading.Event()
        thread = threading.Thread(target=self._keep, args=(ending,), name="watches", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()
            for watch in self._held():
                self._drop(watch)

    def run(self, ended: threading.Event) -> None:
        """Watch until told to end; a ledger that is away is waited for."""
        with self.keeping():
            while not ended.is_set():
                try:
                    self.step(time.monotonic())
                    if not self._watches:
                        connection.close()  # who has nothing to do keeps no ledger open that somebody may replace
                    ended.wait(_LOOK)
                except DatabaseError as error:
                    log.warning("watcher: %s", error)
                    connection.close()
                    ended.wait(_LATER)
        connection.close()

    def _held(self) -> list[JobWatch]:
        with self._lock:
            return list(self._watches.values())

    def _take(self) -> None:
        """Take what nobody watches and this host sees."""
        for job in watching.free(self._names):
            if job.pk in self._watches:  # ours: it was not renewed in time, and nobody took it
                continue
            if event_sources.is_here(jobs.definition_of(job)) and watching.take(job.pk, self._holder):
                try:
                    watch = JobWatch(job, self._holder, self._tell)
                except LadingError as error:
                    log.warning("job %s: %s", job.name, error)
                    continue  # the lease keeps others from the same; it is tried again when it has run out
                with self._lock:
                    self._watches[job.pk] = watch

    def _step(self, watch: JobWatch, at: float) -> None:
        try:
            watch.step(at)
        except DatabaseError:
            raise
        except Exception:  # one job that cannot be watched keeps no other one from being
            log.exception("job %s: its watch is begun anew", watch.name)
            self._drop(watch)

    def _drop(self, watch: JobWatch) -> None:
        with self._lock:
            self._watches.pop(watch.job_id, None)
        watch.close()

    def _keep(self, ending: threading.Event) -> None:
        while not ending.wait(config.current().lease_renew.total_seconds()):
            for watch in self._held():
                try:
                    watch.is_lost |= not watching.keep(watch.job_id, self._holder, watch.standing)
                except DatabaseError as error:
                    log.warning("watcher: %s", error)
                    connection.close()
        connection.close()
