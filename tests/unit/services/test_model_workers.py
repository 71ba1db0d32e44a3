"""Workers that wait for a language model are workers of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading import services
from lading.base import config
from lading.cli import system
from lading.services.workers import Workers


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/v1"])
def test_they_are_there_where_a_model_is_configured(url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many slots as calls may be made at a time; the others never take their queue by default."""
    if url:
        monkeypatch.setenv("LADING_CV__MODEL_URL", url)
        monkeypatch.setenv("LADING_CV__MODEL_CALLS_AT_ONCE", "3")
        config.current.cache_clear()
    crew = services.hold(config.current(), workers=4)._crew

    assert ["4", "cv-ai"][: len(crew)] == [one.command()[-1] for one in crew]
    assert (2 if url else 1) == len({one.daemon.name for one in crew})
    assert [4, 3][: len(crew)] == [one.slots for one in crew]
    assert "cv-ai" not in system._USUAL


def test_they_take_nothing_else(home: Path) -> None:
    """Their command names their queue alone."""
    waiting = Workers(settings=config.current(), holder="h", slots=2, for_model=True)

    assert ["--slots", "2", "--queues", "cv-ai"] == waiting.command()[-4:]
