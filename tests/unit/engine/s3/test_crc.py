"""Checksums by folding: as the catalogues of such checksums have them, for any length and in any pieces."""

from __future__ import annotations

import random
import zlib
from itertools import pairwise

import pytest

from lading.ingest.engine.sources.s3.crc import CRC32C, CRC64NVME, Crc, Polynomial

#: that of zlib, so that there is somebody to ask
CRC32 = Polynomial(0xEDB88320, 32)
DATA = random.Random(9).randbytes(200_003)


def of(polynomial: Polynomial, *pieces: bytes) -> str:
    crc = Crc(polynomial)
    for piece in pieces:
        crc.update(piece)
    return crc.digest().hex()


@pytest.mark.parametrize(("polynomial", "check"), [(CRC32C, "e3069283"), (CRC64NVME, "ae8b14860a799888")])
def test_the_check_values_are_the_published_ones(polynomial: Polynomial, check: str) -> None:
    """Of nine digits; and of 32 zeros (RFC 3720)."""
    assert of(polynomial, b"123456789") == check
    assert of(CRC32C, bytes(32)) == "8a9136aa"


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 700, 1025, 4096, 5000, 65_537, 200_003])
def test_folding_is_dividing(size: int) -> None:
    """For a divisor that another program knows."""
    assert of(CRC32, DATA[:size]) == f"{zlib.crc32(DATA[:size]):08x}"


@pytest.mark.parametrize("polynomial", [CRC32C, CRC64NVME])
def test_pieces_make_no_difference(polynomial: Polynomial) -> None:
    """Short and long ones, of bytes and of views."""
    cuts = [0, 3, 600, 601, 100_000, 200_003]
    pieces = [DATA[start:end] for start, end in pairwise(cuts)]
    whole = Crc(polynomial)
    whole.update(memoryview(DATA))

    assert of(polynomial, *pieces) == whole.digest().hex()
