"""The files of `small` through a proxy that adds 20 ms to every round trip to the zone, with more connections."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.chaos.proxy import Proxy
from tests.chaos.weather import Weather

from benchmarks import trees
from benchmarks.place import Place, place
from benchmarks.rows import Row, at_least
from benchmarks.small import FILES, PER_FOLDER, SIZE

#: seconds each way
DELAY = 0.010

#: what a person sets for a zone that is far away
MORE_CONNECTIONS = {"LADING_TRANSFER__CONNECTIONS": "64", "LADING_TRANSFER__CONNECTIONS_PER_BATCH": "16"}


def latency(folder: Path, scale: float) -> Iterator[Row]:
    """Measure the rate near and far in one home, one after the other."""
    files = max(int(FILES * scale), PER_FOLDER)
    with place(folder) as home:
        source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
        with home.workers():
            near = home.sync(source, "near")
        with far_away(home, DELAY) as far_home, far_home.workers():
            far = far_home.sync(source, "far")
    yield Row(name="new files, near", measured=files / near.seconds, unit="files/s")
    yield Row(name="new files, 20 ms away", measured=files / far.seconds, unit="files/s")
    yield Row(name="rate far of near", measured=100 * near.seconds / far.seconds, unit="%", bound=at_least(60))


@contextmanager
def far_away(home: Place, seconds: float) -> Iterator[Place]:
    """Yield the same home seen through a proxy, with a zone profile that leads there."""
    files = home.home / "zone"
    profile = json.loads((files / "irods_environment.json").read_text())
    with Proxy(int(profile["irods_port"])) as proxy:
        proxy.weather = Weather(delay=seconds)
        far = home.folder / "far"
        far.mkdir()
        (far / "irods_environment.json").write_text(json.dumps(profile | {"irods_port": proxy.port}))
        shutil.copy2(files / ".irodsA", far / ".irodsA")
        own = {
            "LADING_ZONE": str(far / "irods_environment.json"),
            "LADING_ZONE_AUTHENTICATION": str(far / ".irodsA"),
        }
        yield replace(home, settings=home.settings | own | MORE_CONNECTIONS)
