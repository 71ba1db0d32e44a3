"""Other people's code meets its time limit."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from lading.base.cancellation import Switch, Unlimited
from lading.base.errors import Cancelled, HookTimedOut
from lading.ingest.engine import time_limits


def within(seconds: float, call: object) -> object:
    return time_limits.within(seconds, Unlimited(), call)  # type: ignore[arg-type]


def test_what_it_returns_is_returned() -> None:
    """Also from many threads at a time."""
    found: list[object] = []
    threads = [threading.Thread(target=lambda n=n: found.append(within(5, lambda: n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(range(20)) == sorted(found)  # type: ignore[type-var]


def test_what_it_raises_is_told_apart_from_own_errors() -> None:
    """A handler that raises an error of Lading's has failed, and nothing more; so has one that exits."""
    for error in (Cancelled("mine"), SystemExit(3), ValueError("no")):

        def raising(error: BaseException = error) -> None:
            raise error

        with pytest.raises(time_limits.Raised) as raised:
            within(5, raising)
        assert error is raised.value.__cause__


def test_python_code_without_end_is_ended() -> None:
    """The thread gets an exception and is gone."""
    before = threading.active_count()

    def spin() -> None:
        while True:
            sum(range(100))

    with pytest.raises(HookTimedOut):
        within(0.2, spin)
    ends = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < ends:
        time.sleep(0.01)

    assert threading.active_count() <= before


def test_a_call_that_sleeps_is_left_behind() -> None:
    """The caller goes on at once."""
    at = time.monotonic()
    with pytest.raises(HookTimedOut):
        within(0.1, lambda: time.sleep(3))

    assert time.monotonic() - at < 2


def test_a_stopped_run_does_not_wait_for_a_call() -> None:
    """The token ends the wait within a second or so."""
    switch = Switch()
    threading.Timer(0.1, lambda: switch.cancel("stopped")).start()
    at = time.monotonic()
    with pytest.raises(Cancelled):
        time_limits.within(60, switch, lambda: time.sleep(3))

    assert time.monotonic() - at < 2.5


_PROGRAM = """
import re, sys, time
from lading.base.cancellation import Unlimited
from lading.base.errors import HookTimedOut
from lading.ingest.engine import time_limits
time_limits.STALL = 1.0
time_limits.MOST_STUCK = 3
{body}
print("still here")
"""


@pytest.mark.parametrize(
    "body",
    [
        "time_limits.within(60, Unlimited(), lambda: re.match('(a+)+$', 'a' * 40 + 'b'))",
        """
for _ in range(10):
    try:
        time_limits.within(0.01, Unlimited(), lambda: time.sleep(30))
    except HookTimedOut:
        pass
""",
    ],
    ids=["nobody else runs", "too many are left behind"],
)
def test_a_process_that_cannot_be_helped_ends(body: str) -> None:
    """Whoever started it starts another one; the batch goes there."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM.format(body=body)], capture_output=True, timeout=20, check=False
    )

    assert ended.returncode != 0
    assert b"still here" not in ended.stdout
