"""A site that used automated ingest: a source, a handler as it was, and the commands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from lading.base.config import Settings
from lading.cli import irods_sync_arguments, irods_sync_jobs
from lading.ingest.app import started
from lading.ingest.app.models import StartedJob
from lading.orchestration.models import Run
from tests import oracle
from tests.carrying import carry

HEAD = """
import json
from irods_capability_automated_ingest.core import Core
from irods_capability_automated_ingest.utils import DeleteMode, Operation


def note(*words):
    with open({log!r}, "a") as log:
        log.write(json.dumps(words) + "\\n")

"""


#: enough files that a few may go unasked
NAMES = [f"keep/{number:02}" for number in range(40)]


def doing(operation: str, delete_mode: str = "DO_NOT_DELETE", more: str = "") -> str:
    """Return a handler that says an operation and a delete mode."""
    return f"""
class event_handler(Core):
    @staticmethod
    def operation(session, meta, **options):
        return Operation.{operation}

    @staticmethod
    def delete_mode(meta):
        return DeleteMode.{delete_mode}
{more}
"""


@dataclass
class Site:
    """One source and one collection."""

    home: Path
    folder: Path

    @property
    def source(self) -> Path:
        return self.folder / "source"

    @property
    def collection(self) -> str:
        return f"/tempZone/home/rods/{hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]}"

    @property
    def log(self) -> Path:
        return self.folder / "handler.log"

    def handler(self, body: str) -> str:
        """Write a handler; return its path."""
        path = self.folder / "site_handler.py"
        path.write_text(HEAD.format(log=str(self.log)) + dedent(body))
        return str(path)

    def noted(self) -> list[list[Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def start(self, *words: str) -> Run:
        """Start a job; return its run."""
        given = irods_sync_arguments.parsed(["start", str(self.source), self.collection, *words])
        assert 0 == irods_sync_jobs.start(given)
        return Run.objects.latest("pk")

    def sync(self, *words: str) -> Run:
        """Start a job and carry its run out."""
        return carry(self.start(*words))

    def stop(self, name: str) -> None:
        assert 0 == irods_sync_jobs.stop(irods_sync_arguments.parsed(["stop", name]))

    def there(self) -> set[str]:
        return set(oracle.zone_tree(self.home, self.collection))

    def checksums(self) -> dict[str, str]:
        tree = oracle.zone_tree(self.home, self.collection)
        return {path: seen.vault_checksum for path, seen in tree.items()}

    def names(self) -> dict[str, list[str]]:
        return {kind: [one["job_name"] for one in many] for kind, many in started.listed().items()}

    def started(self, name: str) -> StartedJob:
        return StartedJob.objects.get(name=name, stopped_at__isnull=True)


def site_of(settings: Settings, folder: Path) -> Site:
    """Return a site with an empty source."""
    found = Site(settings.home, folder)
    found.source.mkdir()
    return found
