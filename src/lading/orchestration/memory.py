"""Memory of worker processes: what a large file needed goes back to the system when it is done."""

from __future__ import annotations

import ctypes
from contextlib import suppress

#: parameters of glibc's mallopt(3)
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8

#: bytes from which a block is mapped by itself, and so returned as soon as it is freed; glibc would raise this bound
#: to 32 MiB after the first such block, and keep what is freed in the arena of the thread that had it
_LARGE = 1024 * 1024

#: places to allocate small blocks from, for all threads of a process; glibc would make eight for each core
_ARENAS = 2


def give_back_what_is_freed() -> None:
    """Tell the allocator; where it is not glibc's nothing happens."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_ARENA_MAX, _ARENAS)
