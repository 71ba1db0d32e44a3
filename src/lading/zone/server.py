"""The listener, and one thread per connection."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from lading.zone import api as api_modules
from lading.zone.agent import Agent
from lading.zone.codes import Code
from lading.zone.control import ControlServer
from lading.zone.dispatch import Dispatcher
from lading.zone.faults import Faults
from lading.zone.home import ClientFiles, Home
from lading.zone.pi import Pi, pack
from lading.zone.replicas import ReplicaAccess
from lading.zone.resources import Resources
from lading.zone.state import Zone, ZoneSettings
from lading.zone.wire import ConnectionEndedError, Request, Stream

log = logging.getLogger(__name__)

_BACKLOG = 256
_STOP_SECONDS = 5.0
_REFUSE_ENCRYPTION = pack("CS_NEG_PI", ("status", 1), ("result", "CS_NEG_REFUSE")).encode()


@dataclass(slots=True)
class _Running:
    """What exists only between start and stop."""

    listener: socket.socket
    acceptor: threading.Thread
    control: ControlServer


class ZoneServer:
    """A zone that answers on a loopback port between `start` and `stop`."""

    def __init__(self, home: Path, *, settings: ZoneSettings | None = None, port: int = 0) -> None:
        api_modules.load_all()
        self.home = Home(Path(home).resolve())
        self.settings = settings or ZoneSettings()
        catalog = self.home.prepare(self.settings)
        self.zone = Zone(
            home=self.home.path,
            settings=self.settings,
            catalog=catalog,
            faults=Faults(),
            access=ReplicaAccess(),
            resources=Resources(catalog),
        )
        self._wanted_port = port
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._running: _Running | None = None

    @property
    def port(self) -> int:
        """Return the port that it listens on; 0 before `start`."""
        return self.zone.port

    @property
    def client(self) -> ClientFiles:
        """Return the client files of the administrator."""
        return self.home.client

    def start(self) -> None:
        """Listen; the port of the last run is taken again if it is free and no other was asked for."""
        listener = self._bind()
        self.zone.port = listener.getsockname()[1]
        self.home.remember_port(self.port)
        self.home.write_client_files(self.settings, self.port)
        self.home.write_users(self.zone.catalog, self.settings, self.port)
        acceptor = threading.Thread(target=self._accept, args=(listener,), name="zone-accept", daemon=True)
        control = ControlServer(self.zone.faults, self.home.control)
        self._running = _Running(listener, acceptor, control)
        control.start()
        acceptor.start()

    def _bind(self) -> socket.socket:
        wanted = [self._wanted_port] if self._wanted_port else [self.home.wanted_port(), 0]
        for place, port in enumerate(wanted, 1):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((self.settings.host, port))
            except OSError:
                listener.close()
                if place == len(wanted):
                    raise
            else:
                listener.listen(_BACKLOG)
                return listener
        raise AssertionError

    def stop(self) -> None:
        """Stop listening, end all connections, close the catalogue. Stopping twice is fine."""
        running, self._running = self._running, None
        if running is None:
            return
        self.zone.faults.clear()
        running.control.stop()
        with contextlib.suppress(OSError):
            running.listener.shutdown(socket.SHUT_RDWR)
        running.listener.close()
        running.acceptor.join(_STOP_SECONDS)
        self.drop_connections()
        self.zone.catalog.close()

    def drop_connections(self) -> None:
        """Cut every connection and wait until its thread has cleaned up."""
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            thread.join(_STOP_SECONDS)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(connection,), name="zone-agent", daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                stream = Stream(connection)
                agent = shake_hands(stream, self.settings)
                if agent is not None:
                    Dispatcher(self.zone, agent, stream).run()
        except (ConnectionEndedError, OSError) as error:
            log.debug("connection ended: %s", error)
        except Exception:
            log.exception("connection failed")
        finally:
            self.zone.catalog.release()
            with self._lock:
                self._connections.pop(connection, None)


def shake_hands(stream: Stream, settings: ZoneSettings) -> Agent | None:
    """Read the startup message and answer with the version; None for a heartbeat or what is no client."""
    request = stream.receive()
    if request.type == "HEARTBEAT":
        stream.send_raw(b"HEARTBEAT")
        return None
    if request.type != "RODS_CONNECT":
        return None
    startup = Pi(request.msg.decode("utf-8", "surrogateescape"))
    refused = startup.number("irodsProt") != 1
    if startup.text("option").endswith("request_server_negotiation"):
        stream.send("RODS_CS_NEG_T", 0, _REFUSE_ENCRYPTION)
        refused = refused or not _agreed(stream.receive())
    stream.send("RODS_VERSION", 0, _version(settings, Code.SYS_INVALID_PROTOCOL_TYPE if refused else 0))
    return None if refused else _agent(startup)


def _agreed(request: Request) -> bool:
    return request.type == "RODS_CS_NEG_T" and b"CS_NEG_USE_TCP" in request.msg


def _version(settings: ZoneSettings, status: int) -> bytes:
    return pack(
        "Version_PI",
        ("status", int(status)),
        ("relVersion", settings.release),
        ("apiVersion", settings.api_version),
        ("reconnPort", 0),
        ("reconnAddr", ""),
        ("cookie", 400),
    ).encode()


def _agent(startup: Pi) -> Agent:
    release = startup.text("relVersion").removeprefix("rods")
    return Agent(
        proxy_name=startup.text("proxyUser"),
        proxy_zone=startup.text("proxyRcatZone"),
        client_name=startup.text("clientUser"),
        client_zone=startup.text("clientRcatZone"),
        client_version=tuple(int(part) for part in release.split(".") if part.isdigit()),
        application=startup.text("option"),
    )
