"""Files that a job has brought and that vanished, for tests of deletion in memory."""

from __future__ import annotations

from lading.ingest.engine.removal_work import DoomedFolder, DoomedTree, RemovalWork, decode, doomed, encode
from lading.ingest.engine.removing import Removing
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import DeleteMode
from tests.unit.engine.workshop import ROOT, Workshop


def shop(*paths: str, mode: DeleteMode = DeleteMode.TRASH) -> Workshop:
    """Return a job that has brought some files, and may delete."""
    of = Workshop(
        source=MemorySource({path: path.encode() for path in paths}), rules=Rules(destination=ROOT, delete_mode=mode)
    )
    of.sync()
    return of


def lost(of: Workshop, folder: str, *names: str) -> DoomedFolder:
    """Return the work for files of a folder; they vanish."""
    collection = f"{ROOT}/{folder}".rstrip("/")
    known = [of.snapshots.known(f"{folder}/{name}".lstrip("/")) for name in names]
    for name in names:
        of.memory.remove(f"{folder}/{name}".lstrip("/"))
    objects = tuple(doomed(one, one.name) for one in known if one is not None)
    return DoomedFolder(folder=folder, collection=collection, objects=objects)


def run(of: Workshop, work: RemovalWork, *, attempt: int = 1) -> dict[str, tuple[str, str]]:
    """Carry the work out; return outcome and code by name."""
    found = list(Removing(decode(encode(work)), of.circumstances(attempt=attempt)).run())
    return {result.name: (result.outcome.value, result.code) for result in found}


def tree(*folders: DoomedFolder) -> DoomedTree:
    return DoomedTree(folder=folders[0].folder, collection=folders[0].collection, folders=folders)
