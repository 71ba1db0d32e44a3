"""A collection of a running zone, for tests of the iRODS destination."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from irods.access import iRODSAccess
from irods.session import iRODSSession

from lading.base.cancellation import Switch
from lading.ingest.engine.destinations.irods import TransferSettings, ZoneProfile, open_destination
from lading.ingest.engine.destinations.slots import LocalSlots
from lading.zone.testing import RunningZone

_numbers = itertools.count()


class ZonePlace:
    """A fresh collection; what is stored is looked at with the client library and in the vault."""

    def __init__(self, zone: RunningZone, settings: TransferSettings | None = None, slots: int = 8) -> None:
        self.zone = zone
        self.switch = Switch()
        self.profile = ZoneProfile.load(zone.environment_file, zone.authentication_file)
        self.destination = open_destination(
            self.profile,
            token=self.switch,
            slots=LocalSlots(slots),
            settings=settings or TransferSettings(chunk_bytes=1 << 20, read_timeout=30.0),
        )
        self.number = next(_numbers)
        self.collection = f"/{zone.zone}/home/{zone.user}/test-{self.number}"
        self.leaf = "demoResc"
        with self.destination.session() as session:
            session.make_collection(self.collection)

    def library(self) -> iRODSSession:
        """Return a session of the client library, to look with other eyes."""
        return iRODSSession(**json.loads(self.zone.environment_file.read_text()), password=self.zone.password)

    def physical_path(self, path: str) -> Path:
        """Return where in the vault an object lies."""
        with self.library() as session:
            return Path(session.data_objects.get(path).replicas[0].path)

    def stored_bytes(self, path: str) -> bytes:
        return self.physical_path(path).read_bytes()

    def damage(self, path: str, data: bytes) -> None:
        self.physical_path(path).write_bytes(data)

    def avus(self, path: str) -> set[tuple[str, str, str]]:
        with self.library() as session:
            found = session.data_objects.get(path).metadata.items()
            return {(avu.name, avu.value, avu.units or "") for avu in found}

    def acls(self, path: str) -> set[tuple[str, str]]:
        short = {"modify_object": "write", "read_object": "read"}
        with self.library() as session:
            found = session.acls.get(session.data_objects.get(path))
            return {(short.get(one.access_name.replace(" ", "_"), one.access_name), one.user_name) for one in found}

    def owner(self, path: str) -> str:
        with self.library() as session:
            return str(session.data_objects.get(path).owner_name)

    def another_user(self) -> str:
        name = f"user{self.number}"
        with self.library() as session:
            session.users.create(name, "rodsuser")
            session.acls.set(iRODSAccess("own", self.collection, name))
        return name

    def file_on_resource(self, name: str, data: bytes) -> str:
        folder = self.zone.home / "landing"
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.number}-{name}"
        path.write_bytes(data)
        return str(path)

    def resource(self, name: str) -> str:
        name = f"{name}-{self.number}"
        with self.library() as session:
            session.resources.create(name, "unixfilesystem", self.zone.host, str(self.zone.home / f"vault-{name}"))
        return name

    def hierarchy(self) -> tuple[str, str, str]:
        """Make two leaves, so that nobody takes the root for a place where files lie."""
        top, middle = f"top-{self.number}", f"middle-{self.number}"
        low, beside = self.resource("low"), self.resource("beside")
        with self.library() as session:
            for name in (top, middle):
                session.resources.create(name, "random")
            session.resources.add_child(top, middle)
            for name in (low, beside):
                session.resources.add_child(middle, name)
        return top, middle, low
