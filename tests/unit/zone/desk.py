"""A zone without a socket: requests go straight to the dispatcher."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from lading.zone.acl import Level
from lading.zone.agent import Agent
from lading.zone.api.session import identity_of
from lading.zone.catalog import seed
from lading.zone.dispatch import Dispatcher
from lading.zone.registry import Reply
from lading.zone.server import ZoneServer
from lading.zone.wire import ConnectionEndedError, Request, Stream

HOME = "/tempZone/home/rods"
PUT, CREATE, OPEN, CLOSE, WRITE, READ, UNLINK, QUERY, MKDIR, RMDIR = 606, 601, 602, 673, 676, 675, 615, 702, 681, 679
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC = 0, 1, 2, 0o100, 0o1000


class Wires:
    """A stream that is never used: replies are returned, not sent."""

    def makefile(self, mode: str, buffering: int) -> io.BytesIO:
        return io.BytesIO()


@dataclass(frozen=True, slots=True)
class Seat:
    """One connection of one user."""

    dispatcher: Dispatcher

    def ask(self, number: int, msg: str = "", bs: bytes = b"") -> Reply:
        return self.dispatcher.handle(Request(type="RODS_API_REQ", int_info=number, msg=msg.encode(), error=b"", bs=bs))

    def put(self, path: str, data: bytes, **keywords: str) -> int:
        keywords = {"dataIncluded": "", **keywords}
        return self.ask(PUT, data_object(path, keywords, size=len(data)), data).status

    def open(self, path: str, flags: int = O_RDONLY, **keywords: str) -> int:
        return self.ask(OPEN, data_object(path, keywords, flags=flags)).status

    def on_descriptor(self, number: int, descriptor: int, bs: bytes = b"", **keywords: str) -> Reply:
        return self.ask(number, f"<L_PI><l1descInx>{descriptor}</l1descInx><len>1000</len>{pairs(keywords)}</L_PI>", bs)

    def mkdir(self, path: str, **keywords: str) -> int:
        return self.ask(MKDIR, f"<C_PI><collName>{escape(path)}</collName>{pairs(keywords)}</C_PI>").status

    def rows(self, selects: list[int], conditions: Mapping[int, str], size: int = 100) -> list[tuple[str, ...]]:
        """Return the rows of a query, all of its first page."""
        reply = self.ask(QUERY, query(selects, conditions, size))
        if reply.status < 0:
            return []
        columns = re.findall(
            r"<attriInx>([1-9]\d*)</attriInx>\n<reslen>\d+</reslen>\n(.*?)</Sql", str(reply.msg), re.DOTALL
        )
        values = [re.findall(r"<value>(.*?)</value>", text, re.DOTALL) for _, text in columns]
        return [tuple(unescape(value) for value in row) for row in zip(*values, strict=True)]

    def states(self, path: str) -> dict[int, int]:
        """Return the state of each replica, by number."""
        parent, _, name = path.rpartition("/")
        found = self.rows([404, 413], {501: f"= '{parent}'", 403: f"= '{name}'"})
        return {int(number): int(state) for number, state in found}

    def leave(self) -> None:
        """End the connection as the dispatcher does when the client is gone."""
        with contextlib.suppress(ConnectionEndedError):
            self.dispatcher.run()


class Desk:
    """One zone in a folder, and seats at it."""

    def __init__(self, home: Path) -> None:
        self.server = ZoneServer(home)
        self.catalog = self.server.zone.catalog

    def seat(self, name: str = "rods") -> Seat:
        agent = Agent(proxy_name=name, proxy_zone="tempZone", client_name=name, client_zone="tempZone")
        agent.user = identity_of(self.catalog.read(), name, "tempZone")
        return Seat(Dispatcher(self.server.zone, agent, Stream(Wires())))  # type: ignore[arg-type]

    def add_user(self, name: str, kind: str = "rodsuser") -> int:
        """Add a user with a home collection; return the id."""
        with self.catalog.write() as database:
            user_id = seed.add_user(self.catalog, database, name=name, kind=kind, zone="tempZone")
            for folder in ("home", "trash/home"):
                coll = seed.add_collection(
                    self.catalog, database, f"/tempZone/{folder}/{name}", owner=name, owner_zone="tempZone"
                )
                seed.grant(database, coll, user_id, Level.OWN)
        return user_id

    def add_resource(self, name: str, vault: Path | str = "", kind: str = "unixfilesystem", parent: str = "") -> int:
        """Add a resource, under another one if named; return the id."""
        with self.catalog.write() as database:
            resc_id = self.catalog.new_id()
            above = database.execute("SELECT resc_id FROM R_RESC_MAIN WHERE resc_name = ?", (parent,)).fetchone()
            database.execute(
                "INSERT INTO R_RESC_MAIN (resc_id, resc_name, zone_name, resc_type_name, resc_def_path, resc_parent)"
                " VALUES (?, ?, 'tempZone', ?, ?, ?)",
                (resc_id, name, kind, str(vault), str(above[0]) if above else ""),
            )
        return resc_id


def pairs(keywords: Mapping[str, str]) -> str:
    names = "".join(f"<keyWord>{name}</keyWord>" for name in keywords)
    values = "".join(f"<svalue>{escape(value)}</svalue>" for value in keywords.values())
    return f"<KeyValPair_PI><ssLen>{len(keywords)}</ssLen>{names}{values}</KeyValPair_PI>"


def data_object(path: str, keywords: Mapping[str, str], *, size: int = -1, flags: int = 0, operation: int = 0) -> str:
    return (
        f"<DataObjInp_PI><objPath>{escape(path)}</objPath><createMode>384</createMode><openFlags>{flags}</openFlags>"
        f"<offset>0</offset><dataSize>{size}</dataSize><numThreads>0</numThreads><oprType>{operation}</oprType>"
        f"{pairs(keywords)}</DataObjInp_PI>"
    )


def query(selects: list[int], conditions: Mapping[int, str], size: int, cursor: int = 0) -> str:
    numbers = "".join(f"<inx>{number}</inx>" for number in selects) + "<ivalue>1</ivalue>" * len(selects)
    wanted = "".join(f"<inx>{number}</inx>" for number in conditions)
    texts = "".join(f"<svalue>{escape(text)}</svalue>" for text in conditions.values())
    return (
        f"<GenQueryInp_PI><maxRows>{size}</maxRows><continueInx>{cursor}</continueInx><options>0</options>{pairs({})}"
        f"<InxIvalPair_PI><iiLen>{len(selects)}</iiLen>{numbers}</InxIvalPair_PI>"
        f"<InxValPair_PI><isLen>{len(conditions)}</isLen>{wanted}{texts}</InxValPair_PI></GenQueryInp_PI>"
    )


def sha2(data: bytes) -> str:
    return "sha2:" + base64.b64encode(hashlib.sha256(data).digest()).decode()


def envelope(document: object) -> str:
    data = base64.b64encode(json.dumps(document).encode()).decode()
    return f"<BinBytesBuf_PI><buflen>{len(data)}</buflen><buf>{data}</buf></BinBytesBuf_PI>"


def opened(reply: Reply) -> dict[str, object]:
    found = re.search(r"<buf>(.*?)</buf>", str(reply.msg), re.DOTALL)
    assert found is not None
    document: dict[str, object] = json.loads(base64.b64decode(found[1]).rstrip(b"\0"))
    return document
