"""The same bucket on moto's server and on rclone's: whatever the store, the tree and its bytes are the same."""

from __future__ import annotations

import random

import pytest

from lading.base.errors import SourceMissing, SourceVanished
from lading.base.paths import join
from lading.ingest.engine import reading
from lading.ingest.engine.sources.s3.location import parse
from lading.ingest.engine.sources.s3.opened import Ranging
from lading.ingest.engine.sources.s3.source import S3Source
from lading.ingest.engine.values import Kind
from tests.integration.s3.stores import Store

pytestmark = pytest.mark.services

MIB = 1024 * 1024
DATA = {
    "k/a.txt": b"a",
    "k/deep/er/one": b"one",
    "k/deep/er/two": b"two",
    "k/deep-er": b"beside the folder",
    "k/empty": b"",
    "k/sp ace + é%20.txt": b"odd and allowed",
    "kk/other": b"of another prefix",
    "k.txt": b"a file beside the prefix",
}
LARGE = random.Random(8).randbytes(11 * MIB + 1)


@pytest.fixture(params=["moto", "rclone"])
def store(request: pytest.FixtureRequest) -> Store:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Store)
    return found


@pytest.fixture
def bucket(store: Store) -> str:
    name = store.bucket()
    for key, data in DATA.items():
        store.client.put_object(Bucket=name, Key=key, Body=data)
    return name


def tree(source: S3Source, folder: str = "") -> dict[str, bytes]:
    """Return all files with their bytes; each looks the same in its listing and by itself."""
    found: dict[str, bytes] = {}
    for entry in source.list(folder):
        path = join(folder, entry.name)
        if entry.kind is Kind.FOLDER:
            found |= tree(source, path)
        else:
            assert source.stat(path) == entry
            found[path] = reading.whole(source, path, entry)
    return found


def test_a_prefix_is_a_folder(store: Store, bucket: str) -> None:
    """With or without a slash at its end; `k` never takes `kk/...`."""
    for text in (f"s3://{bucket}/k", f"s3://{bucket}/k/"):
        source = S3Source(parse(text), store.access())

        assert tree(source) == {key[2:]: data for key, data in DATA.items() if key.startswith("k/")}
        assert source.unproved == 0
    assert tree(store.source(bucket)) == DATA


def test_a_location_may_be_one_object(store: Store, bucket: str) -> None:
    """It is a tree of that file."""
    source = store.source(bucket, "k/deep/er/one")

    assert source.physical_path("one") == f"/{bucket}/k/deep/er/one"
    assert tree(source) == {"one": b"one"}
    assert list(source.list("", "one")) == []
    assert source.stat("").kind is Kind.FOLDER
    with pytest.raises(SourceVanished):
        source.stat("two")
    with pytest.raises(SourceVanished):
        list(source.list("folder"))
    with pytest.raises(SourceMissing, match="no key begins with it"):
        list(store.source(bucket, "nothing").names(""))
    with pytest.raises(SourceMissing, match="no key begins with it"):
        store.source(bucket, "nothing").stat("")


def test_an_object_of_parts_is_read_in_ranges_and_proved(store: Store, bucket: str) -> None:
    """Whatever the store makes of its ETag."""
    sent = store.client.create_multipart_upload(Bucket=bucket, Key="large")
    parts = []
    for number, start in enumerate(range(0, len(LARGE), 5 * MIB), 1):
        about = {"Bucket": bucket, "Key": "large", "UploadId": sent["UploadId"], "PartNumber": number}
        answer = store.client.upload_part(**about, Body=LARGE[start : start + 5 * MIB])  # type: ignore[arg-type]
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    store.client.complete_multipart_upload(
        Bucket=bucket,
        Key="large",
        UploadId=sent["UploadId"],
        MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
    )
    source = store.source(bucket, ranging=Ranging(above=MIB, piece=4 * MIB))

    assert b"".join(reading.chunks(source, "large", source.stat("large"))) == LARGE
    assert source.unproved == 0


def test_what_a_store_knows_beside_the_bytes(moto: Store) -> None:
    """Of the version that was read; tags are asked for."""
    name = moto.bucket()
    moto.client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    how = {"ContentType": "text/csv", "Metadata": {"instrument": "x1"}, "StorageClass": "STANDARD_IA"}
    put = moto.client.put_object(Bucket=name, Key="a", Body=b"1", Tagging="project=p", **how)  # type: ignore[arg-type]
    source = moto.source(name)
    reading.whole(source, "a", source.stat("a"))
    before = source.requests
    facts = source.facts("a")

    assert source.requests == before
    assert (facts.content_type, facts.metadata) == ("text/csv", {"instrument": "x1"})
    assert (facts.storage_class, facts.version_id) == ("STANDARD_IA", put["VersionId"])
    assert source.tags("a") == {"project": "p"}


@pytest.mark.parametrize("kind", ["CRC32", "SHA1", "SHA256"])
def test_checksums_that_a_tool_sent_along_are_checked(moto: Store, kind: str) -> None:
    """As the store keeps them; those that need a further package of the library have values in `test_claims`."""
    name = moto.bucket()
    moto.client.put_object(Bucket=name, Key="a", Body=LARGE[:70_000], ChecksumAlgorithm=kind)  # type: ignore[arg-type]
    source = moto.source(name)

    assert reading.whole(source, "a", source.stat("a")) == LARGE[:70_000]
    assert source.unproved == 0
