"""Objects that are to go, beside what the catalogue has of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lading.base.errors import LadingError, OutsideDestination, SkipFile, SourceVanished
from lading.base.outcomes import Outcome
from lading.base.paths import upwards
from lading.ingest.engine.deletion import AtSource
from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.removal_work import Doomed, DoomedFolder, DoomedTree, RemovalResult
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Kind, Listed, Replica, ReplicaState


@dataclass(frozen=True, slots=True)
class Candidate:
    """One object, what the source says, and what the catalogue has."""

    folder: DoomedFolder
    doomed: Doomed
    at_source: AtSource
    replicas: tuple[Replica, ...]

    @property
    def path(self) -> str:
        """The logical path."""
        return f"{self.folder.collection.rstrip('/')}/{self.doomed.logical_name}"


def refuse_outside(path: str, destination: str) -> None:
    """
    Raise `OutsideDestination` for what is not below the destination, the destination itself included.

    No list names such a path; if one ever did, this is the last place to notice.
    """
    root = f"{destination.rstrip('/')}/"
    if not path.startswith(root) or not {"", ".", ".."}.isdisjoint(path.removeprefix(root).split("/")) or "\0" in path:
        raise OutsideDestination(f"{path} does not lie below {destination}: it is left alone")


def look(source: Source, path: str, *, other: Kind) -> AtSource:
    """Ask the source for a path; something of the `other` kind cannot be what the destination has under that name."""
    try:
        kind = source.stat(path).kind
    except SourceVanished:
        return AtSource.ABSENT
    except SkipFile:
        return AtSource.UNCLEAR
    return AtSource.ABSENT if kind is other else AtSource.PRESENT


def is_barred(source: Source, folder: str) -> bool:
    """
    Say whether nobody can tell what a folder lost, because something on the way to it is a link or the like.

    It may lead to where the folder was moved, and to nothing while that is not mounted.
    """
    for place in upwards(folder):
        try:
            if place and source.stat(place).kind not in {Kind.FOLDER, Kind.FILE}:
                return True
        except SourceVanished:
            continue
        except SkipFile:
            return True
    return False


def children(session: Session, collection: str) -> list[str]:
    """Return the names of the child collections."""
    return list(session.list_collections(collection))


def not_there(tree: DoomedTree, content: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield what was planned to go with a tree, and is not in it."""
    found = {candidate.path for candidate in content}
    for folder in tree.folders:
        for doomed in folder.objects:
            candidate = Candidate(folder, doomed, AtSource.ABSENT, ())
            if candidate.path not in found:
                yield candidate


def matched(folder: DoomedFolder, there: dict[str, list[Replica]]) -> list[Candidate] | None:
    """Return the objects of one collection of a tree; None if one is not as planned, or was not planned at all."""
    planned = {doomed.logical_name: doomed for doomed in folder.objects}
    found: list[Candidate] = []
    for name, replicas in there.items():
        best = min(replicas, key=_rank)
        doomed = planned.get(name)
        if doomed is None or not is_as_known(best.listed, doomed):
            return None
        found.append(Candidate(folder, doomed, AtSource.ABSENT, tuple(replicas)))
    return found


def is_as_known(listed: Listed, doomed: Doomed) -> bool:
    """
    Say whether an object is what was planned to go.

    A checksum that is gone, or one of another scheme, is that of other bytes for all that is known: who writes over an
    object takes its checksum away. Where none was known, size alone decides.
    """
    if listed.state is not ReplicaState.GOOD or listed.size != doomed.size:
        return False
    return not doomed.checksum or listed.checksum == doomed.checksum


def _rank(replica: Replica) -> tuple[bool, int]:
    return replica.listed.state is not ReplicaState.GOOD, replica.listed.replica_number


def best(candidate: Candidate) -> Replica | None:
    """Return the best replica of an object."""
    return min(candidate.replicas, key=_rank, default=None)


def failed(folder: DoomedFolder, doomed: Doomed, error: LadingError) -> RemovalResult:
    """Return the result of an object that stays because of an error."""
    return result_of(Candidate(folder, doomed, AtSource.UNCLEAR, ()), Outcome.FAILED, error.code, str(error))


def result_of(
    candidate: Candidate, outcome: Outcome, code: str = "", reason: str = "", replica: Replica | None = None
) -> RemovalResult:
    """Return what became of an object."""
    result = RemovalResult(
        folder=candidate.folder.folder,
        name=candidate.doomed.name,
        logical_path=candidate.path,
        outcome=outcome,
        code=code,
        reason=reason,
        size=max(candidate.doomed.size, 0),
        checksum=candidate.doomed.checksum,
        is_foreign=candidate.doomed.is_foreign,
    )
    if replica is None:
        return result
    listed = replica.listed
    return replace(result, object_id=replica.object_id, physical_path=listed.physical_path, resource=listed.resource)
