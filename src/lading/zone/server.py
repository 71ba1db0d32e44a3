"""The listener, and one thread per connection."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from lading.zone import api as api_modules
from lading.zone.control import ControlServer
from lading.zone.dispatch import Dispatcher
from lading.zone.faults import Faults
from lading.zone.handshake import context_of, encrypt, read_shared_secret, say_goodbye, shake_hands
from lading.zone.home import ClientFiles, Home
from lading.zone.replicas import ReplicaAccess
from lading.zone.resources import Resources
from lading.zone.state import Zone, ZoneSettings
from lading.zone.wire import ConnectionEndedError, Stream

log = logging.getLogger(__name__)

_BACKLOG = 256
_STOP_SECONDS = 5.0


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
        self._tls = context_of(self.settings.tls) if self.settings.tls is not None else None
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
            with contextlib.suppress(OSError):  # the plain shutdown: the one of TLS would pull it from under its thread
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in connections.values():
            thread.join(_STOP_SECONDS)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.zone.faults.arrivals.came()
            thread = threading.Thread(target=self._serve, args=(connection,), name="zone-agent", daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            stream = Stream(connection)
            agent = shake_hands(stream, self.settings)
            if agent is None:
                return
            if agent.encrypted:
                connection = self._encrypted(connection)
                stream = Stream(connection)
                read_shared_secret(stream)
            Dispatcher(self.zone, agent, stream).run()
            if isinstance(connection, ssl.SSLSocket):
                say_goodbye(connection)
        except (ConnectionEndedError, OSError) as error:
            log.debug("connection ended: %s", error)
        except Exception:
            log.exception("connection failed")
        finally:
            connection.close()
            self.zone.catalog.release()
            with self._lock:
                self._connections.pop(connection, None)

    def _encrypted(self, plain: socket.socket) -> socket.socket:
        """Start TLS; the connection is known by its new socket from then on."""
        assert self._tls is not None
        with self._lock:
            thread = self._connections.pop(plain)
        encrypted = encrypt(plain, self._tls)
        with self._lock:
            self._connections[encrypted] = thread
        return encrypted
