"""What a store claims of the bytes of its objects, true and false."""

from __future__ import annotations

import hashlib
import random
import zlib
from base64 import b64encode
from collections.abc import Callable

import pytest

from lading.base.errors import SourceChanged
from lading.ingest.engine import reading
from lading.ingest.engine.sources import errors
from lading.ingest.engine.sources.s3.access import ETags
from lading.ingest.engine.sources.s3.crc import CRC32C, CRC64NVME, Crc, Polynomial
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.source import S3Source
from tests.integration.s3.shops import Shop

pytestmark = pytest.mark.services

OTHER = "0123456789abcdef0123456789abcdef"


def crc(polynomial: Polynomial, data: bytes) -> bytes:
    own = Crc(polynomial)
    own.update(data)
    return own.digest()


def md5(data: bytes) -> bytes:
    return hashlib.md5(data).digest()


SUMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: crc(CRC32C, data),
    "crc64nvme": lambda data: crc(CRC64NVME, data),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}


def parts_of(data: bytes, sizes: list[int]) -> list[bytes]:
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [data[start : start + size] for start, size in zip(starts, sizes, strict=True)]


@pytest.mark.parametrize("is_true", [True, False])
@pytest.mark.parametrize("kind", list(SUMS))
def test_a_checksum_of_the_whole_is_checked(shop: Shop, kind: str, is_true: bool) -> None:
    """Of each kind; the ETag says nothing here."""
    data = random.Random(4).randbytes(100_001)
    told = SUMS[kind](data if is_true else data[:-1])
    shop.put("a", data, etag="opaque-1x", headers={f"x-amz-checksum-{kind}": b64encode(told).decode()})

    if is_true:
        assert shop.read() == data
    else:
        with pytest.raises(errors.SourceDamaged, match=kind.upper()):
            shop.read()


@pytest.mark.parametrize("is_true", [True, False])
@pytest.mark.parametrize("kind", [*SUMS, "etag"])
@pytest.mark.parametrize("sizes", [[5000, 5000, 1], [5000, 5000], [7000]])
def test_a_checksum_of_checksums_is_checked(shop: Shop, kind: str, is_true: bool, sizes: list[int]) -> None:
    """By the length of the object's first part."""
    data = random.Random(5).randbytes(sum(sizes))
    own = SUMS.get(kind, md5)
    told = own(b"".join(own(part) for part in parts_of(data, sizes)) if is_true else b"other")
    if kind == "etag":
        shop.put("a", data, parts=sizes, etag=f"{told.hex()}-{len(sizes)}")
    else:
        headers = {f"x-amz-checksum-{kind}": f"{b64encode(told).decode()}-{len(sizes)}"}
        shop.put("a", data, parts=sizes, etag="opaque", headers=headers | {"x-amz-checksum-type": "COMPOSITE"})

    if is_true:
        assert shop.read() == data
    else:
        with pytest.raises(errors.SourceDamaged):
            shop.read()


def test_b10_a_wrong_etag_never_counts_as_good(shop: Shop) -> None:
    """Although nothing else is wrong, and another checksum is right."""
    data = b"content"
    right = {"x-amz-checksum-sha256": b64encode(hashlib.sha256(data).digest()).decode()}
    shop.put("a", data, etag=OTHER, headers=right)

    with pytest.raises(errors.SourceDamaged, match="MD5"):
        shop.read()
    assert shop.sync() == {"a": ("failed", "SOURCE_DAMAGED")}
    assert shop.workshop.stored() == {}


def test_parts_of_different_lengths_are_found_out(shop: Shop) -> None:
    """The object is read once more when their lengths are known."""
    sizes = [6000, 5000, 5000]
    data = random.Random(6).randbytes(sum(sizes))
    digest = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts_of(data, sizes))).hexdigest()
    shop.put("a", data, parts=sizes, etag=f"{digest}-3")
    source = shop.source()

    with pytest.raises(SourceChanged, match="different lengths"):
        reading.whole(source, "a", source.stat("a"))
    assert reading.whole(source, "a", source.stat("a")) == data
    assert shop.sync() == {"a": ("created", "")}


def test_a_large_object_of_parts_is_checked(shop: Shop) -> None:
    """While its ranges, which are others than its parts, go by."""
    sizes = [90_000, 90_000, 3]
    data = random.Random(7).randbytes(sum(sizes))
    digest = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts_of(data, sizes))).hexdigest()
    shop.put("a", data, parts=sizes, etag=f"{digest}-3")
    shop.put("b", data, parts=sizes, etag=f"{OTHER}-3")

    assert shop.stream("a") == data
    with pytest.raises(errors.SourceDamaged):
        shop.stream("b")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amz-server-side-encryption": "aws:kms"},
        {"x-amz-server-side-encryption": "aws:kms:dsse"},
        {"x-amz-server-side-encryption-customer-algorithm": "AES256"},
    ],
)
def test_etags_of_encrypted_bytes_prove_nothing(shop: Shop, headers: dict[str, str]) -> None:
    """They are excepted knowingly, and counted."""
    shop.put("a", b"content", etag=OTHER, headers=headers)
    source = shop.source()

    assert reading.whole(source, "a", source.stat("a")) == b"content"
    assert source.unproved == 1


def test_a_store_may_have_etags_that_are_no_checksums(shop: Shop) -> None:
    """Its profile says so."""
    shop.put("a", b"content", etag=OTHER)
    source = S3Source(Location(shop.name), shop.store.access(etags=ETags.OPAQUE))

    assert reading.whole(source, "a", source.stat("a")) == b"content"
    assert source.unproved == 1


def test_an_etag_of_parts_that_the_store_does_not_tell_proves_nothing(shop: Shop) -> None:
    """It answers a question about a part as if it were one about the object."""
    shop.put("a", b"content", etag=f"{OTHER}-2")
    source = shop.source()

    assert reading.whole(source, "a", source.stat("a")) == b"content"
    assert source.unproved == 1
