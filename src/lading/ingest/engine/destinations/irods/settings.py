"""How transfers to a zone are done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_MIB = 1 << 20


class PutCall(Enum):
    """Which requests store a small file; sites with policies on opens or closes need the second."""

    ONE_CALL = "one-call"
    OPEN_WRITE_CLOSE = "open-write-close"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSettings:
    """Sizes are bytes, times seconds."""

    #: connections that `each` works over
    connections: int = 4
    #: larger data are opened, written and closed even if one call is asked for
    one_call_limit: int = 32 * _MIB
    put_call: PutCall = PutCall.ONE_CALL
    #: parallel ranges of one large file, as far as slots are granted
    large_streams: int = 3
    #: bytes of one write request of a large file
    chunk_bytes: int = 4 * _MIB
    #: bytes of large files that the whole process holds between reading and having them acknowledged and hashed
    bytes_in_flight: int = 64 * _MIB
    #: `sha256` or `md5`; None: what the profile says, else `sha256`
    hash_name: str | None = None
    #: for a reply; work that grows with the size of a file gets more
    read_timeout: float = 120.0
    #: for reaching the server and logging in
    connect_timeout: float = 20.0
    #: what a server surely reads per second when it computes a checksum
    slowest_bytes_per_second: int = 20 * _MIB

    def time_for(self, size: int) -> float:
        """Return how long the server may take over a file of `size` bytes."""
        return self.read_timeout + size / self.slowest_bytes_per_second
