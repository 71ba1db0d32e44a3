"""Handlers in runs on real workers: how their code gets there, and that it runs when it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import HandlerRefused, UsageError
from lading.ingest.app import handler_store, job_hooks, jobs, kinds
from lading.ingest.app.models import OwedHook, StoredHandler
from lading.ingest.engine.character_map import CharacterMap
from lading.orchestration import enqueue
from lading.orchestration.ledger import control
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Run, RunState
from tests import oracle
from tests.conftest import StartWorker
from tests.integration.ingest.handling import NOTING, Place, codes, ended, sync, wait_for

pytestmark = pytest.mark.services


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write()
    return found


def test_a_handler_runs_on_workers_and_the_run_says_how_often(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """`pre_job` before anything, `post_job` after everything, once each; each object its hook."""
    start_worker(slots=2)
    place.fill("a", "b", "c")
    run = sync(place)

    assert ["pre_job", "", run.pk, ""] == place.noted()[0]
    assert ["post_job", "", run.pk, "done"] == place.noted()[-1]
    assert {"a", "b", "c"} == {line[1] for line in place.noted("post_data_object_create")}
    assert 5 == len(place.noted()) == totals(run.pk)["hooks"]
    assert not OwedHook.objects.exists()


def test_b16_a_changed_text_in_the_ledger_is_refused(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """Neither the text nor its signature can be changed without anybody noticing; nothing of it is executed."""
    place.fill("a")
    job = jobs.store(place.definition())
    row = StoredHandler.objects.get()
    evil = row.text + f"\nopen({str(place.log)!r}, 'a').write('evil')\n"
    StoredHandler.objects.update(text=evil)
    start_worker()
    run = ended(jobs.start(job), RunState.FAILED)

    assert "is not the one that this run was started with" in run.reason
    assert not place.log.exists()

    StoredHandler.objects.update(text=row.text, signature="0" * 64)
    with pytest.raises(HandlerRefused, match="not signed with this deployment's key"):
        handler_store.kept(row.digest)
    StoredHandler.objects.all().delete()
    with pytest.raises(HandlerRefused, match="not in the ledger"):
        handler_store.kept(row.digest)


def test_a_handler_that_cannot_be_loaded_is_refused_before_a_run_begins(place: Place, shared_ledger: Settings) -> None:
    """With a sentence; nothing is stored."""
    place.file.write_text("import no_such_module")
    with pytest.raises(HandlerRefused, match="no_such_module"):
        jobs.store(place.definition())
    with pytest.raises(UsageError, match="cannot be read"):
        jobs.store(place.definition(handler=str(place.file) + ".none.py"))

    assert not StoredHandler.objects.exists()


def test_a_pre_job_that_raises_fails_the_run_and_post_job_is_told(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """Nothing is scanned; the next run of the job waits for `post_job`."""
    place.fill("a")
    raising = "    def pre_job(self, event):\n        raise RuntimeError('the archive is closed')\n"
    place.write(NOTING + raising)
    start_worker()
    run = sync(place, RunState.FAILED)
    wait_for(lambda: not job_hooks.after_runs(run.pk))

    assert "pre_job: RuntimeError: the archive is closed" in run.reason
    assert [["post_job", "", run.pk, "failed"]] == place.noted()
    assert {} == codes(run)


def test_a_stopped_run_has_its_post_job(place: Place, shared_ledger: Settings, start_worker: StartWorker) -> None:
    """Once, with the state."""
    place.fill("a")
    run = jobs.start(jobs.store(place.definition()))
    control.stop(run.pk)
    start_worker()
    enqueue.pump()
    ended(run, RunState.STOPPED)
    wait_for(lambda: not job_hooks.after_runs(run.pk))

    assert [["post_job", "", run.pk, "stopped"]] == place.noted()
    assert 1 == Run.objects.filter(kind=kinds.POST_JOB_RUN).count()


def test_a_hook_that_hangs_fails_its_file_and_a_failed_hook_runs_next_time(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """The others arrive; the object is not sent again (B25)."""
    place.fill("a", "b")
    hanging = (
        "    def post_data_object_create(self, event):\n"
        "        if event.path == 'a' and not os.path.exists({log!r} + '.go'):\n"
        "            time.sleep(30)\n"
        "        self.note(event)\n"
    )
    place.write(NOTING + hanging)
    start_worker()
    first = sync(place, RunState.DONE_WITH_FAILURES, timeout=0.5)
    Path(f"{place.log}.go").touch()
    second = sync(place, timeout=0.5)

    assert {"a": ("failed", "HOOK_TIMED_OUT"), "b": ("created", "")} == codes(first)
    assert {"a": ("created", "HOOK_OWED")} == codes(second)
    assert {"a", "b"} == {line[1] for line in place.noted("post_data_object_create")}
    assert 0 == totals(second.pk)["bytes"]


def test_a_hook_may_use_a_session_of_the_client_library(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """Opened for it, as the user who writes."""
    place.fill("a")
    place.write(
        "from lading.ingest import Handler\n"
        "class Mine(Handler):\n"
        "    def post_data_object_create(self, event):\n"
        "        event.irods().data_objects.get(event.logical_path).metadata.add('seen', event.irods().username)\n"
    )
    start_worker()
    sync(place)

    with oracle.session(shared_ledger.home) as irods:
        found = irods.data_objects.get(f"{place.collection}/a").metadata.items()
    assert [("seen", "rods")] == [(avu.name, avu.value) for avu in found]


def test_a_handler_is_asked_for_the_job_when_it_is_stored(place: Place, shared_ledger: Settings) -> None:
    """Its name map is the job's from then on."""
    place.write(
        "import re\nfrom lading.ingest import Handler\n"
        "class Mine(Handler):\n"
        "    def name_map(self, event):\n"
        "        return {':': '_', re.compile('[a-c]', re.I): 'n', ('#', '!'): '', str.isspace: '~'}\n"
    )
    job = jobs.store(place.definition())

    said = jobs.definition_of(job)
    assert ((":", "_"), ("regex:(?i)[a-c]", "n"), ("!#", "")) == said.character_map[:3]
    assert "_nnxn~~~" == CharacterMap(said.character_map).translate(":AB#x!c \t\u3000")


def test_a_file_handler_is_kept_for_later_runs(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """The file need not be there any more: workers of other hosts never saw it."""
    place.fill("a")
    job = jobs.store(place.definition())
    place.file.unlink()
    start_worker()
    ended(jobs.start(job))

    assert ["a"] == [line[1] for line in place.noted("post_data_object_create")]
