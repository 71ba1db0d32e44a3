"""A zone that listens: faults on the wire, life and death of its process."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from irods import password_obfuscation

from lading.zone.codes import Code
from lading.zone.faults import Fault, FaultKind
from lading.zone.state import ZoneSettings
from lading.zone.testing import RunningZone, running_zone, zone_process
from tests.contract.zone.client import AUTHENTICATION, REQUEST, Line, Message, digest, envelope, open_envelope, startup
from tests.unit.zone.desk import CLOSE, CREATE, HOME, MKDIR, PUT, QUERY, WRITE, data_object, pairs, query, sha2

pytestmark = pytest.mark.services

FILE = f"{HOME}/file"


@dataclass(frozen=True, slots=True)
class Guest:
    """A logged-in connection."""

    line: Line

    def ask(self, number: int, msg: str, bs: bytes = b"") -> Message:
        self.line.send(REQUEST, number, msg, bs)
        return self.line.receive()

    def put(self, path: str, data: bytes, **keywords: str) -> int:
        extras = {"dataIncluded": "", "verifyChksum": sha2(data), **keywords}
        return self.ask(PUT, data_object(path, extras, size=len(data)), data).status


@contextlib.contextmanager
def guest(zone: RunningZone) -> Iterator[Guest]:
    """Log in as the administrator."""
    line = Line(zone.port)
    with contextlib.closing(line):
        line.send("RODS_CONNECT", 0, startup("rods"))
        line.receive()
        line.send(REQUEST, AUTHENTICATION, envelope('{"scheme":"native","next_operation":"auth_agent_auth_request"}'))
        challenge = open_envelope(line.receive().msg).partition('"request_result":"')[2][:64]
        answer = f'{{"next_operation":"auth_agent_auth_response","digest":"{digest(challenge, zone.password)}"}}'
        line.send(REQUEST, AUTHENTICATION, envelope(answer))
        assert 0 == line.receive().status
        yield Guest(line)


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningZone]:
    with running_zone() as zone:
        yield zone


@pytest.fixture
def zone(shared: RunningZone) -> Iterator[RunningZone]:
    """Return a zone without faults whose counters stand at 0."""
    shared.control.clear()
    shared.control.reset_counters()
    yield shared
    shared.control.clear()


def test_a_zone_is_up_in_less_than_a_second() -> None:
    """Fresh home included."""
    started = time.monotonic()
    with running_zone():
        assert time.monotonic() - started < 1


def test_requests_are_counted_after_the_login_over_all_connections(zone: RunningZone) -> None:
    """Logins are not counted."""
    for number in range(2):
        with guest(zone) as client:
            client.put(f"{HOME}/counted{number}", b"x")

    assert {PUT: 2} == zone.control.counters()


def test_an_ordered_error_is_answered_once(zone: RunningZone) -> None:
    """And nothing is done."""
    zone.control.inject(Fault(kind=FaultKind.ERROR, api=PUT, code=-154000))

    with guest(zone) as client:
        assert -154000 == client.put(f"{HOME}/refused", b"x")
        assert 0 == client.put(f"{HOME}/refused", b"x")


def test_a_drop_before_does_nothing_and_a_drop_after_has_done_it(zone: RunningZone) -> None:
    """The client cannot tell them apart."""
    for kind, there in ((FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)):
        zone.control.inject(Fault(kind=kind, api=PUT))
        with guest(zone) as client, pytest.raises(ConnectionError):
            client.put(f"{HOME}/{kind.value}", b"x")
        with guest(zone) as client:
            found = client.ask(QUERY, query([403], {403: f"= '{kind.value}'"}, 10))
            assert there == (found.status == 0)


def test_a_stall_says_nothing_until_it_ends(zone: RunningZone) -> None:
    """Then the connection is closed."""
    zone.control.inject(Fault(kind=FaultKind.STALL, api=PUT, seconds=0.3))

    with guest(zone) as client:
        started = time.monotonic()
        with pytest.raises(ConnectionError):
            client.put(f"{HOME}/stalled", b"x")
        assert time.monotonic() - started >= 0.3


def test_a_delay_only_takes_time(zone: RunningZone) -> None:
    """For every call, if no API is named."""
    zone.control.inject(Fault(kind=FaultKind.DELAY, seconds=0.1, times=None))

    with guest(zone) as client:
        started = time.monotonic()
        assert 0 == client.put(f"{HOME}/late", b"x")
        assert time.monotonic() - started >= 0.1


def test_an_api_that_is_not_there_is_said_to_be_unknown(zone: RunningZone) -> None:
    """Never success."""
    with guest(zone) as client:
        assert Code.SYS_UNMATCHED_API_NUM == client.ask(999_999, "").status


def test_a_heartbeat_is_answered_without_a_login(zone: RunningZone) -> None:
    """The raw word comes back."""
    with socket.create_connection(("127.0.0.1", zone.port), timeout=5) as probe:
        message = b"<MsgHeader_PI><type>HEARTBEAT</type></MsgHeader_PI>"
        probe.sendall(len(message).to_bytes(4, "big") + message)
        assert b"HEARTBEAT" == probe.recv(100)


def test_several_requests_may_be_sent_before_the_first_answer_is_read(zone: RunningZone) -> None:
    """Answers come in order."""
    with guest(zone) as client:
        for number in range(20):
            keywords = {"dataIncluded": ""}
            client.line.send(REQUEST, PUT, data_object(f"{HOME}/window{number}", keywords), b"x")
        assert [0] * 20 == [client.line.receive().status for _ in range(20)]


def test_it_listens_on_loopback_only(zone: RunningZone) -> None:
    """The address says so."""
    assert zone.server is not None
    assert "127.0.0.1" == zone.host
    addresses = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    assert f"0100007F:{zone.port:04X}" in addresses
    assert f"00000000:{zone.port:04X}" not in addresses


def test_answered_puts_survive_the_death_of_the_process(tmp_path: Path) -> None:
    """
    Killed in the middle of an open write: all answered files are good and whole, the open one stays intermediate.

    The next process takes the same port.
    """
    home = tmp_path / "zone"
    with zone_process(home) as first, guest(first) as client:
        client.ask(MKDIR, f"<C_PI><collName>{HOME}/kept</collName>{pairs({})}</C_PI>")
        for number in range(50):
            assert 0 == client.put(f"{HOME}/kept/f{number:02}", b"content %d" % number)
        descriptor = client.ask(CREATE, data_object(f"{HOME}/half", {})).status
        client.ask(WRITE, f"<L_PI><l1descInx>{descriptor}</l1descInx></L_PI>", b"half")
        assert first.process is not None
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
    with zone_process(home) as second:
        assert first.port == second.port
        with guest(second) as client:
            listed = client.ask(QUERY, query([403, 413, 407], {501: f"= '{HOME}/kept'"}, 100)).msg
            assert 50 == listed.count("<value>f")
            assert 50 == listed.count("<value>1</value>")
            assert "<value>2</value>" in client.ask(QUERY, query([413], {403: "= 'half'"}, 10)).msg
            assert Code.INTERMEDIATE_REPLICA_ACCESS == client.put(f"{HOME}/half", b"x", forceFlag="")
    for number in range(50):
        assert b"content %d" % number == (home / "vault/home/rods/kept" / f"f{number:02}").read_bytes()


def test_a_stopped_zone_ends_in_order(tmp_path: Path) -> None:
    """SIGTERM is a clean stop, also with clients connected."""
    with zone_process(tmp_path / "zone") as running, guest(running) as client:
        descriptor = client.ask(CREATE, data_object(FILE, {})).status
        assert descriptor > 0
        assert running.process is not None
        running.process.terminate()
        assert 0 == running.process.wait(10)
    with zone_process(tmp_path / "zone") as again, guest(again) as client:
        assert "<value>0</value>" in client.ask(QUERY, query([413], {403: "= 'file'"}, 10)).msg


def test_a_file_of_many_megabytes_goes_through_open_write_close(zone: RunningZone) -> None:
    """In pieces larger than any buffer."""
    piece = os.urandom(1024 * 1024) * 5
    with guest(zone) as client:
        descriptor = client.ask(CREATE, data_object(f"{HOME}/large", {"regChksum": ""})).status
        for _ in range(3):
            assert len(piece) == client.ask(WRITE, f"<L_PI><l1descInx>{descriptor}</l1descInx></L_PI>", piece).status
        assert 0 == client.ask(CLOSE, f"<L_PI><l1descInx>{descriptor}</l1descInx></L_PI>").status
        found = client.ask(QUERY, query([407, 415], {403: "= 'large'"}, 10)).msg

    assert f"<value>{3 * len(piece)}</value>" in found
    assert f"<value>{sha2(piece * 3)}</value>" in found


@pytest.mark.parametrize("run", [running_zone, zone_process])
def test_an_ordinary_user_comes_with_a_home_and_client_files(run: Callable[..., object], tmp_path: Path) -> None:
    """In either kind of zone; the password stays the same from one run to the next."""
    settings = ZoneSettings(users=("alice",))
    passwords = set()
    for _ in range(2):
        with run(tmp_path / "zone", settings=settings) as zone:  # type: ignore[attr-defined]
            variables = zone.environment_of("alice")
            document = json.loads(Path(variables["IRODS_ENVIRONMENT_FILE"]).read_text("utf-8"))
            assert ("alice", zone.port) == (document["irods_user_name"], document["irods_port"])
            obfuscated = Path(variables["IRODS_AUTHENTICATION_FILE"]).read_text("utf-8").rstrip("\0")
            passwords.add(password_obfuscation.decode(obfuscated, os.getuid()))
            with guest(zone) as client:
                assert 0 == client.ask(QUERY, query([501], {501: "= '/tempZone/home/alice'"}, 1)).status
    assert 1 == len(passwords)


def test_checksums_follow_the_scheme_of_the_zone() -> None:
    """MD5 is written in hex without a prefix."""
    with running_zone(settings=ZoneSettings(hash_scheme="md5")) as zone, guest(zone) as client:
        extras = {"dataIncluded": "", "regChksum": ""}
        assert 0 == client.ask(PUT, data_object(FILE, extras, size=1), b"x").status
        found = client.ask(QUERY, query([415], {403: "= 'file'"}, 1)).msg

    assert f"<value>{hashlib.md5(b'x').hexdigest()}</value>" in found
