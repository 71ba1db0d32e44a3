"""Play one recording and show what differs: `python -m tests.contract.zone NAME...`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from lading.zone.faults import Fault
from lading.zone.testing import running_zone
from tests.contract.zone import recordings
from tests.contract.zone.replay import Exchange, Replay, report
from tests.contract.zone.scenes import SCENES, Scene, prepare


def play(name: str, folder: Path, *faults: Fault) -> list[Exchange]:
    """Play a recording to a new zone below `folder`, which suffers `faults` once the scene is set."""
    sandbox = folder / "sandbox"
    (sandbox / "tmp").mkdir(parents=True)
    with running_zone(folder / "zone") as zone:
        replay = Replay(name=name, port=zone.port, vault=folder / "zone" / "vault", sandbox=sandbox)
        prepare(replay, SCENES.get(name, Scene()), zone.password)
        for fault in faults:
            zone.control.inject(fault)
        return replay.play(recordings.read(name))


def main(names: list[str]) -> None:
    """Print the share of each recording and every difference."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            exchanges = play(name, Path(folder))
        for exchange in exchanges:
            if exchange.differences:
                print(f"{name}:{exchange.place} api {exchange.api}: {'; '.join(exchange.differences[:6])[:700]}")
                print(f"    {exchange.request[:400]}")
        print(f"{name}: {report(exchanges)}")


if __name__ == "__main__":
    main(sys.argv[1:])
