"""The server of figures: three paths, and nothing else."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from threading import Thread

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.cli import metrics_server
from lading.orchestration.metrics import Collector


@pytest.fixture
def address(shared_ledger: Settings) -> Iterator[str]:
    """Return where figures are served."""
    with metrics_server.listening(("127.0.0.1", 0), Collector()) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def get(url: str) -> tuple[int, str]:
    """Return status and text."""
    try:
        answer: HTTPResponse = urllib.request.urlopen(url, timeout=20)  # noqa: S310 - loopback
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    with answer:
        return answer.status, answer.read().decode()


def test_the_server_has_figures_and_says_whether_it_lives_and_is_ready(address: str) -> None:
    """Three paths, and nothing else."""
    status, text = get(f"{address}/metrics")

    assert (200, True) == (status, "lading_ledger_up 1.0" in text)
    assert (200, "ok\n") == get(f"{address}/healthz")
    assert (200, "ok\n") == get(f"{address}/readyz")
    assert 404 == get(f"{address}/etc/passwd")[0]


def test_an_address_that_is_taken_is_refused_with_a_sentence(address: str) -> None:
    """As any other word of the command."""
    port = int(address.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"Nothing can listen at 127.0.0.1:{port}: Address already in use"):
        metrics_server.listening(("127.0.0.1", port), Collector())
