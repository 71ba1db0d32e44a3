"""Locks as files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from lading.services import locks
from lading.services.errors import ServiceFailed


def test_a_lock_is_held_until_its_file_is_closed(tmp_path: Path) -> None:
    """Nobody holds a lock that was never taken, nor one that was given back."""
    path = tmp_path / "folder/a.lock"
    before = locks.is_held(path)
    descriptor = locks.take(path)
    during = locks.is_held(path)
    os.close(descriptor)

    assert (before, during, locks.is_held(path)) == (False, True, False)


def test_a_held_lock_cannot_be_taken(tmp_path: Path) -> None:
    """A second taker learns it."""
    descriptor = locks.take(tmp_path / "a.lock")

    with pytest.raises(ServiceFailed, match=r"holds .*a\.lock"):
        locks.take(tmp_path / "a.lock")
    os.close(descriptor)


def test_a_child_holds_the_lock_that_it_inherits(tmp_path: Path) -> None:
    """The lock outlives the taker, and ends with the child, however it ends."""
    descriptor = locks.take(tmp_path / "a.lock")
    child = subprocess.Popen(["sleep", "60"], pass_fds=(descriptor,))
    os.close(descriptor)
    during = locks.is_held(tmp_path / "a.lock")
    child.kill()
    child.wait()

    assert during
    assert not locks.is_held(tmp_path / "a.lock")


def test_looking_at_a_lock_changes_nothing(tmp_path: Path) -> None:
    """A status command makes no file."""
    locks.is_held(tmp_path / "a.lock")

    assert list(tmp_path.iterdir()) == []
