"""How a store is reached, and as whom. Where credentials stand is told, never what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path


class Addressing(Enum):
    """Where the bucket's name goes."""

    AUTO = "auto"  # in the host's name where that works
    PATH = "path"  # behind the host's name
    VIRTUAL = "virtual"  # in the host's name


class ETags(Enum):
    """What the store's ETags prove."""

    MD5 = "md5"  # those of 32 hexadecimal digits are MD5 sums, with `-N` behind them those of N parts
    OPAQUE = "opaque"  # nothing: they tell versions apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    A store and a way to log in.

    Credentials are read where they are used, and read again when the store refuses them: from `key_file` (two lines,
    the access key id and the secret), else from the named `profile`, else along the usual chain of the AWS tools.
    """

    #: None: AWS's own
    endpoint: str | None = None
    region: str | None = None
    addressing: Addressing = Addressing.AUTO
    #: may carry a password
    proxy: str | None = field(default=None, repr=False)
    #: a file of certificates to trust; False trusts everybody
    verify: bool | Path = True
    profile: str | None = None
    key_file: Path | None = None
    anonymous: bool = False
    #: most connections of one process to the store
    connections: int = 16
    connect_timeout: timedelta = timedelta(seconds=10)
    #: how long the store may say nothing
    read_timeout: timedelta = timedelta(seconds=60)
    etags: ETags = ETags.MD5

    @property
    def store(self) -> str:
        """The store's name for people, without anything secret."""
        return self.endpoint or "AWS S3"
