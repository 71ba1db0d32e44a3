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


def _smtp(url: SecretUrl | None) -> SecretUrl | None:
    if url is None:
        return None
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("must be smtp+starttls://host, smtps://host or smtp://host")
    if parts.username and parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("a password is sent over TLS only: take smtp+starttls:// or smtps://")
    return url


def _web(url: SecretStr | None) -> SecretStr | None:
    if url is not None and urlsplit(url.get_secret_value()).scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    return url


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


class When(Enum):
    """Which ends of runs somebody wants to hear of."""

    CHANGE = "change"  # something was changed, or needs a person
    FAILURE = "failure"  # something needs a person
    ALWAYS = "always"


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
    """How long rows stay in the ledger; the manifest file of a run survives them."""

    #: days that failed outcomes are kept
    failures_days: Positive = 365
    #: days that all other outcomes are kept; of deletions as long as failures, since a restore needs them
    others_days: Positive = 90
    #: days that plans are kept; the newest one of each job stays
    plans_days: Positive = 30
    #: days that the trail is kept
    trail_days: Positive = 400


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
    #: e-mail addresses that they may let be told of the ends of runs
    emails: Names = ()
    #: addresses of webhooks that they may let the ends of runs be sent to
    webhooks: Names = ()


class Notify(Group):
    """How, and who beside those that jobs name, is told of the ends of runs."""

    #: smtp+starttls://user:password@host:587, smtps:// or smtp://; None: no e-mail is sent
    smtp_url: Annotated[SecretUrl | None, AfterValidator(_smtp)] = None
    #: address that e-mails come from
    sender: str = "lading@localhost"
    #: addresses that are told of the runs of all jobs
    email: Names = ()
    #: address that the ends of the runs of all jobs are sent to; may be a secret
    webhook_url: Annotated[SecretStr | None, AfterValidator(_web)] = None
    #: key that signs what is sent to webhooks; None: nothing is signed
    webhook_secret: SecretStr | None = None
    #: which ends `email` and `webhook_url` are told of: change, failure or always
    when: When = When.FAILURE
    #: address of a run's page, with {run} for its number, that messages link to
    link: str | None = None
    #: seconds that a server gets to take a message
    timeout_s: Seconds = 10.0
    #: times that a message is tried, 30 s later at first and an hour later in the end: 30 are a day
    attempts: Positive = 30


class Cv(Group):
    """CV reviews: the language model that may be asked (without it, rules suggest alone), and what is kept how long."""

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
    #: calls that all workers together may begin in a minute; None: as many as there are
    model_requests_per_minute: Positive | None = None
    #: tokens that all workers together may send and ask for in a minute; None: no limit
    model_tokens_per_minute: Positive | None = None
    #: calls under way at a time over all workers: a model on this machine does one or two well
    model_calls_at_once: Positive = 2
    #: requests about one section: refused ones are tried again so often
    model_attempts: Positive = 5
    #: seconds after its first request for which a section is tried again; then rules suggest alone
    model_patience_s: Seconds = 900.0
    #: whether a call whose worker died is made once more by itself: it may have been charged already
    model_asks_again: bool = False
    #: tokens that one review may cost; None: no limit
    model_tokens_per_review: Positive | None = 200_000
    #: tokens that one person's reviews may cost in 24 hours; None: no limit
    model_tokens_per_day: Positive | None = 1_000_000
    #: price of a million tokens that are sent, and of a million that are answered; None: unknown, and so is every cost
    model_price_sent: Annotated[float, Field(ge=0)] | None = None
    model_price_answered: Annotated[float, Field(ge=0)] | None = None
    #: days after which a CV and everything made of it is deleted
    keep_days: Positive = 30
    #: CVs that one person may have stored at a time
    documents: Positive = 100
    #: uploads, and reviews, that one person may begin in 24 hours
    uploads_per_day: Positive = 100
    reviews_per_day: Positive = 200
    #: checks without storing that one person may ask for in a minute
    lints_per_minute: Positive = 30
    #: share of these quotas that one token of a person may use, in percent: the rest is left to the person
    token_percent: Annotated[int, Field(ge=1, le=100)] = 50
