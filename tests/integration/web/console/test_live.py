"""A Redis that is away delays one page, not every page."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from lading.base import config
from lading.web.console.rates import Amount
from lading.web.console.reading.live import Live


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the settings name a Redis where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("LADING_REDIS_URL", f"redis://127.0.0.1:{port}/0")
    config.current.cache_clear()
    yield
    monkeypatch.undo()
    config.current.cache_clear()


def test_who_was_silent_is_not_asked_again_for_a_while(nobody: None) -> None:
    """Each page shows what the ledger has; after a while Redis is asked again."""
    live = Live()
    asked = []
    for at in (100.0, 101.0, 114.9, 120.0):
        assert live.of(1, at) == Amount()
        asked.append(live._silent_until)

    assert asked == [115.0, 115.0, 115.0, 135.0]
