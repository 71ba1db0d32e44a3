"""
Child processes that read hostile formats, one for each file.

Starting one takes longer than reading with it. Where one file follows another, `get_ready` starts the next child ahead: it
has everything loaded, waits for its only order, and ends by itself where none comes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

#: what an interpreter needs to find itself and this package; nothing else of the environment is handed on
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG")
#: seconds in which a child that was started ahead is used; it waits somewhat longer
USED_WITHIN = 240.0

_lock = threading.Lock()
#: the child that waits, and when it was started
_ready: tuple[subprocess.Popen[bytes], float] | None = None


def started(*, complaints: int, words: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    """Start a child; `complaints` is where its standard error goes."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "lading.cv.engine.extract.child", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )


def reader() -> subprocess.Popen[bytes]:
    """Return a child for one file: the one that waits, or a new one."""
    found = _taken()
    return found if found is not None else started(complaints=subprocess.PIPE)


def get_ready() -> None:
    """Start a child for the next file, unless one waits already."""
    global _ready  # noqa: PLW0603 - one for each process
    with _lock:
        if _ready is None or not _is_good(*_ready):
            _end()
            _ready = started(complaints=subprocess.PIPE, words=("--ahead",)), time.monotonic()


def _taken() -> subprocess.Popen[bytes] | None:
    global _ready
    with _lock:
        if _ready is None or not _is_good(*_ready):
            _end()
            return None
        child, _ready = _ready[0], None
        return child


def _is_good(child: subprocess.Popen[bytes], since: float) -> bool:
    return child.poll() is None and time.monotonic() - since < USED_WITHIN


def _end() -> None:
    """End a child that waited too long."""
    global _ready  # noqa: PLW0603 - as above
    if _ready is not None:
        with _ready[0] as child:
            child.kill()
        _ready = None


def _begin_anew() -> None:
    """Forget in a child process what belongs to its parent."""
    global _lock, _ready
    _lock, _ready = threading.Lock(), None


os.register_at_fork(after_in_child=_begin_anew)
