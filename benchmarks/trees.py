"""The trees that are measured with."""

from __future__ import annotations

import os
import random
from pathlib import Path

KIB, MIB = 1024, 1024 * 1024


def fill(root: Path, files: int, *, per_folder: int, size: int = 0) -> Path:
    """Make `files` files of different bytes below `root`, `per_folder` in each folder; return `root`."""
    chance = random.Random(files)
    for first in range(0, files, per_folder):
        folder = root / f"folder_{first // per_folder:04d}"
        folder.mkdir(parents=True)
        for number in range(first, min(first + per_folder, files)):
            (folder / f"file_{number:06d}.dat").write_bytes(chance.randbytes(size))
    return root


def flat(folder: Path, entries: int) -> Path:
    """Make one folder with `entries` empty files; return it."""
    folder.mkdir(parents=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        for number in range(entries):
            os.close(os.open(f"file_{number:07d}.dat", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=handle))
    finally:
        os.close(handle)
    return folder


def large(path: Path, size: int) -> Path:
    """Make one file of `size` random bytes; return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    return path


def links(folder: Path, content: Path, count: int) -> Path:
    """Make a folder of `count` names for one file, so that the source costs its disk only once; return it."""
    folder.mkdir(parents=True)
    for number in range(count):
        os.link(content, folder / f"link_{number:04d}.dat")
    return folder
