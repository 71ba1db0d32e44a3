"""The embedded zone: started here, written elsewhere, spoken to over the iRODS protocol only."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from lading.base.config import Settings
from lading.services import parts
from lading.services.daemons import Daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The embedded zone of a home, on a port of 127.0.0.1."""

    settings: Settings

    @property
    def daemon(self) -> Daemon:
        """Its process."""
        return parts.daemon(self.settings, "zone")

    @property
    def address(self) -> str:
        """Host and port, as the zone said them at its last start."""
        port = self._port()
        return f"127.0.0.1:{port}" if port else ""

    def command(self) -> list[str]:
        """Return the command line."""
        self._port_file.unlink(missing_ok=True)  # the one of the last start
        self.settings.zone_home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home, port_file = str(self.settings.zone_home), str(self._port_file)
        return [sys.executable, "-P", "-m", "lading.zone", "--home", home, "--port-file", port_file]

    def is_ready(self) -> bool:
        """Say whether it takes connections."""
        port = self._port()
        if not port:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            return False
        return True

    @property
    def _port_file(self) -> Path:
        return self.settings.run_folder / "zone.port"

    def _port(self) -> int:
        try:
            return int(self._port_file.read_text(encoding="ascii") or 0)
        except (OSError, ValueError):
            return 0
