"""Cases 52, 53 and 55: people and versions."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests import oracle
from tests.acceptance.conftest import Place, ended, fill, wait_for

pytestmark = pytest.mark.acceptance

FILES = 2_000


def begun(place: Place) -> bool:
    """Say whether some files have arrived, but not all."""
    return bool(place.rows("SELECT 1 FROM orchestration_batch WHERE kind = 'filesystem.transfer' AND state = 'done'"))


def test_case_52_ctrl_c_pauses_and_resume_goes_on(place: Place) -> None:
    """The first Ctrl-C lets the workers put down what they have; resume brings the rest."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection)
    wait_for(lambda: begun(place))
    os.kill(sync.pid, signal.SIGINT)
    stopped = ended(sync, 30)

    assert stopped.code == 130
    assert "lading resume 1" in stopped.err
    assert place.rows("SELECT state FROM orchestration_run") == [("paused",)]
    done = place.run("resume", "1", "--json")
    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_case_52_a_run_can_be_stopped_and_tells_what_it_did(place: Place) -> None:
    """Stop ends within seconds whatever is queued; what is done is in the summary; resume brings the rest."""
    many = 4 * FILES  # so that they are not all there before the command to stop has started
    fill(place.source, many)
    sync = place.begin("sync", str(place.source), place.collection, "--json")
    wait_for(lambda: begun(place))
    at = time.monotonic()
    assert place.run("stop", "1").code == 0
    done = ended(sync, 30)

    assert time.monotonic() - at < 15
    assert done.code == 5
    assert done.json["state"] == "stopped"
    assert 0 < done.json["counts"]["created"] < many
    assert place.run("resume", "1", "--json").code == 0
    assert oracle.differences(place.source, place.home, place.collection) == []


def test_case_55_the_command_killed_on_the_way_leaves_a_run_that_goes_on(place: Place) -> None:
    """Kill -9 of `lading sync` itself: `lading follow` finds the run and brings it to its end."""
    fill(place.source, FILES)
    sync = place.begin("sync", str(place.source), place.collection)
    wait_for(lambda: begun(place))
    sync.kill()
    sync.communicate()
    done = place.run("follow", "1", "--json")

    assert done.code == 0, done.err
    assert oracle.differences(place.source, place.home, place.collection) == []
