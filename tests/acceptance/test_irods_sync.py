"""Scripts and handlers of automated ingest, used as they were: commands, exit codes, periodic jobs."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import oracle
from tests.acceptance.automated import EVERY_HOOK, PUT, Site
from tests.acceptance.conftest import Place, ended, wait_for

pytestmark = pytest.mark.acceptance


@pytest.fixture
def site(place: Place, tmp_path: Path) -> Site:
    return Site(place, tmp_path)


def test_a_handler_with_every_hook_runs_as_it_is(site: Site) -> None:
    """New, changed and vanished files; each hook once, in its order, with the arguments that it was written for."""
    handler = ("--event_handler", site.handler(EVERY_HOOK), "--job_name", "nightly")
    site.write("d/a", "one")
    site.write("d/b", "two")
    assert 0 == site.sync(*handler).code
    first = site.noted()
    site.log.unlink()
    site.write("d/a", "changed")
    site.write("d/c", "new")
    (site.place.source / "d/b").unlink()
    assert 0 == site.sync(*handler).code
    second = site.noted()

    assert all(line[2] is True for line in (*first, *second))
    assert ["pre_job", "nightly"] == first[0][:2] == second[0][:2]
    assert ["post_job", "nightly"] == first[-1][:2] == second[-1][:2]
    pairs = [(kind, name) for kind, name, _ in first[1:-1]]
    assert [("pre_coll_create", "there"), ("post_coll_create", "there")] == pairs[:2]
    assert {("pre_coll_create", "d"), ("post_coll_create", "d")} == set(pairs[2:4])
    assert {(f"{m}_data_obj_create", name) for m in ("pre", "post") for name in "ab"} == set(pairs[4:])
    assert {
        *((f"{moment}_coll_modify", "d") for moment in ("pre", "post")),
        *((f"{moment}_data_obj_modify", "a") for moment in ("pre", "post")),
        *((f"{moment}_data_obj_create", "c") for moment in ("pre", "post")),
        *((f"{moment}_data_obj_delete", "b") for moment in ("pre", "post")),
    } == {(kind, name) for kind, name, _ in second[1:-1]}
    assert {"d/a", "d/c"} == site.there()
    assert {"periodic": [], "singlepass": [], "stopped": []} == site.names()


def test_exit_codes_are_those_that_scripts_know(site: Site) -> None:
    """0 and 255 for what became of files, 1 for what cannot be done, 2 for words that make no sense."""
    site.write("good", "x")
    site.write("bad", "x")
    handler = site.handler(
        PUT
        + """
    @staticmethod
    def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
        if meta["path"].endswith("bad"):
            raise RuntimeError("not this one")
"""
    )
    failed = site.sync("--event_handler", handler)
    asynchronous = site.place.run(*site.words("--job_name", "waiting"))
    again = site.place.run(*site.words("--job_name", "waiting"))
    waiting = site.names()
    stopped = site.place.run("irods-sync", "stop", "waiting")
    missing = site.place.run(
        "irods-sync", "start", "/not/there", site.place.collection + "2", "--synchronous", "--job_name", "gone"
    )

    assert 255 == failed.code
    assert [("failed", "bad", "HOOK_FAILED")] == [
        (line["event"], line["path"], line["code"])
        for line in map(json.loads, failed.out.splitlines())
        if "path" in line
    ]
    assert {"good"} == site.there()
    assert (0, 1, 0) == (asynchronous.code, again.code, stopped.code)
    assert "job waiting already exists" in again.err
    assert ["waiting"] == waiting["singlepass"]
    assert 255 == missing.code
    assert {"periodic": [], "singlepass": [], "stopped": ["waiting"]} == site.names()
    for words, code in ((("stop", "waiting"), 1), (("watch", "never"), 1), (("start",), 2), (("no-such",), 2), ((), 2)):
        assert code == site.place.run("irods-sync", *words).code


def test_b27_a_pre_job_that_raises_ends_the_job(site: Site) -> None:
    """It is not registered for ever with nothing to do; its name is free."""
    site.write("a", "x")
    raising = "    @staticmethod\n    def pre_job(hdlr_mod, logger, meta):\n        raise RuntimeError('closed')\n"
    done = site.sync("--event_handler", site.handler(PUT + raising), "--job_name", "mine")

    assert 255 == done.code
    assert "closed" in done.out
    assert {"periodic": [], "singlepass": [], "stopped": []} == site.names()
    assert 0 == site.sync("--event_handler", site.handler(PUT), "--job_name", "mine").code
    assert {"a"} == site.there()


def test_retries_waits_and_time_limits_are_those_of_the_handler(site: Site) -> None:
    """One file hangs and fails at its limit; one needs three tries and gets them."""
    site.write("hangs", "x")
    site.write("third", "x")
    handler = site.handler(
        PUT
        + """
    @staticmethod
    def max_retries(hdlr_mod, logger, meta):
        return 2

    @staticmethod
    def delay(hdlr_mod, logger, meta, retries):
        note("delay", retries)
        return 0.1

    @staticmethod
    def timeout(hdlr_mod, logger, meta):
        return 1

    @staticmethod
    def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
        note("try", os.path.basename(meta["path"]))
        if meta["path"].endswith("hangs"):
            time.sleep(60)
        elif meta["retries"] == 0 and sum(1 for line in open({log!r}) if '"third"' in line) < 3:
            raise RuntimeError("not yet")
