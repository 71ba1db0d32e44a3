"""How a place in a store is written."""

from __future__ import annotations

import pytest

from lading.base.errors import UsageError
from lading.ingest.engine.sources.s3.access import Access
from lading.ingest.engine.sources.s3.location import Location, is_location, parse


@pytest.mark.parametrize(
    ("text", "location", "canonical"),
    [
        ("s3://bucket", Location("bucket"), "s3://bucket"),
        ("s3://bucket/", Location("bucket"), "s3://bucket"),
        ("S3://bucket/k", Location("bucket", "k"), "s3://bucket/k"),
        ("s3://bucket/k/", Location("bucket", "k"), "s3://bucket/k"),
        ("s3://bucket/k//", Location("bucket", "k/"), "s3://bucket/k/"),
        ("s3://bucket/a/b c é", Location("bucket", "a/b c é"), "s3://bucket/a/b c é"),
    ],
)
def test_a_location_is_read(text: str, location: Location, canonical: str) -> None:
    """One slash at the end says nothing."""
    assert is_location(text)
    assert parse(text) == location
    assert str(location) == location.canonical == canonical


def test_a_root_ends_in_a_slash() -> None:
    """So that `k` never takes `kk/...`."""
    assert Location("bucket", "k").root == "k/"
    assert Location("bucket").root == ""


@pytest.mark.parametrize(
    "text", ["/data", "s3:/bucket", "s3://", "s3:///key", "s3://ab cd/x", "s3://user@host/x", "s3://b/" + "x" * 1024]
)
def test_what_is_none_is_refused(text: str) -> None:
    """With what is wrong."""
    with pytest.raises(UsageError, match=r"s3|bucket|bytes"):
        parse(text)


def test_a_name_that_is_no_text_is_refused() -> None:
    """Keys are UTF-8."""
    with pytest.raises(UsageError, match="UTF-8"):
        parse("s3://bucket/caf\udce9")


def test_an_access_shows_no_password() -> None:
    """A proxy may have one."""
    access = Access(proxy="http://user:planted@proxy:3128")

    assert "planted" not in repr(access)
    assert (access.store, Access(endpoint="https://store.org").store) == ("AWS S3", "https://store.org")
