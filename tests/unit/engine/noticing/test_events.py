"""What the kernel, or looking again, tells of a real folder."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyFD, WatchDescriptor

from lading.base.paths import from_bytes, upwards
from lading.ingest.app import event_sources
from lading.ingest.app.definition import Definition
from lading.ingest.engine.noticing.changes import EVERYTHING, Change, Events, Look
from lading.ingest.engine.noticing.inotify import LIMIT, InotifyEvents
from lading.ingest.engine.noticing.polling import Eye, PollingEvents
from tests.not_run import not_run

Told = dict[str, Look]

#: seconds that an event may take on a busy machine
PATIENCE = 15.0


@pytest.fixture(params=["events", "polling"])
def events(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Events]:
    """Return either way of being told of `tmp_path`."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").write_text("old")
    made: Events = InotifyEvents(tmp_path) if request.param == "events" else PollingEvents(tmp_path, 0.05)
    yield made
    made.close()


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[InotifyEvents]:
    """Return what the kernel tells of `tmp_path`."""
    made = InotifyEvents(tmp_path)
    yield made
    made.close()


def gathered(events: Events, is_enough: Callable[[Told], bool]) -> Told:
    """Return all that is told until it is enough."""
    told: Told = {}
    ends = time.monotonic() + PATIENCE
    while not is_enough(told):
        assert time.monotonic() < ends, told
        told |= {change.path: change.look for change in events.changes()}
        time.sleep(0.01)
    return told


def covers(told: Told, path: str) -> bool:
    """Say whether somebody who looks at what was told sees the path."""
    return told.get(path) is Look.ENTRY or any(told.get(above) is Look.TREE for above in upwards(path))


def all_told(*paths: str) -> Callable[[Told], bool]:
    return lambda told: all(covers(told, path) for path in paths)


def test_what_is_written_is_told(events: Events, tmp_path: Path) -> None:
    """New files, changed ones, those that are moved there, new folders with all that is in them."""
    (tmp_path / "old" / "file").write_text("changed by now")
    (tmp_path / "new").write_text("new")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x").write_text("x")
    told = gathered(events, all_told("old/file", "new", "deep/er/x"))
    assert not covers(told, "other")

    (tmp_path / "new").rename(tmp_path / "old" / "moved")
    (tmp_path / "deep").rename(tmp_path / "elsewhere")
    gathered(events, all_told("old/moved", "elsewhere/er/x"))
    (tmp_path / "elsewhere" / "er" / "y").write_text("y")
    told = gathered(events, all_told("elsewhere/er/y"))
    assert not covers(told, "deep/er/y")
    assert (0, "") == (events.losses, events.broken)


def test_names_that_are_no_text_are_told(events: Events, tmp_path: Path) -> None:
    """As paths have them everywhere."""
    name = b"caf\xe9"
    (tmp_path / os.fsdecode(name)).write_text("x")

    gathered(events, all_told(from_bytes(name)))


def test_a_folder_that_goes_away_is_told_of(events: Events, tmp_path: Path) -> None:
    """Somebody has to look for another one."""
    for path in (tmp_path / "old" / "file",):
        path.unlink()
    (tmp_path / "old").rmdir()
    tmp_path.rename(tmp_path.with_name("gone"))
    ends = time.monotonic() + PATIENCE
    while not events.broken:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_what_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    """At once, in either way."""
    (tmp_path / "file").write_text("no folder")
    for missing in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(OSError, match=r"folder|directory"):
            InotifyEvents(missing)
        with pytest.raises(OSError, match="irectory"):
            PollingEvents(missing, 1)


def test_2000_files_in_20_new_folders_are_all_told(kernel: InotifyEvents, tmp_path: Path) -> None:
    """A tenth of what was promised: folders that are filled while they are only just found."""
    names = [f"{folder:02}/deep/{number:03}" for folder in range(20) for number in range(100)]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    gathered(kernel, all_told(*names))
    (tmp_path / "19/deep/later").touch()
    assert Look.ENTRY is gathered(kernel, all_told("19/deep/later"))["19/deep/later"]


def test_a_queue_that_overflows_is_noticed_and_everything_looked_at(kernel: InotifyEvents, tmp_path: Path) -> None:
    """More events than the kernel keeps, while nobody reads them; afterwards new folders are watched, too."""
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if most > 100_000:
        not_run("this kernel keeps too many events")
    with kernel._lock:
        for number in range(most + 6_000):
            os.close(os.open(tmp_path / f"{number % 50}", os.O_CREAT | os.O_WRONLY))
        (tmp_path / "new").mkdir()  # its event is among those that are lost
    told = gathered(kernel, lambda told: EVERYTHING.path in told)

    assert Look.TREE is told[""]
    assert kernel.losses >= 1
    (tmp_path / "new" / "after").touch()
    gathered(kernel, lambda told: "new/after" in told)


def test_what_is_gone_is_no_reason_to_look(kernel: InotifyEvents, tmp_path: Path) -> None:
    """A file that came and went is told as gone."""
    (tmp_path / "x").touch()
    (tmp_path / "x").unlink()
    (tmp_path / "y").touch()

    assert Look.NOTHING is gathered(kernel, all_told("y"))["x"]


def test_a_folder_that_could_not_be_read_is_watched_once_it_can(kernel: InotifyEvents, tmp_path: Path) -> None:
    """Scans tell of it until then."""
    if os.getuid() == 0:
        (tmp_path / "closed").mkdir()
        gathered(kernel, all_told("closed"))
        return
    (tmp_path / "closed").mkdir(mode=0)
    gathered(kernel, all_told("closed"))
    (tmp_path / "closed").chmod(0o700)
    (tmp_path / "closed" / "x").touch()
    gathered(kernel, all_told("closed/x"))


def test_a_folder_that_cannot_be_watched_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel has no room for more watches, at the start or later on; it takes longer, and nothing is missed."""
    definition = Definition(source=str(tmp_path), destination="/z/x", watch={"poll": 0.05})
    full = OSError(errno.ENOSPC, "no space left")

    def refuses(*_: object) -> WatchDescriptor:
        raise full

    later = InotifyEvents(tmp_path)
    monkeypatch.setattr(InotifyFD, "add_callback", refuses)
    (tmp_path / "new").mkdir()
    gathered(later, lambda _told: bool(later.broken))
    assert LIMIT == later.broken
    later.close()

    events = event_sources.events_of(definition, 1)
    assert "polling" == events.how
    (tmp_path / "new" / "x").touch()
    gathered(events, all_told("new/x"))
    events.close()


def test_an_eye_sees_what_differs_and_nothing_else(tmp_path: Path) -> None:
    """By all that `stat` says, not by a clock."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "same").write_text("same")
    (tmp_path / "d" / "back").write_text("1234")
    eye = Eye(tmp_path)
    assert {"d", "d/same", "d/back"} == {change.path for change in eye.look()}
    assert [] == list(eye.look())

    before = (tmp_path / "d" / "back").stat()
    (tmp_path / "d" / "back").write_text("4321")
    os.utime(tmp_path / "d" / "back", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [Change(path="d/back")] == list(eye.look())
    (tmp_path / "d" / "same").unlink()
    assert [] == list(eye.look())
