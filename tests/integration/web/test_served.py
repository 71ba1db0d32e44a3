"""Everything by `lading up`, and from another host by its API: real web, real Redis, real workers, the embedded zone."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result
from django.test import Client

from lading.accounts import people, tokens
from lading.accounts.models import Entry
from lading.accounts.roles import Role
from lading.accounts.tokens import Scope
from lading.base.config import Settings
from lading.cli.main import main
from lading.ingest.app.run_options import of_run
from lading.orchestration.models import Run, RunState
from tests import oracle
from tests.conftest import stop
from tests.integration.web.conftest import COLLECTION, PASSWORD

#: seconds within which everything stands; a busy machine takes its time
READY = 90.0


@pytest.fixture
def served(shared_ledger: Settings, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Start `lading up` with one worker; return where it answers, and the one-time password that it printed."""
    (tmp_path / "source").mkdir()
    log = tmp_path / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lading", "up", "--workers", "1", "--allow", str(tmp_path)],
            env=os.environ | shared_ledger.as_environ() | {"LADING_WEB__LISTEN": "127.0.0.1:0", "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + READY
    while "Ready." not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    text = log.read_text()
    address = re.search(r"http://127\.0\.0\.1:\d+", text)
    password = re.search(r"one-time password (\S+):", text)
    assert address is not None, text
    assert password is not None, text
    yield address[0], password[1]
    process.terminate()
    try:
        assert process.wait(READY) == 0
    finally:
        stop(process)


@pytest.mark.timeout(360)
def test_a_colleague_without_a_shell_here_brings_a_folder(
    served: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`lading --server`: sync is followed to its end; runs, manifest, jobs are told; the trail and the run say who it was."""
    server, password = served
    assert Client().post("/sign-in/", {"name": people.FIRST, "password": password}).status_code == 302
    people.create("ada", Role.OPERATOR, PASSWORD)
    secret = tokens.make(people.find("ada"), Scope(role=Role.OPERATOR))[1]
    monkeypatch.setenv("LADING_TOKEN", secret)
    source = tmp_path / "source"
    (source / "b").mkdir()
    (source / "a.txt").write_bytes(b"a")
    (source / "b" / "c.txt").write_bytes(b"c" * 5_000)
    collection = f"{COLLECTION}/served"

    def lading(*words: str) -> Result:
        return CliRunner().invoke(main, ["--server", server, *words], catch_exceptions=False)

    brought = lading("sync", str(source), collection, "--name", "served", "--json")
    assert brought.exit_code == 0, brought.output
    told = json.loads(brought.stdout)
    run = Run.objects.get(pk=told["run"])
    assert (told["counts"]["created"], told["bytes"], told["state"]) == (2, 5_001, "done")
    assert of_run(run.options).submitter.user == "ada"
    assert oracle.differences(source, Path(os.environ["LADING_HOME"]), collection) == []

    assert "served" in lading("jobs", "list").stdout
    assert json.loads(lading("runs", "--json").stdout.splitlines()[0])["run"] == run.pk
    assert json.loads(lading("jobs", "run", "served", "--json").stdout)["counts"]["unchanged"] == 2
    assert lading("manifest", str(run.pk), "--format", "signed").stdout_bytes.count(b"\n") >= 2
    refused = lading("sync", "/etc", f"{COLLECTION}/etc")
    assert (refused.exit_code, "SOURCE_NOT_ALLOWED" in refused.output) == (2, True)
    assert lading("pause", str(run.pk)).exit_code == 2
    assert lading("show", "999999").exit_code == 2
    detached = lading("jobs", "run", "served", "--detach")
    assert lading("follow", detached.stdout.strip()).exit_code == 0
    assert Run.objects.get(pk=int(detached.stdout)).state == RunState.DONE
    actions = list(Entry.objects.filter(user="ada", result="ok").order_by("pk").values_list("action", flat=True))
    assert actions == ["job.store", "job.run", "job.run", "job.run"]

    looks_from_afar(lading, source, collection)

    plan = lading_plan(server, secret)
    assert plan["counts"]["keep"] == 2

    streams_hold_nothing(server, secret, run.pk)

    monkeypatch.setenv("LADING_TOKEN", "lading_nonsense")
    unknown = lading("runs")
    assert (unknown.exit_code, "NOT_SIGNED_IN" in unknown.output) == (2, True)
    monkeypatch.delenv("LADING_TOKEN")
    assert "LADING_TOKEN" in lading("runs").output


def looks_from_afar(lading: Callable[..., Result], source: Path, collection: str) -> None:
    """plan, verify, adopt, limits, explain, doctor: as here, with the same JSON and exit codes."""

    def told(*words: str, code: int = 0) -> list[dict[str, Any]]:
        found = lading(*words, "--json")
        assert found.exit_code == code, found.output
        return [json.loads(line) for line in found.stdout.splitlines()]

    assert told("plan", "--name", "served")[-1]["counts"] == {"keep": 2}
    *lines, sums = told("plan", str(source), f"{collection}-other")
    assert {line["path"] for line in lines if line["action"] == "create"} == {"a.txt", "b/c.txt"}
    assert {"counts", "bytes", "held", "hint"} <= sums.keys()
    assert sums["bytes"] == 5_001
    assert "SOURCE_NOT_ALLOWED" in lading("plan", "/etc", collection).output
    assert "served" in lading("jobs", "list").stdout
    assert f"{collection}-other" not in lading("jobs", "list").stdout

    assert told("verify", "--name", "served")[-1]["marks"]["same"] == 2
    (source / "late.txt").write_bytes(b"late")
    found = told("verify", str(source), collection, "--checksum", code=1)
    assert [(line["mark"], line["path"]) for line in found[:-1]] == [("+", "late.txt")]
    assert (found[-1]["marks"]["only_at_source"], found[-1]["content_read"]) == (1, 2)
    (source / "late.txt").unlink()

    forecast, result = told("adopt", "--name", "served", "--yes")
    assert forecast["forecast"]["keep"]["files"] == 2
    assert result["state"] == "done"
    assert [one["zone"] for one in told("limits")] == ["embedded"]
    assert "NOT_PERMITTED" in lading("limits", "--requests", "5").output
    assert told("explain", "NOT_PERMITTED")[0]["code"] == "NOT_PERMITTED"
    assert {check["name"] for check in told("doctor")[0]["checks"]} >= {"Ledger", "Redis", "workers"}


def lading_plan(server: str, secret: str) -> dict[str, dict[str, int]]:
    """Ask for a plan, and wait until a worker has made it."""
    from pydantic import SecretStr

    from lading.base.config_remote import Access
    from lading.cli.remote.server import Server

    asked = Server(Access(url=server, token=SecretStr(secret)))
    location = asked.send("POST", "/jobs/served/plan")["location"].removeprefix("/api/v1")
    deadline = time.monotonic() + READY
    while not (plan := asked.get(location))["ready"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    found: dict[str, dict[str, int]] = plan
    return found


def streams_hold_nothing(server: str, secret: str, run_id: int) -> None:
    """Open event streams: the process that serves them has no more files of the ledger open than before."""
    Run.objects.filter(pk=run_id).update(state=RunState.PAUSED)
    port = int(server.rpartition(":")[2])
    (web,) = [
        psutil.Process(one.pid)
        for one in psutil.net_connections("tcp")
        if one.laddr[1:] == (port,) and one.status == psutil.CONN_LISTEN
    ]
    host = server.removeprefix("http://")
    wanted = {"Authorization": f"Bearer {secret}"}
    opened, answers = [], []
    for _ in range(30):  # one after the other: SQLite keeps the file of a connection that is closed for the next one
        opened.append(http.client.HTTPConnection(host, timeout=READY))
        opened[-1].request("GET", f"/api/v1/runs/{run_id}/events", headers=wanted)
        answers.append(opened[-1].getresponse())
        assert answers[-1].readline() == b"event: state\n"
    ledgers = sum("ledger.sqlite3" in one.path and not one.path.endswith(("-wal", "-shm")) for one in web.open_files())
    # those of the threads that answer requests, and one for all streams; some to spare
    assert ledgers <= 15
    Run.objects.filter(pk=run_id).update(state=RunState.DONE)
    assert all(b"event: end" in answer.read() for answer in answers)
    for connection in opened:
        connection.close()
