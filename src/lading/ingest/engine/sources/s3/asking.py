"""Requests to one bucket: paced, tried again as far as that may help, counted; their errors are those of the tree."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from lading.base.cancellation import Token, Unlimited
from lading.base.errors import LadingError, RetryNow, SkipFile, SourceUnreadable
from lading.base.paths import shown
from lading.base.retry import RetryPolicy
from lading.ingest.engine.sources.errors import (
    SourceCertificateRefused,
    SourceLoginRefused,
    SourceSlow,
    SourceUnavailable,
)
from lading.ingest.engine.sources.s3 import clients, failures, pace, permission
from lading.ingest.engine.sources.s3.access import Access
from lading.ingest.engine.sources.s3.failures import Asked
from lading.ingest.engine.sources.s3.location import Location

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

#: keys of one page: the protocol's most
PAGE = 1000
#: the path of an object that is asked for instead of another one
_SOME = "an object"
#: what the library has for a code where an answer has no body
_NO_REASON = frozenset({"400", "403"})
#: a refused request is tried for half a minute or so; then the run waits
PATIENCE = RetryPolicy(attempts=9, first_delay=timedelta(milliseconds=100), longest_delay=timedelta(seconds=10))


class Item(NamedTuple):
    """One object as a listing shows it."""

    key: str
    size: int
    #: whole seconds since the epoch: answers about single objects know no fractions
    modified: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request lists: objects, and what the delimiter cut off, each in order."""

    items: list[Item]
    #: keys up to and including the delimiter
    folders: list[str]
    #: whether there is nothing behind it
    is_last: bool


