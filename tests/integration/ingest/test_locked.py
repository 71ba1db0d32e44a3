"""An object that another client has open: it is waited for, and what is known of the lock is told."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from irods.session import iRODSSession

from lading.base.config import Settings
from lading.ingest.app import assembly
from lading.ingest.app.definition import Definition
from lading.ingest.engine.destinations.irods.login import arguments_of
from lading.orchestration.models import Outcome, RunState
from tests.carrying import counts, definition_for, sync, write


@pytest.fixture
def source(shared_ledger: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    write(folder, "a", "b")
    return folder


@pytest.fixture
def other(source: Path) -> Iterator[iRODSSession]:
    """Be another client of the zone."""
    with iRODSSession(**arguments_of(assembly.profile_of(definition_for(source)))) as session:
        yield session


def opened(other: iRODSSession, definition: Definition, name: str) -> Any:
    """Let the other client open an object for writing, and keep it open."""
    handle = other.data_objects.open(f"{definition.destination}/{name}", "w")
    handle.write(b"half")
    return handle


def test_an_object_that_stays_locked_fails_alone_with_what_is_known(source: Path, other: iRODSSession) -> None:
    """Which replica, in which state, since when; everything else arrives, and so does this one with the next run."""
    definition = definition_for(source)
    sync(definition)
    write(source, "a", "b", "c", data=b"new data of ")
    with opened(other, definition, "a"):
        run = sync(definition)

    assert (RunState.DONE_WITH_FAILURES, {"updated": 1, "created": 1, "failed": 1}) == (run.state, counts(run))
    failed = Outcome.objects.get(run=run, outcome="failed")
    assert ("a", "OBJECT_LOCKED") == (failed.subject, failed.code)
    told = r"replica 0 on demoResc is open for writing, or was left so, last changed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    assert re.search(told, failed.reason), failed.reason
    assert {"updated": 1, "unchanged": 2} == counts(sync(definition))


def test_an_object_that_is_locked_for_a_moment_is_waited_for(source: Path, other: iRODSSession) -> None:
    """Nothing failed, and what the other client left is overwritten."""
    definition = definition_for(source, retries=20, delay=0.2)
    sync(definition)
    write(source, "a", data=b"new data of ")
    handle = opened(other, definition, "a")
    threading.Timer(1.0, handle.close).start()
    begun = time.monotonic()
    run = sync(definition)

    assert (RunState.DONE, {"updated": 1, "unchanged": 1}) == (run.state, counts(run))
    assert time.monotonic() - begun > 0.5
    assert b"new data of a" == other.data_objects.open(f"{definition.destination}/a", "r").read()
