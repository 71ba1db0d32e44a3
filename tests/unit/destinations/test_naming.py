"""What can be said of paths before any request."""

from __future__ import annotations

import pytest

from lading.ingest.engine.destinations.naming import trash_place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/z/home/alice/a/b", "/z/trash/home/alice/a/b"),
        ("/z/home/alice#other/a", "/z/trash/home/alice/a"),
        ("/z/home/alicia/a", "/z/trash/home/alice/alicia/a"),
        ("/z/home/shared/project/a", "/z/trash/home/alice/shared/project/a"),
        ("/z/home/alice", "/z/trash/home/alice/alice"),
        ("/z/projects/a", "/z/trash/home/alice/projects/a"),
    ],
)
def test_the_trash_leaves_out_the_own_home_and_no_other(path: str, place: str) -> None:
    """Two homes with folders of the same name do not meet in one trash."""
    assert place == trash_place(path, "alice")
