"""The file of a run's manifest: with which key it is signed, and how it appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lading.base import config
from lading.ingest.engine.custody import HmacKey, Signer, SigningKey


def signer() -> Signer:
    """Return the key that signs manifests here; raise `ManifestKeyUnusable` where the one that is set cannot be read."""
    path = config.current().manifest_key_file
    return HmacKey(settings.SECRET_KEY) if path is None else SigningKey.load(path)


@contextmanager
def written(path: Path, lines: Iterable[bytes], attempt: str) -> Iterator[Callable[[], None]]:
    """
    Write the lines beside `path`; yield what puts them in its place.

    Unless that is called nothing is left of them. Attempts have names of their own, so that one that lost its lease
    never writes into the file of another one.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    partial = path.with_name(f"{path.stem}.{attempt}.partial")
    partial.unlink(missing_ok=True)
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - mode
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        yield lambda: _placed(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _placed(partial: Path, path: Path) -> None:
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # or a crash of the machine takes the name back
    finally:
        os.close(folder)
    for left in path.parent.glob(f"{path.stem}.*.partial"):
        left.unlink(missing_ok=True)  # of workers that died over it
