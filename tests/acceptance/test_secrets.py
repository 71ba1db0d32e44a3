"""Secrets, code and names of files are where they belong and nowhere else: logs, messages, manifests, command lines."""

from __future__ import annotations

import base64
import codecs
import json
import re
import socket
import sqlite3
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
import redis

from lading import services
from tests import oracle
from tests.acceptance.conftest import Done, Place, fill, wait_for
from tests.conftest import require_redis

pytestmark = pytest.mark.acceptance

REDIS_PASSWORD = "planted r@dis/wörd%1"
ZONE_PASSWORD = "planted-z0ne:w@rd%2"
WRONG_PASSWORD = "planted-wr0ng:w@rd%3"
DATABASE_PASSWORD = "planted-d@tabase/w:rd%4"
HANDLER_SECRET = "planted handler text"
#: part of the name of each file: paths are in the ledger, and not in Redis
FILE_NAME = "planted-name"

HANDLER = f"""
from lading.ingest import Handler
class Mine(Handler):
    # {HANDLER_SECRET}
    def post_data_object_create(self, event):
        if event.path.endswith("7.dat"):
            raise RuntimeError("refused")
"""


_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"')


def forms(secret: str) -> Iterator[bytes]:
    """Yield the ways in which a secret could be written: as it is, in a URL, in JSON, escaped, in base64 at any offset."""
    raw = secret.encode()
    yield raw
    yield quote(secret, safe="").encode()
    yield quote(secret).encode()
    yield json.dumps(secret)[1:-1].encode()
    yield repr(secret)[1:-1].encode()
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + raw)
        yield whole[4 if offset else 0 :].rstrip(b"=")[: -2 if (offset + len(raw)) % 3 else None]


def found_in(data: bytes, secrets: Sequence[str]) -> list[str]:
    """Return the secrets that the data give away."""
    return [secret for secret in secrets if any(form in data for form in forms(secret))]


