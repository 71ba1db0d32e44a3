"""
What is in the zone, asked from outside: by python-irodsclient, by the bytes in the vault, and by the manifest file.

Imports nothing of the project, so that one misreading cannot hide on both sides.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irods.column import Criterion, Like
from irods.models import Collection, DataObject
from irods.session import iRODSSession

GOOD = "1"

#: where Lading keeps tars of bundles while it needs them
_BUNDLES = "/tempZone/home/rods/.lading-bundles"


@dataclass(frozen=True, slots=True)
class Seen:
    """One object as the catalogue and the vault have it."""

    size: int
    checksum: str
    state: str
    vault_checksum: str


def sha2(data: bytes) -> str:
    """Return the checksum as iRODS writes it."""
    return "sha2:" + base64.b64encode(hashlib.sha256(data).digest()).decode()


def source_tree(root: Path) -> dict[str, str]:
    """Return path and checksum of every regular file below `root`."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(root))] = sha2(path.read_bytes())
    return found


def zone_tree(home: Path, collection: str) -> dict[str, Seen]:
    """Return every replica of every object below `collection`, by relative path."""
    found = {}
    with session(home) as irods:
        columns = (
            Collection.name,
            DataObject.name,
            DataObject.size,
            DataObject.checksum,
            DataObject.replica_status,
            DataObject.path,
        )
        for condition in (Criterion("=", Collection.name, collection), Like(Collection.name, collection + "/%")):
            for row in irods.query(*columns).filter(condition):
                path = f"{row[Collection.name]}/{row[DataObject.name]}"[len(collection) + 1 :]
                stored = Path(row[DataObject.path])
                found[path] = Seen(
                    int(row[DataObject.size]),
                    row[DataObject.checksum] or "",
                    row[DataObject.replica_status],
                    sha2(stored.read_bytes()) if stored.is_file() else "nothing",
                )
    return found


def collections(home: Path, collection: str) -> set[str]:
    """Return the relative paths of all collections below."""
    with session(home) as irods:
        rows = irods.query(Collection.name).filter(Like(Collection.name, collection + "/%"))
        return {row[Collection.name][len(collection) + 1 :] for row in rows}


def session(home: Path) -> iRODSSession:
    """Return a session with the zone of a home."""
    return iRODSSession(
        irods_env_file=str(home / "zone" / "irods_environment.json"),
        irods_authentication_file=str(home / "zone" / ".irodsA"),
    )


def differences(source: Path, home: Path, collection: str) -> list[str]:
    """Return a sentence for everything that is not as it should be after a sync; nothing if all is right."""
    wanted, there = source_tree(source), zone_tree(home, collection)
    wrong = [f"{path}: not in the zone" for path in wanted.keys() - there.keys()]
    wrong += [f"{path}: not at the source" for path in there.keys() - wanted.keys()]
    for path in wanted.keys() & there.keys():
        seen = there[path]
        if seen.state != GOOD:
            wrong.append(f"{path}: its replica has state {seen.state}")
        if wanted[path] != seen.checksum or seen.vault_checksum != wanted[path]:
            wrong.append(
                f"{path}: {wanted[path]} at the source, {seen.checksum} registered, {seen.vault_checksum} stored"
            )
    return sorted(wrong)


# --- the promises ------------------------------------------------------------------------------------------------


def broken_promises(source: Path, home: Path, collection: str, run: int) -> list[str]:
    """
    Return a sentence for each promise that does not hold after a run; nothing if all do.

    ====  ============================================================================================
    I1    each file of the source is there with its bytes, or the manifest says why not; each is counted
    I2    nothing was deleted that was at the source at that moment
    I3    what looks good in the catalogue has the bytes that it says
    I5    the run has ended: there is its manifest
    I6    no replica is locked or unfinished, no tar of a bundle is left, no file that nobody refers to
    ====  ============================================================================================

    I4, hooks, is for the tests that have some.
    """
    lines = manifest(home, run)
    if not lines:
        return [f"I5: run {run} has no manifest"]
    wanted, there = source_tree(source), zone_tree(home, collection)
    return sorted(
        [
            *_lost(wanted, there, lines),
            *_wrongly_deleted(source, lines),
            *_not_what_they_seem(there),
            *_left_behind(home, there),
        ]
    )


def manifest(home: Path, run: int) -> list[dict[str, Any]]:
    """Return the lines of a run's manifest file that concern paths; none if it has not been written."""
    file = home / "manifests" / f"run-{run}.jsonl"
    if not file.is_file():
        return []
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [line for line in found if "outcome" in line]


def manifest_counts(home: Path, run: int) -> Counter[str]:
    """Return how many paths the manifest has of each outcome."""
    found: Counter[str] = Counter()
    for line in manifest(home, run):
        found[line["outcome"]] += line["count"]
    return found


def _lost(wanted: dict[str, str], there: dict[str, Seen], lines: list[dict[str, Any]]) -> Iterator[str]:
    told = {line["path"]: line for line in lines if "path" in line}
    for path, checksum in wanted.items():
        line = told.get(path, {})
        if line.get("outcome") in {"failed", "skipped"}:
            if not line["code"]:
                yield f"I1: {path}: {line['outcome']} without a code"
        elif path not in there or there[path].vault_checksum != checksum:
            yield f"I1: {path}: {checksum} at the source, {there.get(path)} in the zone, {line or 'nothing'} told"
        elif line.get("checksum") not in {None, "", checksum}:
            yield f"I1: {path}: {checksum} at the source, {line['checksum']} in the manifest"
    counted = sum(line["count"] for line in lines if line["outcome"] != "deleted")
    beyond = sum(1 for path in told if path not in wanted and told[path]["outcome"] != "deleted")
    if counted - beyond != len(wanted):
        yield f"I1: {len(wanted)} files at the source, {counted - beyond} of them counted in the manifest"


def _wrongly_deleted(source: Path, lines: list[dict[str, Any]]) -> Iterator[str]:
    for line in lines:
        if line["outcome"] == "deleted" and (source / line["path"]).is_file():
            since = (source / line["path"]).stat().st_ctime
            if since < line["at"]:
                yield f"I2: {line['path']}: deleted at {line['at']}, at the source since {since}"


def _not_what_they_seem(there: dict[str, Seen]) -> Iterator[str]:
    for path, seen in there.items():
        if seen.state == GOOD and seen.checksum and seen.checksum != seen.vault_checksum:
            yield f"I3: {path}: good with {seen.checksum}, but {seen.vault_checksum} is stored"


def _left_behind(home: Path, there: dict[str, Seen]) -> Iterator[str]:
    for path, seen in there.items():
        if seen.state != GOOD:
            yield f"I6: {path}: its replica has state {seen.state}"
    for path in zone_tree(home, _BUNDLES):
        yield f"I6: {path}: the tar of a bundle"
    with session(home) as irods:
        known = {row[DataObject.path] for row in irods.query(DataObject.path)}
    for folder, _, names in os.walk(home / "zone" / "vault"):
        for name in names:
            if f"{folder}/{name}" not in known:
                yield f"I6: {folder}/{name}: in the vault, and nobody refers to it"
