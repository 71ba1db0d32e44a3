"""The console and the API of one holder: a process that serves them."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from lading.base.config import Settings
from lading.services import parts
from lading.services.daemons import Daemon

PREFIX = "web-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """`lading web`, where the holder wants it."""

    settings: Settings
    #: the holder that it belongs to
    holder: str

    @property
    def daemon(self) -> Daemon:
        """Its process."""
        return parts.daemon(self.settings, PREFIX + self.holder)

    @property
    def address(self) -> str:
        """Where it answers, as it said at its start."""
        try:
            return self._address_file.read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def command(self) -> list[str]:
        """Return the command line."""
        self._address_file.unlink(missing_ok=True)  # the one of the last start
        return [sys.executable, "-P", "-m", "lading", "web", "--address-file", str(self._address_file)]

    def is_ready(self) -> bool:
        """Say whether it takes connections."""
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        if not port:
            return False
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=1.0).close()
        except OSError:
            return False
        return True

    @property
    def _address_file(self) -> Path:
        return self.settings.run_folder / f"{PREFIX}{self.holder}.address"
