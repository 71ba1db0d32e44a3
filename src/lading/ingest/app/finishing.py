"""The last batch of a run: its manifest, written to a file that survives the ledger's clean-up."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lading.base import config
from lading.base.paths import shown
from lading.ingest.app import bundle_places, doubting, manifests, run_options, synctimes
from lading.orchestration import results
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter


def finish_batch(held: Claim, _meter: Meter) -> Ending:
    """Write the manifest of the run, and tidy up; a second time does the same."""
    path = manifests.path_of(config.current().home, held.run_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _write(path, (json.dumps(value, ensure_ascii=False) for value in _values(held)))
    return Ending(counts=Counter(requests=bundle_places.tidy(held)), also=lambda _batch: _forget(held))


def _forget(held: Claim) -> None:
    """Forget what only this run needed, and what it has settled."""
    doubting.settle(held)
    if held.job_id is not None and run_options.of_run(held.options).sync_times:
        synctimes.forget(held.job_id)


def _values(held: Claim) -> Iterator[dict[str, Any]]:
    """Yield the run, a line for each path with an outcome, and a line for each unchanged range."""
    yield {"manifest": 1, "run": held.run_id, "totals": results.summary(held.run_id)["counts"], "options": held.options}
    for line in manifests.outcome_lines(held.run_id):
        held.lease.check()
        yield line.as_dict()
    for part in manifests.unchanged_ranges(held.run_id):
        yield {
            "folder": shown(part.folder),
            "outcome": "unchanged",
            "count": part.count,
            "fingerprint": part.fingerprint.hex(),
            "names": [shown(name) for name in part.names],
        }


def _write(path: Path, lines: Iterator[str]) -> None:
    """Write all lines or nothing: the file appears whole."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("w", encoding="utf-8", errors="surrogatepass") as file:
        for line in lines:
            file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(0o600)
    partial.replace(path)
