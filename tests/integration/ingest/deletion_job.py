"""One job with a tree to lose, for tests of deletion."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lading.base.config import Settings
from lading.ingest.app.definition import Definition
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import Run, RunState
from tests import oracle
from tests.carrying import collection_for, sync, write

KEPT = [f"keep/{number:02}" for number in range(60)]


@dataclass
class Job:
    """One job on a tree of its own."""

    home: Path
    root: Path
    collection: str
    options: dict[str, Any] = field(default_factory=dict)

    def sync(self, **changes: Any) -> Run:
        self.options |= changes
        return sync(Definition(source=str(self.root), destination=self.collection, **self.options))

    def there(self) -> set[str]:
        return set(oracle.zone_tree(self.home, self.collection))

    def trashed(self) -> set[str]:
        return set(oracle.zone_tree(self.home, self.collection.replace("/home/", "/trash/home/")))

    def put(self, path: str, data: bytes) -> None:
        """Write an object as somebody else would."""
        with oracle.session(self.home) as irods, irods.data_objects.open(f"{self.collection}/{path}", "w") as file:
            file.write(data)

    def remove(self, *names: str) -> None:
        for name in names:
            path = self.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def job_of(settings: Settings, folder: Path, **options: Any) -> Job:
    """Return a job of a folder's `source`, to a collection of its own."""
    return Job(settings.home, folder / "source", collection_for(folder), options)


def brought(settings: Settings, folder: Path) -> Job:
    """Return a job that has brought sixty files to keep, and some to lose, and moves what vanishes to the trash."""
    write(folder / "source", *KEPT, "a", "b", "gone/x", "gone/deep/er/y", "gone/deep/z")
    made = job_of(settings, folder, delete_mode=DeleteMode.TRASH)
    assert RunState.DONE == made.sync().state
    return made
