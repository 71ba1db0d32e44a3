"""
665: a tar file of the vault is unpacked below a collection, and what was in it is registered.

With `bulkOpr` the files are registered fifty at a time, each fifty in one transaction; without it, one by one. A file
that cannot be registered does not keep the others from it: the last refusal is the answer. Checksums are not made.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lading.zone import grants, opening, paths, placing, replicas, unpacking, vault
from lading.zone.acl import Level, require
from lading.zone.api import bulk_register, collections
from lading.zone.api.bulk_register import MODIFY, BulkColumn
from lading.zone.codes import Code
from lading.zone.registry import Call, IrodsError, Reply, api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lading.zone.replicas import Replica
    from lading.zone.resources import Resource

#: files that one transaction registers
_AT_ONCE = 50
#: folder of a vault for files that no row names and that stood in the way
_ORPHANS = "orphan"


@api(665, "STRUCT_FILE_EXT_AND_REG_AN")
def extract_and_register(call: Call) -> Reply:
    """Unpack the tar file `objPath` below `collection`, which is made if it is not there."""
    tar_path, collection = paths.normal(call.pi.text("objPath")), paths.normal(call.pi.text("collection"))
    if tar_path.split("/")[1:2] != collection.split("/")[1:2]:
        raise IrodsError(Code.SYS_CROSS_ZONE_MV_NOT_SUPPORTED)
    tar = _tar(call, tar_path)
    _require_target(call, collection)
    leaf = call.zone.resources.tree().by_id[tar.resc_id]
    with unpacking.unpacked(tar.physical) as (folder, modes):
        registering = _Registering(
            call=call,
            leaf=leaf,
            modes=modes,
            force="forceFlag" in call.pi.keywords,
            at_once=_AT_ONCE if "bulkOpr" in call.pi.keywords else 1,
        )
        registering.folder(folder, collection)
        registering.flush()
    return Reply(registering.refusal)


def _tar(call: Call, path: str) -> Replica:
    """Return the replica to read."""
    found = replicas.replicas(call.catalog.read(), path)
    if not found:
        raise IrodsError(Code.OBJ_PATH_DOES_NOT_EXIST)
    opening.require_readable(call, found[0], paths.split(path)[0])
    chosen = placing.choose_to_read(call.zone.resources.tree(), found, call.pi.keywords)
    if chosen is None:
        raise IrodsError(Code.SYS_REPLICA_INACCESSIBLE)
    replicas.require_unlocked([chosen])
    return chosen


def _require_target(call: Call, collection: str) -> None:
    """Make the collection if it is not there; refuse unless who acts may delete in it."""
    with call.catalog.write() as database:
        collections.create_parents(call, database, collection)
        require(database, call.agent, grants.need_path(database, collection).id, Level.DELETE_OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """A file that lies where its object is to have it, and is not registered yet."""

    physical: str
    row: dict[int, str]
    #: where the file of the object went that this one replaces; "" for a new object
    aside: str


@dataclass(slots=True, kw_only=True)
class _Registering:
    """Files of an unpacked tar on their way into the catalogue."""

    call: Call
    leaf: Resource
    modes: dict[str, int]
    force: bool
    at_once: int
    #: code of the last refusal
    refusal: int = 0
    _linked: list[_Linked] = field(default_factory=list)

    def folder(self, folder: str, collection: str) -> None:
        """Take all that is in a folder; sub-folders become collections."""
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            with self._noting():
                path = paths.normal(paths.join(collection, entry.name))
                if entry.is_dir(follow_symlinks=False):
                    with self.call.catalog.write() as database:
                        collections.create_parents(self.call, database, path)
                    self.folder(entry.path, path)
                else:
                    self._file(entry.path, path)

    def flush(self) -> None:
        """Register what is linked in one transaction; if that is refused, none of it stays."""
        linked, self._linked = self._linked, []
        entered: list[tuple[int, int]] | None = None
        try:
            with self._noting():
                entered = bulk_register.enter(self.call, (one.row for one in linked))
        finally:
            for one in linked:
                self._settle(one, registered=entered is not None)
        with self._noting():
            bulk_register.tell_resources(self.call, entered or [])

    def _file(self, unpacked: str, path: str) -> None:
        """Link a file to where its object is to have it."""
        physical = vault.physical_path(self.leaf.vault, path)
        size = vault.size_of(unpacked)
        there, aside = self._make_way(physical, path)
        with vault.refusing(Code.UNIX_FILE_LINK_ERR):
            vault.make_folders(physical.rpartition("/")[0])
            os.link(unpacked, physical)
        row = {
            BulkColumn.PATH: path,
            BulkColumn.REPLICA: str(there.number if there else 0),
            BulkColumn.TYPE: "generic",
            BulkColumn.SIZE: str(size),
            BulkColumn.RESOURCE: self.leaf.name,
            BulkColumn.PHYSICAL: physical,
            BulkColumn.MODE: str(self.modes.get(unpacked, 0)),
            BulkColumn.RESC_ID: str(self.leaf.id),
            BulkColumn.OPERATION: MODIFY if there else "register",
        }
        self._linked.append(_Linked(physical=physical, row=row, aside=aside))
        if len(self._linked) >= self.at_once:
            self.flush()

    def _make_way(self, physical: str, path: str) -> tuple[Replica | None, str]:
        """
        Move away what lies at a physical path; return the replica that is replaced and where its file went.

        ==============================  =====  =====================================
        there                           force  then
        ==============================  =====  =====================================
        nothing                         any    nothing to do
        a folder                        any    SYS_PATH_IS_NOT_A_FILE
        a file that no row names        any    it goes to the orphans
        the file of this object         yes    it goes aside until this one is in
        the file of this object         no     SYS_COPY_ALREADY_IN_RESC
        the file of another object      any    SYS_COPY_ALREADY_IN_RESC
        ==============================  =====  =====================================
        """
        if not os.path.lexists(physical):
            return None, ""
        if os.path.isdir(physical):  # noqa: PTH112
            raise IrodsError(Code.SYS_PATH_IS_NOT_A_FILE)
        if not self._is_named(physical):
            self._move_aside(physical)
            return None, ""
        there = replicas.replicas(self.call.catalog.read(), path)
        mine = next((one for one in there if (one.physical, one.resc_id) == (physical, self.leaf.id)), None)
        if mine is None or not self.force:
            raise IrodsError(Code.SYS_COPY_ALREADY_IN_RESC, f"[{physical}] is already in use")
        return mine, self._move_aside(physical)

    def _is_named(self, physical: str) -> bool:
        """Say whether a row of the leaf names this file."""
        row = (
            self.call.catalog.read()
            .execute("SELECT 1 FROM R_DATA_MAIN WHERE data_path = ? AND resc_id = ?", (physical, self.leaf.id))
            .fetchone()
        )
        return row is not None

    def _move_aside(self, physical: str) -> str:
        name = physical.rpartition("/")[2]
        aside = vault.link(physical, f"{self.leaf.vault}/{_ORPHANS}/{self.call.agent.me.name}/{name}")
        vault.remove(physical)
        return aside

    def _settle(self, one: _Linked, *, registered: bool) -> None:
        """Remove the file that was replaced; or, if the new one was refused, let the old one take its place again."""
        if registered and one.aside:
            vault.remove(one.aside)
        elif not registered and one.aside:
            with vault.refusing(Code.UNIX_FILE_RENAME_ERR):
                os.replace(one.aside, one.physical)  # noqa: PTH105
        elif not registered and not self._is_named(one.physical):
            vault.remove(one.physical)

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Keep the code of a refusal and go on."""
        try:
            yield
        except IrodsError as error:
            self.refusal = error.code
