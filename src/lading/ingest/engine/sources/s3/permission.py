"""
Tells an object that may not be read from a bucket of which nothing may be.

Keys may be allowed to list and not to read. Then no object is to blame, and the run waits for somebody who changes that,
instead of failing them one by one. No request asks for a permission as such, so others are asked for a byte.

==============================  =====================
of others, spread over the job  the error is
==============================  =====================
one is given, in whatever way   `SourceUnreadable`: that one object fails
there are none                  as above
all are denied                  `SourceDenied`: the run waits
==============================  =====================
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from lading.base.errors import RetryNow, SkipFile, SourceUnreadable
from lading.base.paths import shown
from lading.ingest.engine.sources.errors import SourceDenied

if TYPE_CHECKING:
    from lading.ingest.engine.sources.s3.access import Access
    from lading.ingest.engine.sources.s3.asking import Bucket

T = TypeVar("T")

#: objects, and folders, of the root of which one is asked for
_SPREAD = 3
#: seconds for which it is known that something may be read
_KNOWN = 30.0

#: key -> nothing, if the store gives what was wanted of that object; else the error
Question = Callable[[str], None]

_readable: dict[tuple[Access, str, str], float] = {}
_lock = threading.Lock()


def judge(bucket: Bucket, key: str, question: Question, *, what: str = "read") -> None:
    """Raise `SourceDenied` if no other object of a location is given, as the one with that key was not."""
    about = (bucket.access, bucket.location.canonical, what)
    with _lock:
        if time.monotonic() - _readable.get(about, -_KNOWN) < _KNOWN:
            return
    others = list(dict.fromkeys(other for other in _others(bucket, key) if other != key))
    for other in others:
        try:
            question(other)
        except SourceUnreadable:
            continue
        except (SkipFile, RetryNow):
            pass  # it is gone, or lies in an archive: who may not read is told that before
        with _lock:
            _readable[about] = time.monotonic()
        return
    if not others:
        return
    raise SourceDenied(
        f"Nothing of {shown(bucket.location.canonical)} may be {what}: {bucket.access.store} denies all of the "
        f"{len(others) + 1} objects that it was asked for",
        hint="Its list may be read: let the key read the objects, too (s3:GetObject, s3:GetObjectTagging, kms:Decrypt)",
    )


def _others(bucket: Bucket, key: str) -> Iterator[str]:
    """Yield keys of other objects: those next to it, and some that are spread over the root."""
    root = bucket.location.root
    yield from (item.key for item in bucket.page(root, key, limit=1).items)
    top = bucket.page(root, "", delimiter="/")
    yield from (item.key for item in _spread(top.items))
    for folder in _spread(top.folders):
        yield from (item.key for item in bucket.page(folder, "", limit=2).items)


def _spread(things: Sequence[T]) -> Sequence[T]:
    """Return the first, the last and the one in between."""
    places = sorted({round(number * (len(things) - 1) / (_SPREAD - 1)) for number in range(_SPREAD)})
    return [things[place] for place in places] if things else []


def _forget() -> None:
    """Begin anew in a child process: the lock of the parent may be held."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget)