""".replace("{log!r}", repr(str(site.log)))
    )
    began = time.monotonic()
    done = site.sync("--event_handler", handler)

    assert 255 == done.code
    assert {"third"} == site.there()
    assert [["delay", 1], ["delay", 2]] == [line for line in site.noted() if line[0] == "delay"]
    assert (1, 3) == tuple(site.noted().count(["try", name]) for name in ("hangs", "third"))
    assert time.monotonic() - began < 40


def test_b30_the_profile_says_when_each_task_ran(site: Site) -> None:
    """As JSON lines; the log of the command is a file of its own."""
    site.write("a", "x")
    profile, log = site.folder / "profile", site.folder / "log"
    done = site.sync(
        "--profile", "--profile_filename", str(profile), "--log_filename", str(log), "--log_level", "info", "--progress"
    )
    lines = [json.loads(line) for line in profile.read_text().splitlines()]

    assert (0, "") == (done.code, done.out)
    assert {"task_prerun", "task_postrun"} == {line["event"] for line in lines}
    for line in lines:
        assert {"event_id", "event_name", "hostname", "index", "at", "@timestamp"} <= set(line)
    assert ["job_started", "job_done"] == [json.loads(line)["event"] for line in log.read_text().splitlines()]


def test_a_periodic_job_goes_on_until_it_is_stopped_and_can_be_started_again(site: Site) -> None:
    """B20, B19: through the death of every worker; one run at a time; the name is free at once."""
    site.write("a", "x")
    worker = site.place.begin("worker", "--slots", "1")
    handler = ("--event_handler", site.handler(EVERY_HOOK), "--job_name", "mine", "-i", "1")
    assert 0 == site.place.run(*site.words(*handler)).code
    wait_for(lambda: len(runs(site)) >= 3)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.communicate()
    before = len(runs(site))
    worker = site.place.begin("worker", "--slots", "1")
    wait_for(lambda: len(runs(site)) > before + 1)
    assert ["mine"] == site.names()["periodic"]
    assert 0 == site.place.run("irods-sync", "stop", "mine").code
    left = len(runs(site))
    time.sleep(3)
    assert left == len(runs(site))
    assert {"periodic": [], "singlepass": [], "stopped": ["mine"]} == site.names()

    assert 0 == site.place.run(*site.words(*handler)).code
    site.write("b", "later")
    wait_for(lambda: {"a", "b"} == site.there())
    assert 0 == site.place.run("irods-sync", "stop", "mine").code
    spans = [span for span in runs(site) if None not in span]
    assert all(ended_at <= begun for (_, ended_at), (begun, _) in itertools.pairwise(spans))
    assert [] == [line for line in site.noted() if line[0] == "post_job"]
    os.killpg(worker.pid, signal.SIGTERM)
    worker.communicate(timeout=30)


def runs(site: Site) -> list[tuple[float, float]]:
    return site.place.rows("SELECT started_at, ended_at FROM orchestration_run WHERE kind = 'ingest' ORDER BY id")


def test_watching_may_be_ended_and_the_job_goes_on(site: Site) -> None:
    """Ctrl-C while watching exits with 0; so does a watch to the end."""
    site.write("a", "x")
    handler = site.handler(PUT + "    @staticmethod\n    def pre_job(hdlr_mod, logger, meta):\n        time.sleep(8)\n")
    worker = site.place.begin("worker", "--slots", "1")
    assert 0 == site.place.run(*site.words("--event_handler", handler, "--job_name", "mine")).code
    watch = site.place.begin("irods-sync", "watch", "mine")
    wait_for(lambda: bool(runs(site)[0][0]))
    time.sleep(2)
    watch.send_signal(signal.SIGINT)
    interrupted = ended(watch, 20)
    watched = site.place.run("irods-sync", "watch", "mine")

    assert (0, 0) == (interrupted.code, watched.code), interrupted.err
    assert {"a"} == site.there()
    os.killpg(worker.pid, signal.SIGTERM)
    worker.communicate(timeout=30)


def test_the_module_is_the_command(site: Site) -> None:
    """`python -m lading.irods_sync`, for scripts that call a module; `list` prints one object and nothing else."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lading.irods_sync", "list"],
        env=site.place.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, {"periodic": [], "singlepass": [], "stopped": []}) == (done.returncode, json.loads(done.stdout))


def test_what_automated_ingest_brought_is_taken_over_and_not_sent_again(site: Site) -> None:
    """`adopt` takes the words of `start`; then `start` has nothing to do."""
    site.write("d/a", "one")
    site.write("b", "two")
    with oracle.session(site.place.home) as irods:
        for name in ("d/a", "b"):
            target = f"{site.place.collection}/{name}"
            irods.collections.create(target.rpartition("/")[0])
            irods.data_objects.put(str(site.place.source / name), target)
    words = ("--event_handler", site.handler(EVERY_HOOK), "--exclude_file_name", ".*/never")
    adopted = site.place.run("irods-sync", "adopt", str(site.place.source), site.place.collection, *words)
    done = site.sync(*words)

    assert (0, 0) == (adopted.code, done.code), adopted.err + done.err
    assert [(0, 2), (0, 2)] == site.place.rows(
        "SELECT sum(bytes), sum(unchanged) FROM orchestration_batch GROUP BY run_id ORDER BY run_id"
    )
