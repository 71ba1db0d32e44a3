"""The options that say which files are brought, and when they go: what they make, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from

PLACES = {"source": "/data", "destination": "/zone/home/x"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"after": "delete", "delete_mode": "trash"}, "exclude each other"),
        ({"after": "delete", "operation": "register-sync"}, "leaves in place"),
        ({"after": "move"}, "--after-folder"),
        ({"after_folder": "/done"}, "--after move"),
        ({"min_size": "10"}, "a number and a unit"),
        ({"quiet": "soon"}, "no duration"),
        ({"exclude_type": ("door",)}, "exclude_type"),
        ({"exclude_regex": ("(",)}, "cannot be understood"),
        ({"filter_from": Path("/nowhere/at/all")}, "cannot be read"),
        ({"max_size": "1K", "min_size": "1M"}, "no file is brought"),
        ({"done_marker": "a/b"}, "done marker"),
        ({"ignore_file": "a/b"}, "ignore file"),
        ({"links": "maybe"}, "links"),
    ],
)
def test_words_that_mean_nothing_or_lose_data_are_refused(words: dict[str, Any], sentence: str) -> None:
    """Before anything is written, in a sentence."""
    with pytest.raises(UsageError, match=sentence):
        definition_from(PLACES | words)


def test_the_lines_of_a_filter_file_go_into_the_definition(tmp_path: Path) -> None:
    """Workers need no file."""
    filters = tmp_path / "filters"
    filters.write_text("# only data\n+ *.dat\n\n- *\n")

    assert ("+ *.dat", "- *") == definition_from(PLACES | {"filter_from": filters}).filter_rules


def test_a_filter_file_that_cannot_be_understood_is_refused(tmp_path: Path) -> None:
    """With the line that is wrong."""
    filters = tmp_path / "filters"
    filters.write_text("*.dat\n")

    with pytest.raises(UsageError, match=r"\*\.dat"):
        definition_from(PLACES | {"filter_from": filters})


def test_a_job_file_says_the_same_as_the_command_line(tmp_path: Path) -> None:
    """Sizes and ages with units, lists as lists; what the command line says wins."""
    job_file = tmp_path / "job.toml"
    job_file.write_text(
        'source = "/data"\ndestination = "/zone/home/x"\nmin_size = 10\nmax_size = "1M"\nquiet = "10m"\n'
        'exclude_type = ["link", "pipe"]\nwith_markers = true\ndone_marker = "*.done"\nlinks = "follow"\n'
    )
    words = {
        "min_size": "10B",
        "max_size": "1M",
        "quiet": "10m",
        "exclude_type": ("link,pipe",),
        "with_markers": True,
        "done_marker": "*.done",
        "links": "follow",
    }

    assert definition_from(PLACES | words) == definition_from({"job_file": job_file, "with_markers": None})
    assert 5 == definition_from({"job_file": job_file, "quiet": "5s"}).quiet


def test_the_folder_to_move_to_starts_at_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the source does: workers have another current folder."""
    monkeypatch.chdir(tmp_path)

    made = definition_from(PLACES | {"after": "move", "after_folder": "done"})
    assert str(tmp_path / "done") == made.after_folder
