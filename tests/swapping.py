"""A folder that is a link half of the time: what a hostile writer in a source does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def swapping(folder: Path, outside: Path, beside: Path) -> Iterator[None]:
    """Swap a folder with a link to the outside and back, all the time; what is not in place lies in `beside`."""
    over = threading.Event()
    link, away = beside / "the-link", beside / "the-folder"
    link.symlink_to(outside)

    def swap() -> None:
        while not over.is_set():
            folder.rename(away)
            link.rename(folder)
            folder.rename(link)
            away.rename(folder)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
