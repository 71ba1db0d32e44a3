"""The groups of settings. Every number has its unit in the name or beside it, and its reason."""

from __future__ import annotations

import os
import re
import shlex
from enum import Enum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, SecretStr

KIB = 1024
MIB = 1024 * KIB

Positive = Annotated[int, Field(gt=0)]
Size = Annotated[ByteSize, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


def _words(value: object) -> object:
    """Split a line as a shell would, for variables; nothing else of a shell is done."""
    return shlex.split(value) if isinstance(value, str) else value


def _folder(path: Path) -> Path:
    if not path.expanduser().is_absolute():
        raise ValueError(f"{path} is no absolute path")
    return Path(os.path.normpath(path.expanduser()))


def _collection(path: str) -> str:
    if not path.startswith("/") or {"", ".", ".."} & {*path.rstrip("/").split("/")[1:]}:
        raise ValueError(f"{path} is no collection")
    return path.rstrip("/") or "/"


def _bucket(text: str) -> str:
    if not _BUCKET.fullmatch(text):
        raise ValueError(
            f"{text} is no bucket: s3://BUCKET/PREFIX, or NAME=s3://BUCKET/PREFIX with the name of a profile"
        )
    return text.rstrip("/")


#: a bucket or what is below a prefix of it, reached by the profile `default` or by the one that is named
_BUCKET = re.compile(r"(?:[a-z0-9_]+=)?s3://[^/\s]+(?:/.*)?")

#: entries of a list
Names = Annotated[tuple[str, ...], BeforeValidator(_words)]
Folders = Annotated[tuple[Annotated[Path, AfterValidator(_folder)], ...], BeforeValidator(_words)]
Collections = Annotated[tuple[Annotated[str, AfterValidator(_collection)], ...], BeforeValidator(_words)]
Buckets = Annotated[tuple[Annotated[str, AfterValidator(_bucket)], ...], BeforeValidator(_words)]
#: a command, word by word
Words = Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]


class SecretUrl(SecretStr):
    """An address that may hold a password: it shows itself without one. `get_secret_value()` tells all."""

    @property
    def scheme(self) -> str:
        """The part before `://`."""
        return self.get_secret_value().partition("://")[0]

    def _display(self) -> str:
        parts = urlsplit(self.get_secret_value())
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"


class PutCall(Enum):
    """Which requests bring a file of ordinary size: server policies hang on them."""

    ONE_CALL = "one-call"
    OPEN_WRITE_CLOSE = "open-write-close"


class LogLevel(Enum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(Enum):
    """What a line of a log looks like."""

    TEXT = "text"
    JSON = "json"


class ChecksumScheme(Enum):
    """How content is compared with the catalogue."""

    SHA256 = "sha256"
    MD5 = "md5"


class Group(BaseModel):
    """A group of settings: frozen, and no unknown name passes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Transfer(Group):
    """How bytes travel to the zone."""

    #: largest file in bytes that goes in one request: what every iRODS server takes in one message
    one_call_limit_bytes: Size = ByteSize(32 * MIB)
    #: one-call: fewest round trips; open-write-close: for zones whose policies hang on open and close
    put_call: PutCall = PutCall.ONE_CALL
    #: connections to one zone over all workers, jobs and ranges: each one is a process on a real server
    connections: Positive = 16
    #: connections that one batch may use, so that one batch never takes the whole zone
    connections_per_batch: Positive = 4
    #: files in one batch: a few seconds of work, so that a lost worker costs little
    batch_files: Positive = 250
    #: bytes in one batch: as `batch_files`, for files that are not small
    batch_bytes: Size = ByteSize(256 * MIB)
    #: bytes of files held in memory at a time by one worker process
    bytes_in_flight: Size = ByteSize(64 * MIB)
    #: parallel ranges of one large file
    large_streams: Positive = 4
    #: bytes of one write of a large file: large enough for the network, small enough for the window
    chunk_bytes: Size = ByteSize(4 * MIB)
    #: None: as the zone says
    checksum: ChecksumScheme | None = None
    #: seconds without an answer after which a request's outcome is taken as unknown
    read_timeout_s: Seconds = 120.0


class Scan(Group):
    """How a source is walked."""

    #: entries that one scan batch reads at most
    entries: Positive = 20_000
    #: entries that the first scan batch of a run reads at most, so that transfers start early
    first_entries: Positive = 2_000
    #: seconds that one scan batch works at most, well below the lease
    seconds: Seconds = 5.0
    #: entries of one folder that are sorted in memory; larger folders are read by name range
    sorted_in_memory: Positive = 20_000
    #: days within which each folder is listed in the zone once more, a share of them in each run; 0: never
    relist_days: Annotated[int, Field(ge=0)] = 30
    #: waiting transfer batches above which scanning pauses
    transfer_backlog: Positive = 2_000


class Lease(Group):
    """How long a worker may be silent before its batch is given to another."""

    #: seconds that a lease holds without renewal: time over which a stuck worker is waited for
    ttl_s: Seconds = 20.0
    #: seconds between renewals: three may fail before the lease is lost
    renew_s: Seconds = 5.0
    #: seconds between sweeps for leases that ran out and messages that were lost
    sweep_s: Seconds = 5.0
    #: times that a batch is tried before it is parked with its reason
    attempts: Positive = 5


class Retention(Group):
    """How long outcomes stay in the ledger; the manifest file of a run survives them."""

    #: days that failed outcomes are kept
    failures_days: Positive = 365
    #: days that all other outcomes are kept
    others_days: Positive = 90


class Allowed(Group):
    """What runs may touch that were not started from a shell here (web, API): what is listed, and nothing else."""

    #: folders below which they may read and put files aside; they and what is above them must belong to nobody else
    sources: Folders = ()
    #: buckets, or prefixes in them, that they may read: s3://bucket/prefix, or NAME=s3://bucket/prefix where the job names
    #: the profile NAME
    buckets: Buckets = ()
    #: collections below which they may write
    destinations: Collections = ()
    #: zone profiles that they may name beside that of the settings
    zones: Folders = ()
    #: handlers that they may use: package.module:Class, or sha256: and the digest of a stored one (`lading jobs show`)
    handlers: Names = ()
    #: users as whom they may write, as `act_as` names them
    users: Names = ()


class Cv(Group):
    """The language model that CV suggestions may be asked of; without it they are made by rules alone."""

    #: address of an OpenAI-compatible endpoint, such as http://localhost:11434/v1; None: no model, nothing is sent
    model_url: str | None = None
    #: name of the model at that address
    model_name: str | None = None
    #: key, where the endpoint wants one; better in the environment than in a file that others read
    model_key: SecretStr | None = None
    #: seconds until a connection stands
    model_connect_s: Seconds = 5.0
    #: seconds between two pieces of an answer: a slow model is fine, a silent one is not
    model_read_s: Seconds = 60.0
    #: seconds for one answer: a model of 7 billion parameters on two cores needs minutes
    model_deadline_s: Seconds = 900.0
