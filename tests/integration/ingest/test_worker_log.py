"""What a real worker writes while it carries a run."""

from __future__ import annotations

import json
import time
from pathlib import Path

from lading.base.config import Settings
from lading.orchestration import enqueue
from lading.orchestration.models import ENDED, Batch, Run
from tests.carrying import begun, definition_for, write
from tests.conftest import StartWorker

HANDLER = """
from lading.ingest import Handler

class Loud(Handler):
    def pre_data_object_create(self, event):
        raise ValueError("not\\nthis one")
"""


def test_every_line_about_work_says_of_which_run_and_batch(
    shared_ledger: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    """Also what is logged by threads of the engine, tracebacks in one line, and the end of each batch."""
    source = tmp_path / "source"
    source.mkdir()
    write(source, "a", "d/b")
    handler = tmp_path / "loud.py"
    handler.write_text(HANDLER)
    run = begun(definition_for(source, handler=str(handler)))
    worker = start_worker(LADING_LOG_FORMAT="json")
    ends = time.monotonic() + 60
    while not Run.objects.filter(pk=run.pk, state__in=ENDED).exists():
        assert time.monotonic() < ends
        enqueue.pump()
        time.sleep(0.2)
    worker.terminate()
    worker.wait(30)
    log = (tmp_path / "worker-0.log").read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    ended = {line["batch"] for line in lines if "put down after" in line["message"]}

    assert set(Batch.objects.filter(run=run).values_list("pk", flat=True)) == ended
    assert {run.pk} == {line["run"] for line in lines if "batch" in line}
    (raised, *_) = [line for line in lines if "not\nthis one" in line.get("error", "")]
    assert {"run", "batch"} <= raised.keys()
    assert "Traceback" in raised["error"]
    assert " received" not in log
