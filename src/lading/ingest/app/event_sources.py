"""Which events tell of a source: one adapter for each kind of source."""

from __future__ import annotations

import logging
from pathlib import Path

from lading.base import config_places
from lading.base.errors import SourceMissing, UsageError
from lading.ingest.app import buckets
from lading.ingest.app.definition import Definition
from lading.ingest.app.posted_events import PostedEvents
from lading.ingest.app.standing_options import WatchOptions
from lading.ingest.engine.noticing.changes import Events
from lading.ingest.engine.noticing.choosing import Way, way_of
from lading.ingest.engine.noticing.inotify import LIMIT, InotifyEvents, has_no_room
from lading.ingest.engine.noticing.polling import PollingEvents

log = logging.getLogger(__name__)


def refuse_unwatchable(definition: Definition) -> None:
    """Raise `UsageError` for a source that nothing tells of."""
    if definition.is_bucket:
        watch = definition.watch or WatchOptions()
        if not (watch.queue or watch.webhook):
            raise UsageError(
                f"Nothing tells what happens in {definition.source}",
                hint="--queue ADDRESS of the queue (SQS) that the bucket's notices go to; --webhook if its store posts them "
                "here; or a schedule: --every 10m",
            )
        return
    for option in ("queue", "webhook"):
        if getattr(definition.watch or WatchOptions(), option):
            raise UsageError(f"{definition.source} is no bucket: no {option} tells of it", hint=f"Without --{option}")
    if Path(definition.source).is_file():
        raise UsageError(f"{definition.source} is a file", hint="Folders can be watched")


def is_here(definition: Definition) -> bool:
    """Say whether this host can watch the source."""
    return definition.is_bucket or Path(definition.source).is_dir()


def events_of(definition: Definition, job_id: int) -> Events:
    """Return what tells of the source of a job from now on; raise `SourceMissing` where it is not there."""
    watch = definition.watch or WatchOptions()
    if definition.is_bucket:
        refuse_unwatchable(definition)
        if watch.webhook:
            return PostedEvents(job_id)
        return buckets.notices_of(definition, watch.queue or "")
    root, poll = Path(definition.source), watch.poll
    try:
        if way_of(root.resolve(), config_places.mount_table()) is Way.POLLING:
            return PollingEvents(root, poll)
        return _by_events(root, poll)
    except OSError as error:
        raise SourceMissing(f"The source {definition.source} cannot be watched: {error.strerror or error}") from error


def _by_events(root: Path, poll: float) -> Events:
    try:
        return InotifyEvents(root)
    except OSError as error:
        if not has_no_room(error):
            raise
    log.warning("%s: %s; it is looked at every %g s instead", root, LIMIT, poll)
    return PollingEvents(root, poll)
