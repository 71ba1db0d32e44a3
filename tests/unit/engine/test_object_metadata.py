"""Facts of objects become AVUs: which, under which names, and which of those that are there are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lading.ingest.engine import object_metadata
from lading.ingest.engine.object_metadata import ObjectRow
from lading.ingest.engine.row import Facts
from lading.ingest.engine.templates import MetadataRow, Templates
from lading.ingest.engine.values import Entry, Kind

SAID = {
    "content-type": "image/tiff",
    "storage-class": "STANDARD",
    "version-id": "",
    "user:instrument": "x1",
    "user:run": "7",
    "tag:project": "p",
}


@dataclass(frozen=True)
class Said:
    """What a store says."""

    content_type: str = "image/tiff"
    storage_class: str = "STANDARD"
    version_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=lambda: {"instrument": "x1", "run": "7"})


class Described:
    """A source that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def facts(self, path: str) -> Said:
        self.asked.append(path)
        return Said()

    def tags(self, path: str) -> dict[str, str]:
        self.asked.append(f"tags of {path}")
        return {"project": "p"}


def facts_of(path: str, source: object) -> Facts:
    entry = Entry(path, Kind.FILE, 1, 0, 0, 0)
    return Facts(path=path, entry=entry, owner=str, of_object=object_metadata.asked_of(source, path))


@pytest.mark.parametrize(
    ("row", "avus"),
    [
        (ObjectRow(fact="content-type"), [("s3:content-type", "image/tiff", "")]),
        (ObjectRow(fact="content-type", attribute="format", unit="mime"), [("format", "image/tiff", "mime")]),
        (ObjectRow(fact="version-id"), []),
        (ObjectRow(fact="user:instrument"), [("s3:user:instrument", "x1", "")]),
        (ObjectRow(fact="user:nothing"), []),
        (ObjectRow(fact="user:*"), [("s3:user:instrument", "x1", ""), ("s3:user:run", "7", "")]),
        (ObjectRow(fact="user:*", attribute="lab.{key}"), [("lab.instrument", "x1", ""), ("lab.run", "7", "")]),
        (ObjectRow(fact="tag:*", attribute="{key}"), [("project", "p", "")]),
    ],
)
def test_a_row_makes_the_avus_of_its_facts(row: ObjectRow, avus: list[tuple[str, str, str]]) -> None:
    """A fact without a value is none; what it makes it owns, if its name tells that."""
    assert list(row.avus(SAID)) == avus
    assert [row.owns(avu[0]) for avu in avus] == [row.attribute != "{key}"] * len(avus)
    assert not row.owns("somebody's")


@pytest.mark.parametrize(
    ("fact", "attribute"), [("user:*", "x"), ("etag", ""), ("user:", ""), ("owner", "x"), ("Tag:x", "")]
)
def test_what_no_store_says_is_refused(fact: str, attribute: str) -> None:
    """And one attribute for many facts."""
    with pytest.raises(ValueError, match=r"is no fact|the attribute needs"):
        ObjectRow(fact=fact, attribute=attribute)


def test_only_what_rows_own_goes() -> None:
    """A name that only begins alike is somebody else's."""
    rows = (ObjectRow(fact="user:*"), ObjectRow(fact="content-type", attribute="format"))
    there = [
        ("s3:user:a", "1", ""),
        ("s3:user:", "2", ""),
        ("s3:tag:a", "3", ""),
        ("format", "4", ""),
        ("formats", "5", ""),
    ]

    assert object_metadata.owned(rows, there) == (("s3:user:a", "1", ""), ("format", "4", ""))


def test_a_store_is_asked_only_where_a_row_applies_and_for_tags_only_where_one_wants_them() -> None:
    """Each question is a request."""
    source = Described()
    templates = Templates(
        metadata=(MetadataRow(attribute="where", value="{path}"),),
        objects=(ObjectRow(files="*.tif", fact="user:run"), ObjectRow(files="*.raw", fact="tag:*")),
    )

    assert templates.avus(facts_of("a.txt", source)) == (("where", "a.txt", ""),)
    assert source.asked == []
    assert templates.avus(facts_of("a.tif", source)) == (("where", "a.tif", ""), ("s3:user:run", "7", ""))
    assert templates.avus(facts_of("a.raw", source))[1:] == (("s3:tag:project", "p", ""),)
    assert source.asked == ["a.tif", "a.raw", "tags of a.raw"]


def test_a_source_that_knows_no_facts_has_none() -> None:
    """As a folder."""
    templates = Templates(objects=(ObjectRow(fact="content-type"),))

    assert templates.avus(facts_of("a", object())) == ()
    assert templates.decorates
    assert templates.digest != Templates().digest
