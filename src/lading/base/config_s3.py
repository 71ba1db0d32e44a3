"""How an S3 store is reached: what a job names, and never holds."""

from __future__ import annotations

import os
import re
from enum import Enum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, model_validator

from lading.base.config_groups import Group, Positive, Seconds, SecretUrl

#: the profile of a job that names none
DEFAULT = "default"

#: a name is part of a variable, too: LADING_S3__NAME__ENDPOINT
_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


class Addressing(Enum):
    """Where the name of the bucket stands in an address."""

    AUTO = "auto"  # in the host's name where that works
    PATH = "path"  # https://host/bucket/key
    VIRTUAL = "virtual"  # https://bucket.host/key


class ETags(Enum):
    """What the ETags of a store prove."""

    MD5 = "md5"
    OPAQUE = "opaque"


def _plain_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must start with http:// or https:// and name a host")
    if "@" in parts.netloc:
        raise ValueError("must not hold a key: name a key_file or an aws_profile")
    return text.rstrip("/")


def _proxy(url: SecretUrl) -> SecretUrl:
    if url.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    return url


def _absolute(path: Path) -> Path:
    if not path.expanduser().is_absolute():
        raise ValueError("must be an absolute path: workers are started in other folders")
    return Path(os.path.normpath(path.expanduser()))


_File = Annotated[Path, AfterValidator(_absolute)]


class S3Profile(Group):
    """One store: where it is, and where the keys to it are found. Empty: AWS, by the usual chain of its tools."""

    #: address of the store, such as https://s3.example.org; not set: AWS
    endpoint: Annotated[str, AfterValidator(_plain_url)] | None = None
    #: not set: what AWS's own variables and files say, else us-east-1
    region: str | None = None
    #: where the name of the bucket stands in addresses: path, virtual, or auto (whichever works)
    addressing: Addressing = Addressing.AUTO
    #: address of a proxy; may hold a user and a password
    proxy: Annotated[SecretUrl, AfterValidator(_proxy)] | None = None
    #: whether the certificate of the store is verified
    verify: bool = True
    #: file with the CAs (PEM) that may have signed it; not set: those of the system
    ca_file: _File | None = None
    #: name of a profile in AWS's own files (~/.aws)
    aws_profile: str | None = None
    #: file of two lines, access key and secret key; it is read where it is needed, and again when it changed
    key_file: _File | None = None
    #: ask without a key, for public buckets
    anonymous: bool = False
    #: md5: ETags of 32 hexadecimal digits are MD5 sums, which are compared; opaque: they only tell versions apart
    etags: ETags = ETags.MD5
    #: connections of one worker process to the store
    connections: Positive = 10
    #: seconds until a connection stands
    connect_timeout_s: Seconds = 10.0
    #: seconds without a byte after which a request is tried again
    read_timeout_s: Seconds = 60.0

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        """Refuse two ways to the keys, and a file of CAs that nobody would look at."""
        ways = [name for name in ("aws_profile", "key_file", "anonymous") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are both set: which one holds?")
        if self.ca_file is not None and not self.verify:
            raise ValueError("ca_file is set and verify is false: which one holds?")
        return self


def name_of_profile(name: str) -> str:
    """Return the name of a profile; raise `ValueError` for one that no variable could name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a profile: small letters, digits, single _ between them")
    return name


#: stores by name
Profiles = dict[Annotated[str, BeforeValidator(name_of_profile)], S3Profile]
