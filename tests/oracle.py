"""
What is in the zone, asked from outside: by python-irodsclient, and by the bytes in the vault.

Imports nothing of the project, so that one misreading cannot hide on both sides.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from irods.column import Criterion, Like
from irods.models import Collection, DataObject
from irods.session import iRODSSession

GOOD = "1"


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
                bytes_there = Path(row[DataObject.path]).read_bytes()
                found[path] = Seen(
                    int(row[DataObject.size]),
                    row[DataObject.checksum] or "",
                    row[DataObject.replica_status],
                    sha2(bytes_there),
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
