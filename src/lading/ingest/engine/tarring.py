"""Tar files in memory, of files only."""

from __future__ import annotations

import io
import tarfile

_END = 2 * tarfile.BLOCKSIZE


class Tar:
    """
    A tar file that is being written.

    Names are written as bytes (the GNU form): a server takes them as they are, whatever its locale.
    """

    def __init__(self) -> None:
        self._packed = io.BytesIO()

    def add(self, name: str, data: bytes) -> None:
        """Append a file."""
        member = tarfile.TarInfo(name)
        member.size = len(data)
        member.mode = 0o600
        self._packed.write(member.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict"))
        self._packed.write(data)
        self._packed.write(bytes(-len(data) % tarfile.BLOCKSIZE))

    def whole(self) -> bytes:
        """End the tar file and return it."""
        self._packed.write(bytes(_END))
        return self._packed.getvalue()
