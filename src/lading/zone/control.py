"""Reading counters and ordering faults from another process."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lading.zone.faults import Fault, Faults
from lading.zone.home import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = 10.0
_MAX_LINE = 65536


class ControlServer:
    """Answers one JSON line per connection; who cannot read the file with the secret is not heard."""

    def __init__(self, faults: Faults, file: Path) -> None:
        self._faults = faults
        self._file = file
        self._secret = secrets.token_hex(16)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, name="zone-control", daemon=True)

    def start(self) -> None:
        """Write the file that `ZoneControl` reads, and listen."""
        port = self._listener.getsockname()[1]
        write_private(self._file, json.dumps({"port": port, "secret": self._secret}))
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and remove the file."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(_TIMEOUT)
        self._file.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError), connection:
                connection.settimeout(_TIMEOUT)
                with connection.makefile("rwb") as file:
                    answer = self._answer(json.loads(file.readline(_MAX_LINE)))
                    file.write(json.dumps(answer).encode() + b"\n")

    def _answer(self, order: dict[str, Any]) -> dict[str, Any]:
        if not hmac.compare_digest(str(order["secret"]), self._secret):
            return {"error": "wrong secret"}
        match order["do"]:
            case "counters":
                return {"counters": self._faults.counters()}
            case "reset_counters":
                self._faults.reset_counters()
                self._faults.arrivals.reset()
            case "arrivals":
                return {"arrivals": self._faults.arrivals.counts()}
            case "inject":
                self._faults.inject(Fault.from_document(order["fault"]))
            case "clear":
                self._faults.clear()
            case unknown:
                return {"error": f"unknown order {unknown}"}
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Connections that came, and logins by how they ended."""

    connections: int = 0
    accepted: int = 0
    refused: int = 0


class ZoneControl:
    """The counters and faults of a running zone, from any process that may read its home."""

    def __init__(self, home: Path) -> None:
        self._file = Path(home) / "control.json"

    def counters(self) -> Mapping[int, int]:
        """Return the number of requests per API number since the start or the last reset."""
        return {int(number): count for number, count in self._ask("counters")["counters"].items()}

    def arrivals(self) -> Arrived:
        """Return how many connections and logins there were since the start or the last reset."""
        return Arrived(**self._ask("arrivals")["arrivals"])

    def reset_counters(self) -> None:
        """Start counting at 0."""
        self._ask("reset_counters")

    def inject(self, fault: Fault) -> None:
        """Order a fault."""
        self._ask("inject", fault=fault.as_document())

    def clear(self) -> None:
        """Forget all faults."""
        self._ask("clear")

    def _ask(self, what: str, **more: object) -> dict[str, Any]:
        """Send one order; raises OSError where no zone runs, RuntimeError where it refuses."""
        access = json.loads(self._file.read_text("utf-8"))
        with (
            socket.create_connection(("127.0.0.1", access["port"]), timeout=_TIMEOUT) as connection,
            connection.makefile("rwb") as file,
        ):
            file.write(json.dumps({"do": what, "secret": access["secret"], **more}).encode() + b"\n")
            file.flush()
            answer: dict[str, Any] = json.loads(file.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer
