"""Messages of stores: which paths they are about, in whatever wrapping."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lading.ingest.engine.sources.s3 import location
from lading.ingest.engine.sources.s3.notices import NotUnderstood, paths_in

HERE = location.parse("s3://bucket/in")


def records(*keys: str, bucket: str = "bucket") -> dict[str, Any]:
    return {"Records": [{"eventName": "x", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}} for key in keys]}


@pytest.mark.parametrize(
    ("message", "paths"),
    [
        (records("in/a", "in/b/c", "in/a"), ("a", "b/c")),
        (records("in/a+b%2Bc", "in/%C3%BC"), ("a b+c", "ü")),
        (records("in/x//y", "in/./z"), ("x/-∅/y", ". ␀/z")),
        (records("in/folder/", "in/", "in", "inner/a", "other"), ("folder",)),
        (records("in/a", bucket="other"), ()),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "bucket"}, ()),
        ({"Type": "Notification", "Message": json.dumps(records("in/a"))}, ("a",)),
        (
            {"detail-type": "Object Created", "detail": {"bucket": {"name": "bucket"}, "object": {"key": "in/a+b"}}},
            ("a+b",),
        ),
        ({"EventName": "s3:ObjectCreated:Put", "Key": "bucket/in/a", **records("in%2Fa+b")}, ("a b",)),
        ({"Records": [records("in/a+b")["Records"][0] | {"eventSource": "ceph:s3"}]}, ("a b", "a+b")),
        (records("in/a", "in/" + "x" * 1024, "in/\ud800"), ("a",)),
    ],
)
def test_a_message_names_what_is_to_be_looked_at(message: dict[str, Any], paths: tuple[str, ...]) -> None:
    """Below the location only; keys are what a form makes of them, but for those of a bus."""
    assert paths_in(json.dumps(message), HERE) == paths


@pytest.mark.parametrize(
    "body",
    ["", "no json", "[]", "1", "{}", '{"Records": 3}', '{"Records": [{}]}', '{"Type": "Notification"}', "[" * 9999],
)
def test_what_is_no_notice_is_told_as_such(body: str) -> None:
    """Whoever cannot read one has to look at everything."""
    with pytest.raises(NotUnderstood):
        paths_in(body, HERE)
