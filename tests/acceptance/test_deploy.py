"""What units and the compose file start runs, says that it is ready, and ends when it is told to."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.acceptance.conftest import Place, wait_for
from tests.acceptance.standing import redis_server
from tests.unit.deploy.test_units import commands

pytestmark = pytest.mark.acceptance

#: command -> what it says once it does its work
READY = {"worker": "ready.", "web": "Console and API at", "watch": "Watching", "metrics": "Figures at"}

#: without repetitions; the ports are somebody's on this machine
COMMANDS = sorted({tuple(re.sub(r":\d+$", ":0", word) for word in words) for words in commands()})


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_of_the_deployment_runs(tmp_path: Path, words: tuple[str, ...]) -> None:
    """On a ledger with a job that is to be watched; systemd's signals end it in order."""
    source = tmp_path / "source"
    source.mkdir()
    with redis_server(tmp_path) as port:
        settings = {"LADING_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        place = Place(tmp_path / "home", source, settings=settings | {"LADING_WEB__PUBLIC_URL": "https://example.org"})
        assert 0 == place.run("jobs", "add", str(source), place.collection, "--watch").code
        process = place.serve(*words, log="said.log")
        said = place.home.with_name("said.log")
        try:
            wait_for(lambda: READY[words[0]] in said.read_text() or process.poll() is not None)
            assert process.poll() is None, said.read_text()
            process.send_signal(signal.SIGTERM if words[0] == "worker" else signal.SIGINT)
            assert process.wait(30) in {0, 130}, said.read_text()
        finally:
            process.kill()