@dataclass(slots=True)
class Bucket:
    """One bucket, as one source asks it."""

    location: Location
    access: Access
    token: Token = field(default_factory=Unlimited)
    patience: RetryPolicy = PATIENCE
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    #: requests sent so far
    requests: int = field(default=0, init=False)
    _pace: pace.Pace = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._pace = pace.of(self.access.store, self.location.bucket)

    @property
    def rate(self) -> float | None:
        """Requests a second that the store gets now; None: as many as there are."""
        return self._pace.rate

    def asked(self, path: str = "", *, is_listing: bool = False) -> Asked:
        """Return what is asked for, in words for errors."""
        return Asked(store=self.access.store, location=self.location.canonical, path=path, is_listing=is_listing)

    def page(self, prefix: str, after: str, *, delimiter: str = "", limit: int = PAGE, path: str = "") -> Page:
        """List what begins with `prefix` and comes behind `after`."""
        words: dict[str, Any] = {"Prefix": prefix, "MaxKeys": limit}
        if after:
            words["StartAfter"] = after
        if delimiter:
            words["Delimiter"] = delimiter

        def ask(client: S3Client) -> Page:
            return _page(client.list_objects_v2(Bucket=self.location.bucket, **words))

        return self.patiently(ask, self.asked(path, is_listing=True))

    def get(self, key: str, path: str, **words: Any) -> Any:  # noqa: ANN401 - the library's own answer
        """Open an object; its body is read later, and may break off then."""
        with self._judged(key, self._byte):
            return self.patiently(
                lambda client: client.get_object(Bucket=self.location.bucket, Key=key, ChecksumMode="ENABLED", **words),
                self.asked(path),
            )

    def head(self, key: str, path: str, **words: Any) -> Any:  # noqa: ANN401 - the library's own answer
        """Ask about an object; where that is refused, in answers that have no body to say why, its first byte is asked for."""
        about: dict[str, Any] = {"Bucket": self.location.bucket, "Key": key}

        def ask(client: S3Client) -> Any:  # noqa: ANN401 - as above
            try:
                return client.head_object(**about, ChecksumMode="ENABLED", **words)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _NO_REASON:
                    client.get_object(**about, Range="bytes=0-0")["Body"].close()
                raise

        with self._judged(key, self._byte):
            return self.patiently(ask, self.asked(path))

    def gives(self, key: str) -> bool:
        """Say whether the store has an object, whatever it lists; False where it does not say."""
        try:
            self.patiently(lambda client: client.head_object(Bucket=self.location.bucket, Key=key), self.asked(_SOME))
        except (SkipFile, RetryNow):
            return False
        return True

    def tags(self, key: str, path: str) -> dict[str, str]:
        """Return an object's tags."""
        with self._judged(key, self._tags, what="asked for its tags"):
            return self._tags(key, path)

    def _tags(self, key: str, path: str = _SOME) -> dict[str, str]:
        found = self.patiently(
            lambda client: client.get_object_tagging(Bucket=self.location.bucket, Key=key), self.asked(path)
        )
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    def _byte(self, key: str) -> None:
        """Find out whether an object is given."""
        about: dict[str, Any] = {"Bucket": self.location.bucket, "Key": key, "Range": "bytes=0-0"}
        self.patiently(lambda client: client.get_object(**about)["Body"].close(), self.asked(_SOME))

    @contextmanager
    def _judged(self, key: str, question: Callable[[str], Any], *, what: str = "read") -> Iterator[None]:
        """Raise `SourceDenied` instead of `SourceUnreadable` where no object is given."""
        try:
            yield
        except SourceUnreadable:
            permission.judge(self, key, question, what=what)
            raise

    def patiently(self, ask: Callable[[S3Client], T], asked: Asked) -> T:
        """
        Ask until there is an answer that trying again would not mend; raise what it means.

        Refused credentials are read again, once.
        """
        tries, refreshed = 0, False
        while True:
            self.pause()
            try:
                client = clients.of(self.access)
            except failures.FAULTS as error:
                raise failures.meaning(error, asked) from error
            try:
                found = ask(client)
            except failures.FAULTS as error:
                met = self._meaning(error, asked)
                if isinstance(met, SourceLoginRefused) and not refreshed:
                    refreshed = True
                    clients.forget(self.access, client)
                    continue
                tries += 1
                self.recover(met, tries, error)
            else:
                self._pace.went_well()
                return found

    def _meaning(self, error: Exception, asked: Asked) -> LadingError:
        """Return what an error means; the library does not say when it misses the file of certificates."""
        verify = self.access.verify
        if isinstance(verify, Path) and not verify.is_file():
            return SourceCertificateRefused(f"The file of certificates {shown(str(verify))} is not there")
        return failures.meaning(error, asked)

    def pause(self) -> None:
        """Wait until the next request may be sent, and count it."""
        self._pace.wait(self.token.check)
        with self._lock:
            self.requests += 1

    def recover(self, met: Exception, tries: int, cause: Exception) -> None:
        """Wait until the next try is due; raise what was met if there is none."""
        if isinstance(met, SourceSlow):
            self._pace.slowed()
        delay = None
        if isinstance(met, SourceUnavailable):
            delay = self.patience.next_delay(met, tries, jitter=self.jitter())
        if delay is None:
            raise met from cause
        self.token.check()
        self.sleep(delay.total_seconds())
        self.token.check()


def _page(answer: Any) -> Page:  # noqa: ANN401 - the library's own answer
    """Return a page; one that does not say whether it is the last was cut off."""
    if "IsTruncated" not in answer:
        raise ResponseParserError("a listing without an end")
    items = [
        Item(one["Key"], one["Size"], seconds(one["LastModified"]), bare(one["ETag"]))
        for one in answer.get("Contents", ())
    ]
    folders = [one["Prefix"] for one in answer.get("CommonPrefixes", ())]
    return Page(items=items, folders=folders, is_last=not answer["IsTruncated"])


def seconds(moment: datetime) -> int:
    """Return whole seconds since the epoch."""
    return int(moment.timestamp())


def bare(etag: str) -> str:
    """Return an ETag without its quotes."""
    return etag.strip('"')
