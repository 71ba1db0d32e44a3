"""Include and exclude patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base.errors import UsageError
from lading.ingest.engine.filters import Filters

MATCHES: list[tuple[str, str, bool]] = [
    ("*.tmp", "a.tmp", True),
    ("*.tmp", "deep/er/a.tmp", True),
    ("*.tmp", "a.tmp/b", False),
    ("*.tmp", "a.txt", False),
    ("/*.tmp", "a.tmp", True),
    ("/*.tmp", "deep/a.tmp", False),
    ("deep/*.tmp", "deep/a.tmp", True),
    ("deep/*.tmp", "very/deep/a.tmp", True),
    ("deep/*.tmp", "very-deep/a.tmp", False),
    ("deep/*.tmp", "deep/er/a.tmp", False),
    ("deep/**.tmp", "deep/er/a.tmp", True),
    ("/deep/**", "deep/er/a", True),
    ("/deep/**", "a/deep/b", False),
    ("?", "a", True),
    ("?", "ab", False),
    ("a?b", "a/b", False),
    ("[a-c]x", "bx", True),
    ("[a-c]x", "dx", False),
    ("[!a-c]x", "dx", True),
    ("[!a-c]x", "bx", False),
    ("a[!b]c", "a/c", False),
    ("[]]", "]", True),
    ("[^a]", "^", True),
    ("[\\]", "\\", True),
    ("a.b", "axb", False),
    ("a(b|c)", "a(b|c)", True),
    ("line\n*", "line\nbreak\n", True),
    ("\udce9*", "\udce9x", True),
    ("cache/", "cache/a", True),
    ("cache/", "deep/cache/er/a", True),
    ("cache/", "cache", False),
    ("/cache/", "deep/cache/a", False),
]


@pytest.mark.parametrize(("pattern", "path", "matches"), MATCHES)
def test_what_a_pattern_matches(pattern: str, path: str, matches: bool) -> None:
    """Excluded if it does; and, as the only thing included, taken if it does."""
    assert Filters(exclude=(pattern,)).takes_file(path) is not matches
    assert Filters(include=(pattern,)).takes_file(path) is matches


@pytest.mark.parametrize(
    ("pattern", "folder", "enters"),
    [
        ("cache/", "cache", False),
        ("cache/", "deep/cache", False),
        ("/cache/", "deep/cache", True),
        ("cache/**", "cache", False),
        ("**", "anything", False),
        ("*", "anything", True),
        ("*.d/", "a.d", False),
        ("cache", "cache", True),
    ],
)
def test_which_folders_are_entered(pattern: str, folder: str, enters: bool) -> None:
    """A folder is left out only as a whole."""
    assert Filters(exclude=(pattern,)).takes_folder(folder) is enters


def test_includes_do_not_keep_folders_out() -> None:
    """There may be something to include below."""
    assert Filters(include=("*.tif",)).takes_folder("anything")


def test_exclude_wins_over_include() -> None:
    """What both match is not brought."""
    filters = Filters(include=("*.tif",), exclude=("draft*",))

    assert [filters.takes_file(path) for path in ("a.tif", "draft.tif", "a.txt")] == [True, False, False]


def test_no_pattern_takes_everything() -> None:
    """And says so."""
    assert Filters().is_empty
    assert Filters().takes_file("a")
    assert Filters().takes_folder("a")
    assert not Filters(exclude=("a",)).is_empty


@pytest.mark.parametrize("pattern", ["", "/", "//", "a[b", "[z-a]"])
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    """When the filters are made, not in the middle of a scan."""
    with pytest.raises(UsageError, match="pattern"):
        Filters(exclude=(pattern,))


@given(st.text(max_size=8))
def test_no_pattern_breaks_anything_but_the_command(pattern: str) -> None:
    """Any text is either understood or refused."""
    try:
        filters = Filters(include=(pattern,))
    except UsageError:
        return
    assert filters.takes_file("some/path") in {True, False}


def test_the_digest_tells_patterns_apart() -> None:
    """The same for the same, another for others."""
    made = [Filters(), Filters(include=("a",)), Filters(exclude=("a",)), Filters(include=("a", "b"))]

    assert len({filters.digest for filters in made}) == 4
    assert Filters(include=("a",)).digest == made[1].digest
