"""Run a zone in the foreground: `python -m lading.zone --home DIR`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from lading.zone.home import write_private
from lading.zone.server import ZoneServer


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m lading.zone", description="Run a development zone on loopback.")
    parser.add_argument("--home", type=Path, required=True, help="folder of the zone; made if it is not there")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; default: that of the last run, or any")
    parser.add_argument("--port-file", type=Path, help="write the port here once it listens")
    parser.add_argument("--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    options = parser.parse_args(arguments)
    logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.umask(0o077)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    server = ZoneServer(options.home, port=options.port)
    server.start()
    if options.port_file:
        write_private(options.port_file, f"{server.port}\n")
    print(f"development zone {server.settings.zone}: one node, loopback only, not for real data")
    print(f"listening on {server.settings.host}:{server.port}", flush=True)
    stop.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
