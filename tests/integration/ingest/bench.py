"""A job of the engine on a real folder and a real zone, and the zone looked at with other eyes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from irods.column import Criterion, Like
from irods.models import Collection, DataObject
from irods.session import iRODSSession

from lading.base.outcomes import Outcome
from lading.ingest.engine.plan import group
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.values import Operation
from lading.zone.testing import RunningZone
from tests.contract.destinations.zone_place import ZonePlace
from tests.oracle import sha2
from tests.unit.engine.workshop import Workshop


@dataclass(frozen=True, slots=True, order=True)
class Replica:
    """One replica, as the client library and the disk have it."""

    number: int
    size: int
    checksum: str
    good: bool
    path: str
    resource: str
    modified: int
    bytes_there: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a run says of one file."""

    outcome: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}".strip()


class Bench:
    """One folder and one collection; each run may have rules of its own, the snapshots are kept by their digest."""

    def __init__(self, zone: RunningZone, root: Path) -> None:
        self.place = ZonePlace(zone)
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self._shops: dict[str, Workshop] = {}

    def rules(self, operation: Operation, **more: object) -> Rules:
        return Rules(destination=self.place.collection, operation=operation, **more)  # type: ignore[arg-type]

    def shop(self, rules: Rules) -> Workshop:
        """Return the job under these rules; what it knows is kept from run to run."""
        shop = self._shops.setdefault(
            rules.digest,
            Workshop(source=FilesystemSource(self.root), destination=self.place.destination),  # type: ignore[arg-type]
        )
        shop.rules = rules
        return shop

    def forget(self) -> None:
        """Lose all snapshots."""
        self._shops.clear()

    def sync(self, rules: Rules) -> dict[str, Told]:
        """Run once; return what is told of each path at the source."""
        shop = self.shop(rules)
        parts = shop.scan()
        told: dict[str, Told] = {}
        for part in parts:
            told |= {action.entry.name: Told(Outcome.SKIPPED.value, action.code) for action in part.skips}
        for work in group(parts, rules):
            told |= {done.name: Told(done.outcome.value, done.code) for done in shop.apply(work)}
        return {path.name: told.get(path.name, Told("unchanged")) for path in self.root.iterdir()}

    def write(self, name: str, data: bytes) -> Path:
        path = self.root / name
        path.write_bytes(data)
        return path

    def library(self) -> iRODSSession:
        return self.place.library()

    def replicas(self, name: str) -> list[Replica]:
        """Return all replicas of an object."""
        here = Criterion("=", Collection.name, self.place.collection)
        return self._found(here, Criterion("=", DataObject.name, name)).get(f"{self.place.collection}/{name}", [])

    def below(self, collection: str) -> dict[str, list[Replica]]:
        """Return all replicas of all objects below a collection, by the paths of the objects from there."""
        found = self._found(Criterion("=", Collection.name, collection)) | self._found(
            Like(Collection.name, f"{collection}/%")
        )
        return {path[len(collection) + 1 :]: replicas for path, replicas in found.items()}

    def _found(self, *conditions: Criterion) -> dict[str, list[Replica]]:
        columns = (
            Collection.name,
            DataObject.name,
            DataObject.replica_number,
            DataObject.size,
            DataObject.checksum,
            DataObject.replica_status,
            DataObject.path,
            DataObject.resc_hier,
            DataObject.modify_time,
        )
        found: dict[str, list[Replica]] = defaultdict(list)
        with self.library() as session:
            for row in session.query(*columns).filter(*conditions):
                on_disk = Path(row[DataObject.path])
                found[f"{row[Collection.name]}/{row[DataObject.name]}"].append(
                    Replica(
                        row[DataObject.replica_number],
                        int(row[DataObject.size]),
                        row[DataObject.checksum] or "",
                        row[DataObject.replica_status] == "1",
                        row[DataObject.path],
                        row[DataObject.resc_hier],
                        int(row[DataObject.modify_time].timestamp()),
                        sha2(on_disk.read_bytes()) if on_disk.exists() else "",
                    )
                )
        return {path: sorted(replicas) for path, replicas in found.items()}
