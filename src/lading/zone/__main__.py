"""Run a zone in the foreground: `python -m lading.zone --home DIR`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import ssl
import sys
from pathlib import Path

from lading.zone import options as zone_options
from lading.zone.home import write_private
from lading.zone.server import ZoneServer


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m lading.zone", description="Run a development zone on loopback.")
    parser.add_argument("--home", type=Path, required=True, help="folder of the zone; made if it is not there")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; default: that of the last run, or any")
    parser.add_argument("--port-file", type=Path, help="write the port here once it listens")
    parser.add_argument("--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    zone_options.add_to(parser)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.umask(0o077)
    # blocked before any thread starts and waited for below: no handler runs, so none can meet a lock that it needs
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    try:
        server = ZoneServer(options.home, settings=zone_options.settings_of(options), port=options.port)
    except (ValueError, ssl.SSLError) as error:
        parser.error(str(error))
    server.start()
    if options.port_file:
        write_private(options.port_file, f"{server.port}\n")
    print(f"development zone {server.settings.zone}: one node, loopback only, not for real data")  # noqa: T201 - what the command says
    print(f"listening on {server.settings.host}:{server.port}", flush=True)  # noqa: T201 - what the command says
    signal.sigwait(endings)
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