@dataclass
class Watching:
    """All that went into Redis, and all command lines, while something ran."""

    commands: list[bytes] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """Start a Redis with a password, and return its address."""
    require_redis()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [services.find_server().path, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert server.stdin is not None
    server.stdin.write(f'port {port}\nbind 127.0.0.1\nsave ""\nrequirepass "{REDIS_PASSWORD}"\n')
    server.stdin.close()
    yield f"redis://:{quote(REDIS_PASSWORD, safe='')}@127.0.0.1:{port}/2"
    server.terminate()
    server.wait(10)


@pytest.fixture
def place(tmp_path: Path, redis_url: str) -> Iterator[Place]:
    """Return a home with a zone of its own, a user whose password is planted there, and everything logged."""
    (tmp_path / "source").mkdir()
    place = Place(tmp_path / "home", tmp_path / "source", "/tempZone/home/planted/there")
    place.settings |= {"LADING_REDIS_URL": redis_url, "LADING_LOG_LEVEL": "debug"}
    up = place.begin("up", "--workers", "0")
    assert up.stderr is not None
    assert any("Ready" in line for line in up.stderr)
    with oracle.session(place.home) as irods:
        irods.users.create("planted", "rodsuser")
        irods.users.modify("planted", "password", ZONE_PASSWORD)
        port = irods.port
    place.settings["LADING_ZONE_URL"] = f"irods://planted:{quote(ZONE_PASSWORD, safe='')}@127.0.0.1:{port}/tempZone"
    yield place
    up.terminate()
    up.communicate(timeout=30)
    for process in place.processes(""):
        process.kill()


def wrong_settings(place: Place) -> list[tuple[str, str]]:
    """Return what refuses a login, and what is not there."""
    zone = place.settings["LADING_ZONE_URL"].replace(quote(ZONE_PASSWORD, safe=""), quote(WRONG_PASSWORD, safe=""))
    return [
        ("LADING_ZONE_URL", zone),
        ("LADING_REDIS_URL", f"redis://:{quote(WRONG_PASSWORD, safe='')}@127.0.0.1:1/0"),
        ("LADING_DATABASE_URL", f"postgresql://lading:{quote(DATABASE_PASSWORD, safe='')}@127.0.0.1:1/lading"),
    ]


@contextmanager
def watched(place: Place) -> Iterator[Watching]:
    """Note every command that Redis gets, and the command line of every process of the place."""
    seen, over = Watching(), threading.Event()
    address = urlsplit(place.settings["LADING_REDIS_URL"])
    monitor = socket.create_connection((str(address.hostname), address.port or 0)).makefile("rwb")
    password = REDIS_PASSWORD.encode()
    monitor.write(b"*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\nMONITOR\r\n" % (len(password), password))
    monitor.flush()
    assert (monitor.readline(), monitor.readline()) == (b"+OK\r\n", b"+OK\r\n")

    def listen() -> None:
        with suppress(OSError, ValueError):
            seen.commands.extend(spoken(line) for line in monitor)

    def look() -> None:
        while not over.wait(0.2):
            for process in place.processes(""):
                with suppress(psutil.Error):
                    seen.lines.add(" ".join(process.cmdline()))

    threads = [threading.Thread(target=listen, daemon=True), threading.Thread(target=look, daemon=True)]
    for thread in threads:
        thread.start()
    yield seen
    over.set()
    threads[1].join()
    time.sleep(0.2)  # what was sent last is told
    assert threads[0].is_alive(), "nobody listened any more"


def spoken(line: bytes) -> bytes:
    """Return a command that Redis tells of, word by word, as it was sent."""
    return b" ".join(codecs.escape_decode(word)[0] for word in _WORD.findall(line))


def everything_in(place: Place) -> dict[str, bytes]:
    """Return what is in Redis, key by key, as it is and as a dump."""
    client = redis.Redis.from_url(place.settings["LADING_REDIS_URL"])
    found: dict[str, bytes] = {}
    for database in range(4):
        client.select(database)
        found |= {f"{database} {key!r}": key + (client.dump(key) or b"") for key in client.scan_iter()}
    return found


def ledger(place: Place) -> dict[str, bytes]:
    """Return each table of the ledger as bytes; what is compressed is opened."""
    found = {}
    with sqlite3.connect(place.home / "ledger.sqlite3", timeout=30) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()
            found[table] = b"\n".join(opened(value) for row in rows for value in row)
    return found


def opened(value: object) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode("utf-8", "surrogateescape")
    with suppress(zlib.error):
        return zlib.decompress(value)
    return value


def files_of(place: Place) -> dict[str, bytes]:
    """Return all logs and manifests."""
    folders = (place.home / "log", place.home / "manifests")
    return {str(file): file.read_bytes() for folder in folders for file in folder.iterdir() if file.is_file()}


def test_every_form_of_a_secret_is_found() -> None:
    """Or the tests below would prove nothing."""
    for form in forms(ZONE_PASSWORD):
        assert found_in(b"some " + form + b" text", [ZONE_PASSWORD]) == [ZONE_PASSWORD]
    for before in ("", "a", "ab", "abc"):
        whole = base64.b64encode(f"{before}{ZONE_PASSWORD} and more".encode())
        assert found_in(whole, [ZONE_PASSWORD]) == [ZONE_PASSWORD], before


def test_secrets_are_nowhere(place: Place, tmp_path: Path) -> None:
    """A run with failures, refused logins and services that are away, everything at level DEBUG; then every place is read."""
    fill(place.source, 60)
    for path in list(place.source.rglob("*.dat")):
        path.rename(path.with_name(f"{FILE_NAME}-{path.name}"))
    (place.source / "broken\udcff").write_bytes(b"x")
    handler = tmp_path / "mine.py"
    handler.write_text(HANDLER)
    said: list[Done] = []
    with watched(place) as seen:
        said += [place.sync("--handler", str(handler), "--events", "--workers", "2")]
        said += [place.run("runs", "--json"), place.run("jobs", "list", "--json"), place.run("doctor")]
        said += [place.run("manifest", "1", "--format", "jsonl"), place.run("manifest", "verify", "1", "--json")]
        for name, value in wrong_settings(place):
            wrong = Place(place.home, place.source, f"{place.collection}-too", place.settings | {name: value})
            # a run waits for a Redis that is away, so nobody waits for the run
            said += [
                wrong.sync("--workers", "0", *["--detach"] * (name == "LADING_REDIS_URL")),
                wrong.run("doctor", "--json"),
            ]
    in_redis = everything_in(place)

    counts = said[0].json["counts"]
    assert counts["created"] > 40, said[0]
    assert counts["failed"] >= 6, said[0]
    assert all(done.code for done in said[6:] if done is not said[8]), [(done.code, done.err) for done in said[6:]]
    secret_key = (place.home / "secret_key").read_text()
    secrets = [REDIS_PASSWORD, ZONE_PASSWORD, WRONG_PASSWORD, DATABASE_PASSWORD, secret_key]
    code = [*secrets, HANDLER_SECRET]
    found = {
        f"printed {number}": found_in((done.out + done.err).encode("utf-8", "replace"), code)
        for number, done in enumerate(said)
    }
    found |= {name: found_in(data, code) for name, data in files_of(place).items()}
    found |= {f"Redis {key}": found_in(data, [*code, FILE_NAME]) for key, data in in_redis.items()}
    found |= {f"command {line}": found_in(line.encode(), code) for line in seen.lines}
    found |= {
        f"to Redis {told!r}": found_in(told, [*code, FILE_NAME])
        for told in seen.commands
        if not told.startswith(b"AUTH")
    }
    # the ledger is where the text of a handler lives; whoever can change it cannot sign it
    found |= {
        table: found_in(data, secrets if table == "ingest_storedhandler" else code)
        for table, data in ledger(place).items()
    }

    assert {where: what for where, what in found.items() if what} == {}
    assert seen.lines
    assert len(seen.commands) > 100
    assert any(b"planted" in data for data in files_of(place).values()), "the user's name is logged: the logs were read"
    assert HANDLER_SECRET.encode() in ledger(place)["ingest_storedhandler"]


def test_messages_carry_ids_only(place: Place) -> None:
    """While a run is carried out: each message is a batch and a version; nothing that Redis gets names a path."""
    fill(place.source, 120, per_folder=10)
    for path in list(place.source.rglob("*.dat")):
        path.rename(path.with_name(f"{FILE_NAME}-{path.name}"))
    with watched(place) as seen:
        assert place.sync("--workers", "2").code == 0
        wait_for(lambda: any(b"orchestration.finish-ingest" in told for told in seen.commands))
    messages = [message for told in seen.commands for message in messages_in(told)]

    batches = {number for (number,) in place.rows("SELECT id FROM orchestration_batch")}
    carried = [message for message in messages if message["headers"]["task"] != "orchestration.summarize"]
    assert {message["headers"]["task"] for message in carried} >= {"filesystem.scan", "filesystem.transfer"}
    for message in carried:
        (batch, version), named, _ = json.loads(base64.b64decode(message["body"]))
        assert (batch in batches, isinstance(version, int), named) == (True, True, {})
        assert message["headers"]["argsrepr"] == f"[{batch}, {version}]"
    for told in seen.commands:
        assert found_in(told, [FILE_NAME, "folder-00", str(place.source), place.collection]) == [], told


def messages_in(command: bytes) -> Iterator[dict[str, Any]]:
    """Yield the task messages that a command puts into a queue."""
    text = command.decode("utf-8", "replace")
    if not text.startswith("LPUSH "):
        return
    with suppress(ValueError):
        yield json.loads(text[text.index("{") :])
