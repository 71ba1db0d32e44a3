"""What each recording presupposes: users, resources, collections, files and objects that were there before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.contract.zone import client
from tests.contract.zone.client import Line
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
    "tar_665": Scene(collections=("/tempZone/home/rods/tarlab", "/tempZone/home/rods/tarlab_tmp")),
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


class Administrator:
    """Sets a scene over a connection of its own."""

    def __init__(self, replay: Replay, password: str) -> None:
        self._replay = replay
        self._line = Line(replay.port)
        self._line.send("RODS_CONNECT", 0, client.startup("rods"))
        self._line.receive()
        request = {"scheme": "native", "user_name": "rods", "zone_name": "tempZone"}
        self._password = password
        self._challenge = self._step({**request, "next_operation": "auth_agent_auth_request"})
        answer = {"request_result": self._challenge, "digest": client.digest(self._challenge, password)}
        self._step({**request, **answer, "next_operation": "auth_agent_auth_response"})

    def _step(self, document: dict[str, str]) -> str:
        self._line.send(client.REQUEST, client.AUTHENTICATION, client.envelope(json.dumps(document)))
        reply = self._line.receive()
        assert reply.status == 0, f"the administrator could not log in: {reply.status}"
        return str(json.loads(client.open_envelope(reply.msg))["request_result"])

    def ask(self, number: int, msg: str) -> None:
        """Send a request that has to succeed."""
        self._line.send(client.REQUEST, number, msg)
        reply = self._line.receive()
        assert reply.status >= 0, f"{msg}: {reply.status}"

    def act(self, *arguments: str) -> None:
        """Do one act of administration."""
        padded = (*arguments, *[""] * (10 - len(arguments)))
        inner = "".join(f"<arg{place}>{client.escape(text)}</arg{place}>" for place, text in enumerate(padded))
        self.ask(701, f"<generalAdminInp_PI>{inner}</generalAdminInp_PI>")

    def give_password(self, user: str, password: str) -> None:
        hidden = client.hide_password(password, self._password, client.signature(self._challenge))
        self.act("modify", "user", user, "password", hidden)
        self._replay.passwords[user].append((password, password))

    def make_collection(self, path: str) -> None:
        rest = "<flags>0</flags><oprType>0</oprType><KeyValPair_PI><ssLen>0</ssLen></KeyValPair_PI>"
        self.ask(681, f"<CollInpNew_PI><collName>{path}</collName>{rest}</CollInpNew_PI>")

    def put_empty(self, path: str) -> None:
        numbers = "".join(
            f"<{tag}>0</{tag}>" for tag in ("createMode", "openFlags", "offset", "dataSize", "numThreads")
        )
        pairs = "<ssLen>1</ssLen><keyWord>dataIncluded</keyWord><svalue></svalue>"
        inner = f"<objPath>{path}</objPath>{numbers}<oprType>1</oprType><KeyValPair_PI>{pairs}</KeyValPair_PI>"
        self.ask(606, f"<DataObjInp_PI>{inner}</DataObjInp_PI>")

    def leave(self) -> None:
        self._line.send("RODS_DISCONNECT", 0)
        self._line.close()


def prepare(replay: Replay, scene: Scene, password: str) -> None:
    """Make the zone look as it did when the recording began; `password` is the administrator's now."""
    admin = Administrator(replay, password)
    for name, kind, secret in scene.users:
        admin.act("add", "user", name, kind)
        admin.give_password(name, secret)
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
    admin.leave()
