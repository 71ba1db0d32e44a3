"""A folder is watched by commands as a person starts them, with real workers."""

from __future__ import annotations

import json
import os
import signal

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, fill, wait_for
from tests.receiving import webhook

pytestmark = pytest.mark.acceptance

#: a tenth of what was promised
FILES, FOLDERS = 2_000, 20


def is_there(place: Place) -> bool:
    """Say whether everything at the source is in the zone, byte for byte."""
    there = oracle.zone_tree(place.home, place.collection)
    good = {path: seen.vault_checksum for path, seen in there.items() if seen.state == oracle.GOOD}
    return oracle.source_tree(place.source) == good


def is_held_by(place: Place, pid: int) -> bool:
    """Say whether a process watches; `lading up`, which may have been first, is taken the lease away."""
    (holder, run), *_ = place.rows("SELECT holder, run_id FROM ingest_watch") or [("", None)]
    if holder and f":{pid}:" not in holder:
        place.rows("UPDATE ingest_watch SET holder = '', lease_until = 0, run_id = NULL")
    return f":{pid}:" in holder and run is not None


def test_case_50_no_file_of_many_new_folders_is_missed_although_the_watcher_is_killed(place: Place) -> None:
    """2,000 files in 20 folders while it watches, and as many while it is dead: another one takes over and finds them."""
    with webhook() as hook:
        job = place.home.with_name("landing.toml")
        job.write_text(
            f'name = "landing"\nsource = "{place.source}"\ndestination = "{place.collection}"\nwatch = true\n'
            f'quiet = "300ms"\n[[notify]]\nwhen = "change"\nwebhook = "{hook.url}"\n'
        )
        worker = place.work(slots=2)
        watching = place.serve("watch", "--job-file", str(job), "--workers", "0", log="watch.log")
        wait_for(lambda: is_held_by(place, watching.pid))
        fill(place.source, FILES, per_folder=FILES // FOLDERS)
        wait_for(lambda: is_there(place), 90)
        (holder,) = place.rows("SELECT holder FROM ingest_watch")[0]
        os.killpg(watching.pid, signal.SIGKILL)
        watching.wait()
        for folder in range(FOLDERS):
            late = place.source / "late" / f"{folder:02}"
            late.mkdir(parents=True)
            for number in range(FILES // FOLDERS):
                (late / f"{number:03}").write_text(f"late {folder} {number}")
        # `lading up` watches whatever is to be watched and is not
        wait_for(lambda: is_there(place), 90)
        (taken,) = place.rows("SELECT holder FROM ingest_watch")[0]
        assert taken not in {"", holder}
        wait_for(lambda: sum(json.loads(post.body)["counts"]["created"] for post in hook.posts) == 2 * FILES)
        worker.terminate()
        worker.wait(30)
    runs = place.rows("SELECT id, state FROM orchestration_run WHERE kind = 'ingest'")
    assert {"done"} == {state for _, state in runs}
    assert len(runs) < FOLDERS, "a run for a burst, not for a file or folder"
    assert ["landing"] == [row[0] for row in place.rows("SELECT name FROM orchestration_schedule")]
