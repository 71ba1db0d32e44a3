"""Points at which a process dies when a test says so, and that are nothing otherwise."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base import config, crash
from lading.base.crash import Action, CrashPointError, Order
from lading.base.errors import UsageError

ROOT = Path(__file__).parents[3]

#: seconds that a point which is not armed may take: it is passed once for each file, and 1 ms goes into a file
FREE = 1e-6


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    """Leave nothing armed behind."""
    yield
    crash.arm((), Path())


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("after_put", Order(point="after_put")),
        ("after_put:3", Order(point="after_put", nth=3)),
        ("after_put:stop", Order(point="after_put", action=Action.STOP)),
        ("after_put:3:raise:once", Order(point="after_put", nth=3, action=Action.RAISE, once=True)),
    ],
)
def test_an_order_names_point_time_and_what_happens(text: str, order: Order) -> None:
    """Whatever is not said is the first time, and kill -9, in each process."""
    assert (order,) == crash.parse(text)


def test_several_orders_are_separated_by_commas() -> None:
    """In whatever order."""
    assert ["after_put", "before_remove"] == [order.point for order in crash.parse("after_put:3, before_remove")]


@pytest.mark.parametrize("text", ["after_putt", "after_put:0", "after_put:explode"])
def test_what_is_no_order_is_refused_when_the_settings_are_read(text: str, tmp_path: Path) -> None:
    """A misspelt point would make a test that proves nothing."""
    with pytest.raises(UsageError, match="LADING_CRASH"):
        config.load({"LADING_HOME": str(tmp_path), "LADING_CRASH": text, "LADING_CONFIG": os.devnull}, tmp_path)


def test_it_happens_the_nth_time_and_no_other(tmp_path: Path) -> None:
    """Others pass."""
    crash.arm(crash.parse("after_put:2:raise"), tmp_path)
    crash.point("after_put")
    crash.point("before_put")
    with pytest.raises(CrashPointError):
        crash.point("after_put")
    crash.point("after_put")


def test_what_happens_once_spares_the_process_that_takes_over(tmp_path: Path) -> None:
    """The mark in the home is there before the process dies."""
    for _process in range(2):
        crash.arm(crash.parse("after_put:raise:once"), tmp_path)
        try:
            crash.point("after_put")
        except CrashPointError:
            assert ["after_put-1"] == list(crash.marks(tmp_path))
    crash.arm(crash.parse("after_put:raise:once"), tmp_path)
    crash.point("after_put")


def test_the_process_dies_by_the_signal_that_cannot_be_caught(tmp_path: Path) -> None:
    """Nothing is put in order before."""
    words = "from pathlib import Path; from lading.base import crash; crash.arm(crash.parse('after_put'), Path('.'))"
    done = subprocess.run([sys.executable, "-c", f"{words}; crash.point('after_put')"], cwd=tmp_path)

    assert -signal.SIGKILL == done.returncode


def test_a_point_that_is_not_armed_is_free() -> None:
    """Best of seven, so that a busy machine does not count; usually it is 50 ns."""
    point = crash.point
    seconds = min(timeit.repeat(lambda: point("after_put"), number=20_000, repeat=7)) / 20_000

    assert seconds < FREE


def test_every_point_is_somewhere_and_every_one_is_known() -> None:
    """The table is what the code has, no more and no less; the page lists all of it."""
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    page = (ROOT / "docs/explanation/fault-harness.md").read_text()

    assert sorted(crash.POINTS) == sorted(re.findall(r'crash\.point\("(\w+)"\)', source))
    assert crash.POINTS.items() == dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE)).items()
