"""A sync of 50,000 files while workers, Redis, zone and supervisor are killed by -9 at ten random moments."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.acceptance.conftest import Place
from tests.soak.survival import survive

from benchmarks import trees
from benchmarks.rows import Row, at_least, at_most

FILES = 50_000
PER_FOLDER = 50
SIZE = 4 * trees.KIB
KILLS = 10
#: seconds after which it has not ended
LIMIT = 3_600

#: durations as in earnest
REAL = {"LADING_TIME_SCALE": "1"}


def survival(folder: Path, scale: float) -> Iterator[Row]:
    """Measure how long it takes, and let the oracle look."""
    files, kills = max(int(FILES * scale), PER_FOLDER), max(round(KILLS * min(1.0, scale * 10)), 1)
    seed = random.SystemRandom().randrange(1 << 16)
    folder.mkdir(parents=True)
    source = trees.fill(folder / "source", files, per_folder=PER_FOLDER, size=SIZE)
    settings = REAL | {"LADING_TRANSFER__BATCH_FILES": str(min(max(files // 40, 10), 250))}
    survived = survive(
        Place(folder / "home", source, settings=settings), files=files, kills=kills, seed=seed, limit=LIMIT
    )
    said = f"seed {seed}: {survived.state} after {survived.seconds:.0f} s, killed with {survived.at} files there"
    print("\n".join([f"  {said}", *survived.broken[:20]]), file=sys.stderr)
    yield Row(name="kills of everything", measured=survived.kills, unit="", bound=at_least(kills))
    yield Row(name="runs that ended well", measured=float(survived.state == "done"), unit="", bound=at_least(1))
    yield Row(name="promises broken", measured=len(survived.broken), unit="", bound=at_most(0))
    yield Row(name="files", measured=files / survived.seconds, unit="files/s")
