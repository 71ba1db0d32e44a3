"""Objects under a prefix as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lading.base.errors import SourceMissing, SourceVanished
from lading.base.paths import join, name_of, shown
from lading.ingest.engine.sources.base import Marker
from lading.ingest.engine.sources.s3.access import Access
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.values import Entry, Kind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SECOND = 1_000_000_000
ETAG_TAG = "etag:"


class S3Source:
    """
    The objects of a location.

    A first version that shows the interface: it sorts each folder in memory and checks nothing yet.
    """

    ordered = True

    def __init__(self, location: Location, access: Access) -> None:
        self._location = location
        self._client = _client(access)
        self._endpoint = access.endpoint or ""

    @property
    def canonical(self) -> str:
        """The location as text."""
        return self._location.canonical

    def marker(self) -> Marker:
        """Return what identifies the bucket; raise `SourceMissing`."""
        self._ask(self._client.head_bucket, "")
        return Marker(host="", filesystem=f"{self._endpoint}/{self._location.bucket}", inode=0)

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """Yield the children of `folder` in order of names."""
        root = self._key(folder) + "/" if folder else self._location.root
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._location.bucket, Prefix=root, Delimiter="/"
        )
        found: list[Entry] = []
        for page in pages:
            found += [
                Entry(p["Prefix"][len(root) : -1], Kind.FOLDER, 0, 0, 0, 0) for p in page.get("CommonPrefixes", ())
            ]
            for item in page.get("Contents", ()):
                if item["Key"] != root:
                    name = item["Key"][len(root) :]
                    found.append(_entry(name, item["Size"], item["LastModified"], item["ETag"]))
        yield from sorted(entry for entry in found if entry.name > after)

    def names(self, folder: str) -> Iterator[str]:
        """Yield the names of the children."""
        return (entry.name for entry in self.list(folder))

    def stat(self, path: str) -> Entry:
        """Return the entry at `path` as it is now."""
        if not path:
            return Entry("", Kind.FOLDER, 0, 0, 0, 0)
        head = self._ask(self._client.head_object, path, Key=self._key(path))
        return _entry(name_of(path), head["ContentLength"], head["LastModified"], head["ETag"])

    def open(self, path: str, entry: Entry | None = None) -> BinaryIO:
        """Open an object."""
        answer = self._ask(self._client.get_object, path, Key=self._key(path))
        body = answer["Body"]
        body.entry = _entry(name_of(path), answer["ContentLength"], answer["LastModified"], answer["ETag"])  # type: ignore[attr-defined]
        return cast("BinaryIO", body)

    def describe(self, opened: BinaryIO, name: str) -> Entry:
        """Return the entry that was opened."""
        return cast("Entry", opened.entry)._replace(name=name)  # type: ignore[attr-defined]

    def physical_path(self, path: str) -> str:
        """Return `/bucket/key`, as storage resources for S3 take it."""
        return f"/{self._location.bucket}/{self._key(path)}"

    def owner(self, path: str) -> str:
        """Return nobody: a listing does not say who owns an object."""
        return ""

    def _key(self, path: str) -> str:
        return join(self._location.prefix, path) if path else self._location.prefix

    def _ask(self, ask: Callable[..., Any], path: str, **words: str) -> Any:  # noqa: ANN401
        try:
            return ask(Bucket=self._location.bucket, **words)
        except ClientError as error:
            if not path:
                raise SourceMissing(f"The source {self.canonical} is not there") from error
            raise SourceVanished(f"{shown(path)} is not there any more") from error


def _entry(name: str, size: int, modified: datetime, etag: str) -> Entry:
    at = int(modified.timestamp()) * _SECOND
    return Entry(name, Kind.FILE, size, at, at, 0, ETAG_TAG + etag.strip('"'))


def _client(access: Access) -> S3Client:
    """Return a client."""
    given = {}
    if access.key_file is not None:
        key, secret = access.key_file.read_text().split()
        given = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    session = boto3.session.Session(profile_name=access.profile, region_name=access.region, **given)
    verify = str(access.verify) if isinstance(access.verify, Path) else access.verify
    style = Config(s3={"addressing_style": access.addressing.value})
    return session.client("s3", endpoint_url=access.endpoint, verify=verify, config=style)
