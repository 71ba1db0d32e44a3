"""A tree, its runs, and a zone that is damaged behind everybody's back."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lading.base.config import Settings
from lading.ingest.app import jobs, starting
from lading.ingest.app.comparisons import lines
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.run_options import Look, Relist, Sends
from lading.orchestration.ledger import tallies
from lading.orchestration.models import Run
from lading.zone.control import ZoneControl
from tests import oracle
from tests.carrying import carry


@dataclass
class Tree:
    """A source, a collection, and the zone that has it."""

    root: Path
    collection: str
    settings: Settings
    #: of the definition
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        return Definition(source=str(self.root), destination=self.collection, **self.options)

    @property
    def job(self) -> Job:
        return Job.objects.get(name=jobs.default_name(self.definition))

    def write(self, path: str, data: bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def sync(self, relist: Relist = Relist.DUE) -> Run:
        return carry(jobs.start(jobs.store(self.definition), relist))

    def verify(self, **look: object) -> Run:
        return carry(starting.verify(self.definition, Look.model_validate(look)))

    def adopt(self, sends: Sends = Sends.NOTHING, redis: str | None = None) -> Run:
        job = starting.job_to_adopt(self.definition, redis)
        return carry(starting.adopt(job, sends, has_sync_times=redis is not None))

    def counts(self, run: Run) -> dict[str, int]:
        """Return the outcomes of a run that are not 0."""
        return {name: number for name, number in tallies.totals(run.pk).items() if number and name in tallies.OUTCOMES}

    def requests(self) -> int:
        """Return how many requests the zone had, logins not counted."""
        return sum(ZoneControl(self.settings.zone_home).counters().values())

    # --- behind everybody's back ---------------------------------------------------------------------------------

    def catalogue(self, statement: str, *values: object) -> int:
        """Change rows of the zone's catalogue; return how many."""
        with sqlite3.connect(self.settings.zone_home / "catalog.sqlite3", timeout=30) as database:
            return database.execute(statement, values).rowcount

    def set(self, name: str, column: str, value: object) -> None:
        """Change a column of an object of this tree, by its name."""
        changed = self.catalogue(
            f"UPDATE R_DATA_MAIN SET {column} = ? WHERE data_name = ? AND data_path LIKE ?",
            value,
            name,
            f"%{self.collection.rpartition('/')[2]}%",
        )
        assert changed == 1, f"{changed} rows of {name}"

    def stored(self, path: str) -> Path:
        """Return the file in the vault."""
        with oracle.session(self.settings.home) as irods:
            return Path(irods.data_objects.get(f"{self.collection}/{path}").replicas[0].path)

    def unlink(self, path: str) -> None:
        """Remove an object for good."""
        with oracle.session(self.settings.home) as irods:
            irods.data_objects.unlink(f"{self.collection}/{path}", force=True)

    def unlink_registered(self, path: str) -> None:
        """Take a registered file out of the catalogue."""
        with oracle.session(self.settings.home) as irods:
            irods.data_objects.unregister(f"{self.collection}/{path}")

    def sizes(self) -> dict[str, int]:
        """Return the size of each object by path."""
        return {path: seen.size for path, seen in self.zone().items()}

    def put(self, path: str, data: bytes) -> None:
        """Put a foreign object there, without a checksum."""
        with oracle.session(self.settings.home) as irods:
            irods.collections.create(f"{self.collection}/{path}".rpartition("/")[0])
            with irods.data_objects.open(f"{self.collection}/{path}", "w") as file:
                file.write(data)

    def zone(self) -> dict[str, oracle.Seen]:
        return oracle.zone_tree(self.settings.home, self.collection)


def a_tree(root: Path, settings: Settings) -> Tree:
    """Return an empty source and a collection of its own that is not there yet."""
    root.mkdir(exist_ok=True)
    return Tree(root, f"/tempZone/home/rods/{uuid.uuid4().hex[:10]}", settings)


def listed(run: Run, *, same: bool = False) -> set[tuple[str, str, str]]:
    """Return mark, path and code of each line."""
    return {(line.mark.value, line.path, line.code) for line in lines(run.pk, same=same)}
