"""
Points at which a process can be told to die, so that tests interrupt it exactly where it hurts.

The setting `crash` arms them, for each process by itself: `after_put:3` is the third time that the point is reached. More
than one is separated by commas. What follows says what happens (`kill`, the default; `stop`, as SIGSTOP; `raise`), and
`once` that it happens to one process of a home only: whoever takes the work over is spared. A point that is not armed
costs less than looking at a clock.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

#: every point, and where it lies
POINTS: Mapping[str, str] = {
    "after_claim": "a worker has the lease of a batch and has done nothing",
    "before_put": "a small file, or the tar of a bundle, is read; nothing of it is sent",
    "in_stream": "a piece of a large file is sent",
    "after_put": "a file is sent and verified; nobody has noted it",
    "after_tar": "the tar of a bundle is sent, nothing is unpacked",
    "after_unpack": "a bundle is unpacked, no checksum is compared or entered",
    "before_register": "a file is looked at, nothing is entered",
    "after_register": "a file is entered; nobody has noted it",
    "before_remove": "an object was looked at and may go; the request is not sent",
    "after_remove": "an object is gone; nobody has noted it",
    "before_manifest": "every path is accounted for, the manifest is not written",
    "after_manifest": "the manifest is written, the run has not ended",
    "before_finish": "the work of a batch is done, nothing of it is in the ledger",
    "after_finish": "the ledger has the batch's end, the delivery is not acknowledged",
    "after_mark": "batches are marked for sending, no message is sent",
    "between_messages": "the first of some messages is sent",
    "after_messages": "messages are sent, their batches are not marked as sent",
    "upgrade_drained": "all workers are at rest for an upgrade, the ledger is not backed up",
    "upgrade_backed_up": "the ledger is backed up, no migration is applied",
    "upgrade_migrated": "all migrations are applied, workers still wait",
}


class Action(Enum):
    """What happens to the process."""

    KILL = "kill"
    STOP = "stop"
    RAISE = "raise"


class CrashPointError(RuntimeError):
    """An armed point with the action `raise` was reached: something that nobody foresaw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to happen at one point."""

    point: str
    nth: int = 1
    action: Action = Action.KILL
    #: to one process of a home, not to each
    once: bool = False


_orders: tuple[Order, ...] = ()
_folder = Path()
_reached: Counter[str] = Counter()
_lock = threading.Lock()


def parse(text: str) -> tuple[Order, ...]:
    """Return what the setting orders; raise ValueError for what is no order."""
    return tuple(_order(part.strip()) for part in text.split(",") if part.strip())


def arm(orders: Sequence[Order], folder: Path) -> None:
    """Arm this process, and those that it forks; `folder` keeps the marks of what happens only once."""
    global _orders, _folder
    _orders, _folder = tuple(orders), folder
    _reached.clear()


def point(name: str) -> None:
    """Do what is ordered for this point, which is nothing but in a test."""
    if _orders:
        _reach(name)


def _reach(name: str) -> None:
    with _lock:
        _reached[name] += 1
        due = [order for order in _orders if (order.point, order.nth) == (name, _reached[name])]
    for order in due:
        if not order.once or _is_first(order):
            _carry_out(order)


def _is_first(order: Order) -> bool:
    """Leave a mark before anything happens; False if another process left it."""
    with suppress(FileExistsError):
        (_folder / f"crashed-{order.point}-{order.nth}").touch(exist_ok=False)
        return True
    return False


def _carry_out(order: Order) -> None:
    if order.action is Action.RAISE:
        raise CrashPointError(order.point)
    os.kill(os.getpid(), signal.SIGSTOP if order.action is Action.STOP else signal.SIGKILL)


def _order(part: str) -> Order:
    name, *words = part.split(":")
    if name not in POINTS:
        raise ValueError(f"there is no point {name!r}: {', '.join(POINTS)}")
    numbers = [int(word) for word in words if word.isdigit()]
    if 0 in numbers:
        raise ValueError(f"{part!r}: the first time is 1")
    actions = [Action(word) for word in words if not word.isdigit() and word != "once"]
    return Order(
        point=name,
        nth=numbers[0] if numbers else 1,
        action=actions[0] if actions else Action.KILL,
        once="once" in words,
    )


def marks(folder: Path) -> Iterator[str]:
    """Yield what has happened once in a home, as `point-nth`."""
    for mark in sorted(folder.glob("crashed-*")):
        yield mark.name.removeprefix("crashed-")
