"""A source, a handler's file, and runs of both, for tests of handlers on real workers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.orchestration.models import ENDED, Outcome, Run, RunState

_PATIENCE = 60.0

#: notes each call as a line of a file
NOTING = """
import json, os, time
from lading.ingest import Handler

class Noting(Handler):
    def note(self, event):
        with open({log!r}, "a") as log:
            log.write(json.dumps([event.hook.value, event.path, event.run, event.state]) + "\\n")

    def pre_job(self, event):
        self.note(event)

    def post_job(self, event):
        self.note(event)

    def post_data_object_create(self, event):
        self.note(event)
"""


class Place:
    """A source, a handler's file, and what it noted."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        self.source.mkdir()
        self.file = folder / "mine.py"
        self.log = folder / "log"
        self.collection = f"/tempZone/home/rods/{folder.name}"

    def write(self, text: str = NOTING) -> None:
        self.file.write_text(text.replace("{log!r}", repr(str(self.log))))

    def fill(self, *names: str) -> None:
        for name in names:
            (self.source / name).write_text(name)

    def definition(self, **more: object) -> Definition:
        values = {"handler": str(self.file)} | more
        return Definition(source=str(self.source), destination=self.collection, **values)

    def noted(self, hook: str = "") -> list[list[object]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in map(json.loads, lines) if line[0].startswith(hook)]


def ended(run: Run, state: RunState = RunState.DONE) -> Run:
    wait_for(lambda: Run.objects.filter(pk=run.pk, state__in=ENDED).exists())
    run.refresh_from_db()
    assert state == run.state, run.reason
    return run


def wait_for(what: Callable[[], object]) -> None:
    ends = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.05)


def sync(place: Place, state: RunState = RunState.DONE, **more: object) -> Run:
    return ended(jobs.start(jobs.store(place.definition(**more))), state)


def codes(run: Run) -> dict[str, tuple[str, str]]:
    return {row.subject: (row.outcome, row.code) for row in Outcome.objects.filter(run=run)}
