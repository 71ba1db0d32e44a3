"""Done markers: a folder, or a file, waits until somebody said that it is complete."""

from __future__ import annotations

import pytest

from lading.base.errors import UsageError
from lading.ingest.engine.filters import Filters
from tests.unit.engine.test_selecting import shop, skipped
from tests.unit.engine.workshop import ROOT


@pytest.mark.parametrize("pattern", ["*", "a*", "**.done", "a/b"])
def test_a_done_marker_is_a_name_or_an_ending(pattern: str) -> None:
    """Anything else is refused before a run begins."""
    with pytest.raises(UsageError, match="done marker"):
        Filters(done_marker=pattern)


def test_a_folder_waits_for_its_marker() -> None:
    """Nothing of it is brought, not even its collection; the marker itself stays where it is."""
    of = shop({"run/a": b"1", "run/deep/b": b"2", "other/c": b"3"}, Filters(done_marker="READY"))
    of.memory.write("other/READY", b"")

    assert {"a": "NO_MARKER", "b": "NO_MARKER"} == skipped(of)
    of.sync()
    assert {"other/c": b"3"} == of.stored()
    assert f"{ROOT}/run" not in of.destination.collections
    of.memory.write("run/READY", b"")
    of.sync()
    assert {"other/c": b"3", "run/a": b"1", "run/deep/b": b"2"} == of.stored()
    assert [] == of.sync()


def test_a_folder_that_was_brought_stays_so_when_its_marker_goes() -> None:
    """What is unchanged needs no marker; what is new does."""
    of = shop({"run/a": b"1", "run/READY": b""}, Filters(done_marker="READY"))
    of.sync()
    of.memory.remove("run/READY")
    of.memory.write("run/new", b"2")

    parts = of.scan()

    assert [("new", "NO_MARKER")] == [(skip.entry.name, skip.code) for part in parts for skip in part.skips]
    assert not any(part.vanished for part in parts)


def test_a_file_waits_for_the_marker_beside_it() -> None:
    """Other names may lie between the two."""
    of = shop({"x": b"1", "x-1": b"2", "x.done": b"", "y": b"3"}, Filters(done_marker="*.done"))

    assert {"x-1": "NO_MARKER", "y": "NO_MARKER"} == skipped(of)
    of.sync()
    assert {"x": b"1"} == of.stored()


def test_markers_are_brought_when_asked_for() -> None:
    """They need no marker of their own."""
    of = shop({"x": b"1", "x.done": b"!"}, Filters(done_marker="*.done", with_markers=True))
    of.sync()

    assert {"x": b"1", "x.done": b"!"} == of.stored()
