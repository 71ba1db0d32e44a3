"""Which claims of a store are checked."""

from __future__ import annotations

import pytest

from lading.ingest.engine.sources.s3.access import ETags
from lading.ingest.engine.sources.s3.proof import SLOW_FROM, Claim, claims, worth

MD5 = "0123456789abcdef0123456789abcdef"
WHOLE, PARTS = Claim(kind="MD5", digest=b"", parts=0), Claim(kind="MD5", digest=b"", parts=3)
SLOW, QUICK = Claim(kind="CRC64NVME", digest=b""), Claim(kind="CRC32", digest=b"")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"ETag": f'"{MD5}"'}, [("MD5", 0)]),
        ({"ETag": f'"{MD5.upper()}-12"'}, [("MD5", 12)]),
        ({"ETag": f'"{MD5}x"'}, []),
        ({"ETag": '"anything"'}, []),
        ({}, []),
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "AES256"}, [("MD5", 0)]),
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "aws:kms"}, []),
        ({"ETag": f'"{MD5}"', "SSECustomerAlgorithm": "AES256"}, []),
        ({"ChecksumCRC32": "AAAAAA==", "ChecksumType": "FULL_OBJECT"}, [("CRC32", 0)]),
        ({"ChecksumCRC32": "AAAAAA==-2", "ChecksumType": "COMPOSITE"}, [("CRC32", 2)]),
        ({"ChecksumCRC32": "AAAAAA==", "ChecksumType": "COMPOSITE"}, []),
    ],
)
def test_what_an_answer_claims(answer: dict[str, str], found: list[tuple[str, int]]) -> None:
    """ETags of other forms, and of bytes that are encrypted, claim nothing."""
    assert [(claim.kind, claim.parts) for claim in claims(answer, ETags.MD5)] == found


def test_opaque_etags_claim_nothing() -> None:
    """The checksum beside one does."""
    answer = {"ETag": MD5, "ChecksumSHA1": "AAAA"}

    assert [claim.kind for claim in claims(answer, ETags.OPAQUE)] == ["SHA1"]


@pytest.mark.parametrize(
    ("found", "size", "parts_known", "checked"),
    [
        ([PARTS], 1, False, []),
        ([PARTS], 1, True, [PARTS]),
        ([WHOLE, SLOW], SLOW_FROM - 1, False, [WHOLE, SLOW]),
        ([WHOLE, SLOW], SLOW_FROM, False, [WHOLE]),
        ([WHOLE, QUICK], SLOW_FROM, False, [WHOLE, QUICK]),
        ([PARTS, SLOW], SLOW_FROM, False, [SLOW]),
        ([PARTS, SLOW], SLOW_FROM, True, [PARTS]),
        ([SLOW], SLOW_FROM, False, [SLOW]),
    ],
)
def test_what_is_checked(found: list[Claim], size: int, parts_known: bool, checked: list[Claim]) -> None:
    """The table of `worth`."""
    assert worth(found, size, parts_known=parts_known) == checked
