"""What each recording presupposes: users, resources, collections, files and objects that were there before."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.contract.zone.client import Person
from tests.contract.zone.replay import Replay

#: the administrator's password when the recordings were made
ADMIN_PASSWORD = "rods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was there before a recording began."""

    users: tuple[tuple[str, str, str], ...] = ()  #: name, type, password
    resources: tuple[tuple[str, str, str], ...] = ()  #: name, type, host:path
    collections: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    files: tuple[tuple[str, int], ...] = ()  #: path in the recording, size
    tars: tuple[tuple[str, tuple[str, ...]], ...] = ()  #: tar files that the recording cut -> files of 64 bytes in them


#: a user whom earlier work had left behind
NONADMIN = ("nonadmin", "rodsuser", "unknown")

SCENES: dict[str, Scene] = {
    "one_call_put": Scene(users=(("alice", "rodsuser", "alicepass"),)),
    "register_630": Scene(
        resources=(("regResc", "unixfilesystem", "localhost:/var/lib/irods/regVault"),),
        collections=("/tempZone/home/rods/reglab_630",),
        files=tuple((f"/data/landing/reglab/f{number}", 1024) for number in range(20)),
    ),
    "bulk_register_688": Scene(
        resources=(("regResc", "unixfilesystem", "localhost:/var/lib/irods/regVault"),),
        collections=("/tempZone/home/rods/reglab_688",),
        files=tuple((f"/data/landing/reglab/f{number}", 1024) for number in range(100)),
    ),
    "tar_665": Scene(
        collections=("/tempZone/home/rods/tarlab", "/tempZone/home/rods/tarlab_tmp"),
        tars=tuple(
            (f"/tempZone/home/rods/tarlab_tmp/t0_{first}.tar", tuple(f"f0_{first + number}" for number in range(10)))
            for first in (0, 10)
        ),
    ),
    "prc_access": Scene(
        users=(NONADMIN,),
        collections=("/tempZone/home/rods/test_dir",),
        objects=("/tempZone/home/rods/test_dir/left1", "/tempZone/home/rods/test_dir/left2"),
    ),
    "prc_user_group": Scene(users=(NONADMIN,)),
    "prc_admin": Scene(
        resources=(
            ("comp_resc", "compound", "EMPTY_RESC_HOST:EMPTY_RESC_PATH"),
            ("temporary_test_resource", "unixfilesystem", "localhost:/tmp/temporary_test_resource"),
        )
    ),
}


def tar_of(names: tuple[str, ...]) -> bytes:
    """Return a tar file with a file of 64 bytes for each name."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 64
            tar.addfile(member, io.BytesIO(b"x" * 64))
    return packed.getvalue()


def prepare(replay: Replay, scene: Scene, password: str) -> None:
    """Make the zone look as it did when the recording began; `password` is the administrator's now."""
    admin = Person(replay.port, "rods", password)
    replay.streams.update({path: tar_of(names) for path, names in scene.tars})
    for name, kind, secret in scene.users:
        admin.act("add", "user", name, kind)
        admin.give_password(name, secret)
        replay.passwords[name].append((secret, secret))
    for name, kind, place in scene.resources:
        host, _, path = place.partition(":")
        admin.act("add", "resource", name, kind, f"{host}:{replay.to_zone(path)}")
    for path in scene.collections:
        admin.make_collection(path)
    for path in scene.objects:
        admin.put_empty(path)
    for path, size in scene.files:
        file = Path(replay.to_zone(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
    admin.act("modify", "resource", "demoResc", "host", "localhost")
    admin.give_password("rods", ADMIN_PASSWORD)
    replay.passwords["rods"].append((ADMIN_PASSWORD, ADMIN_PASSWORD))
    admin.leave()
