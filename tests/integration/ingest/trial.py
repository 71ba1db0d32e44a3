"""A job of which files vanish beside objects of others: what becomes of each, in the words of the page of deletion."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from irods.column import Like
from irods.models import Collection

from lading.ingest.app.definition import Definition
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode, Operation, PutMode, Target
from tests.carrying import outcomes, sync, write
from tests.integration.ingest.bench import Bench, Replica
from tests.oracle import sha2

BYTES, OTHERS = b"as it was brought", b"somebody else's"

#: what the source still has in the second run, by the words of the page of operations
STILL_THERE = ("new", "same", "touched", "modified", "foreign")

#: what becomes of an object that is not what the job brought any more
DOUBT = "skipped CHANGED_IN_IRODS → as before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a job is told."""

    operation: Operation
    mode: DeleteMode
    scope: DeleteScope
    kind: str
    resource: str


class Trial:
    """One job, carried out: `told` and `before` and after are of its second run."""

    def __init__(self, bench: Bench, case: Case) -> None:
        self.bench = bench
        self.case = case
        self.told: dict[str, tuple[str, str]] = {}
        self.before: dict[str, list[Replica]] = {}
        self._after: dict[str, list[Replica]] = {}
        self._trash: dict[str, list[Replica]] = {}
        self._collections: set[str] = set()

    def run(self, spoil: str = "") -> None:
        """Bring a tree, let a part of it change and another one vanish, let others write to `spoil`, and run again."""
        self._bring()
        self._put_others()
        self._change()
        self._lose()
        if spoil:
            self._overwrite(spoil)
        self.again()

    def again(self) -> None:
        """Run once more."""
        self.before = self.bench.below(self.bench.place.collection)
        self._sync()
        self._look()

    def _sync(self) -> None:
        definition = Definition(
            source=str(self.bench.root),
            destination=self.bench.place.collection,
            zone=str(self.bench.place.zone.environment_file),
            operation=self.case.operation,
            resource=self.case.resource,
            delete_mode=self.case.mode,
            delete_scope=self.case.scope,
        )
        self.told = outcomes(sync(definition))

    # --- before --------------------------------------------------------------------------------------------------

    def _bring(self) -> None:
        for name in ("same", "touched", "modified"):
            self.bench.write(name, BYTES)
        write(self.bench.root, "file", "folder/x", "folder/deep/y", "shared/x", "elsewhere")
        self._store("elsewhere", (self.bench.root / "elsewhere").read_bytes(), "demoResc")
        self._sync()

    def _put_others(self) -> None:
        place = "demoResc" if self.case.kind == "middle" else self.case.resource
        registered = self.case.kind == "leaf" or not self.case.operation.puts
        for path in ("foreign", "beside", "shared/theirs", "theirs/x", "theirs/deep/y"):
            self._store(path, OTHERS + path.encode(), place, registered=registered)

    def _store(self, path: str, data: bytes, resource: str, *, registered: bool = False) -> None:
        """Put an object there, or register one, as somebody else would."""
        logical = f"{self.bench.place.collection}/{path}"
        with self.bench.place.destination.session() as session:
            session.make_collection(logical.rpartition("/")[0])
            target = Target(path=logical, mode=PutMode.CREATE, resource=resource)
            if registered:
                there = self.bench.place.file_on_resource(path.replace("/", "-"), data)
                session.register(target, there, len(data), 1)
            else:
                session.put(target, data, sha2(data))

    def _overwrite(self, path: str) -> None:
        """Write other bytes to an object, as somebody else would."""
        with self.bench.place.destination.session() as session:
            target = Target(path=f"{self.bench.place.collection}/{path}", mode=PutMode.REPLACE)
            session.put(target, OTHERS, sha2(OTHERS))

    def _change(self) -> None:
        os.utime(self.bench.write("modified", BYTES[::-1]), (1, 1))
        (self.bench.root / "touched").chmod(0o600)
        for name in ("new", "foreign"):
            self.bench.write(name, BYTES)

    def _lose(self) -> None:
        for name in ("file", "elsewhere"):
            (self.bench.root / name).unlink()
        for name in ("folder", "shared"):
            shutil.rmtree(self.bench.root / name)

    # --- after ---------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        collection = self.bench.place.collection
        self._after = self.bench.below(collection)
        self._trash = self.bench.below(collection.replace("/home/", "/trash/home/"))
        with self.bench.library() as session:
            rows = session.query(Collection.name).filter(Like(Collection.name, f"{collection}/%"))
            self._collections = {row[Collection.name][len(collection) + 1 :] for row in rows}

    def of(self, *paths: str) -> str:
        """Say what became of the objects, which have to fare alike."""
        said = {self._said(path) for path in paths}
        return " / ".join(sorted(said))

    def of_folder(self, folder: str, *paths: str) -> str:
        """Say what became of the objects of a folder; a collection that is left beside objects that are not is said too."""
        said = self.of(*(f"{folder}/{path}" for path in paths))
        lives = any(path.startswith(f"{folder}/") for path in self._after)
        return said if lives is (folder in self._collections) else f"{said}, {sorted(self._collections)}"

    def of_shared(self, own: str, other: str) -> str:
        """Say what became of a job's object and of somebody else's in the same folder."""
        one, another = self._said(own), self._said(other)
        return one if one == another else f"{one}, the rest {another}"

    def word(self, path: str) -> str:
        """Return outcome and code of a path at the source."""
        return " ".join(word for word in self.told.get(path, ("unchanged",)) if word)

    def _said(self, path: str) -> str:
        return f"{self.word(path)} → {self._state(path)}" if path in self.told else self._state(path)

    def _state(self, path: str) -> str:
        before, after, trash = self.before.get(path, []), self._after.get(path, []), self._trash.get(path, [])
        if after == before:
            return "as before" if not trash else f"as before, and {trash} in the trash"
        if after:
            return self._what_is_left(before, after)
        if trash:
            return "in the trash" if _contents(trash) == _contents(before) else f"{trash} in the trash, was {before}"
        on_disk = [_bytes_of(replica) for replica in before]
        if on_disk == [replica.bytes_there for replica in before]:
            return "unregistered"
        return "gone" if not any(on_disk) else f"{before} left {on_disk}"

    def _what_is_left(self, before: list[Replica], after: list[Replica]) -> str:
        others = [replica for replica in before if not replica.path.startswith(f"{self.bench.root}/")]
        return "own replica unregistered" if after == others else f"{after}, which was {before}"


def _contents(replicas: list[Replica]) -> list[tuple[int, str, bool, str, str]]:
    """Return what is the same of replicas whose vault path changed."""
    return [(one.size, one.checksum, one.good, one.resource, one.bytes_there) for one in replicas]


def _bytes_of(replica: Replica) -> str:
    path = Path(replica.path)
    return sha2(path.read_bytes()) if path.exists() else ""
