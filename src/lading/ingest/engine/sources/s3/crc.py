"""
Checksums of the store that no module of the standard library computes: CRC32C and CRC64NVME.

A checksum of n bits is the rest of a division of polynomials over GF(2), and long integers are such polynomials: adding is
XOR. The rest stays the same when the first part of a message is cut off and added to the other one, times x^K modulo the
divisor. So a message is folded a few times with operations on whole integers, which run at the speed of memory, and only
a short end is divided byte by byte. The places of the folds are chosen so that x^K modulo the divisor has few terms.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

_BYTE = 8
#: what is divided byte by byte, in bits
_SHORT = 2048
#: folds: enough for a message of 2^31 bits, 256 MiB; longer ones are taken in pieces
_FOLDS = 20
#: how many places for a fold are looked at
_CHOICE = 4096
#: bytes that are folded at once: more costs memory and is no faster
_PIECE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A divisor as these checksums have it: the first bit of a byte, and of the result, is the lowest."""

    #: the terms below the highest; bit i is that of x^(width - 1 - i)
    terms: int
    width: int


CRC32C = Polynomial(0x82F63B78, 32)
CRC64NVME = Polynomial(0x9A6C9329AC4BC9B5, 64)


class Crc:
    """One checksum of what is given to `update`, as those of `hashlib`."""

    def __init__(self, polynomial: Polynomial) -> None:
        self._polynomial = polynomial
        self._rest = (1 << polynomial.width) - 1

    def update(self, data: bytes | memoryview) -> None:
        """Take more bytes."""
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._take(view[start : start + _PIECE])

    def _take(self, data: memoryview) -> None:
        bits = len(data) * _BYTE
        if bits <= 2 * _SHORT:
            self._rest = _divided(self._polynomial, self._rest, bytes(data))
            return
        # bit i is the i-th on the wire: the coefficient of x^(bits - 1 - i)
        message, bits = _folded(self._polynomial, int.from_bytes(data, "little") ^ self._rest, bits)
        self._rest = _divided(self._polynomial, 0, message.to_bytes(bits // _BYTE, "little"))

    def digest(self) -> bytes:
        """Return the checksum in the order of bytes in which the store writes it."""
        value = self._rest ^ (1 << self._polynomial.width) - 1
        return value.to_bytes(self._polynomial.width // _BYTE, "big")


@dataclass(frozen=True, slots=True)
class _Fold:
    """A place K to fold at, and the exponents of the terms of x^K modulo the divisor."""

    place: int
    exponents: tuple[int, ...]


def _folded(polynomial: Polynomial, message: int, bits: int) -> tuple[int, int]:
    """Return a short message with the same rest, and its bits."""
    folds = _folds(polynomial)
    places = [fold.place for fold in folds]
    while bits > 2 * _SHORT:
        fold = folds[bisect_left(places, (bits + polynomial.width + 1) // 2)]
        cut = bits - fold.place
        first, message = message & (1 << cut) - 1, message >> cut
        for exponent in fold.exponents:
            message ^= first << fold.place - cut - exponent
        bits = fold.place
    return message, bits


@functools.cache
def _folds(polynomial: Polynomial) -> list[_Fold]:
    """Return where messages are folded: each place is somewhat less than twice as far as the one before."""
    folds: list[_Fold] = []
    place = _SHORT
    for _ in range(_FOLDS):
        _, place, rest = min(_candidates(polynomial, 2 * place - polynomial.width))
        bits = (bit for bit in range(polynomial.width) if rest >> bit & 1)
        folds.append(_Fold(place, tuple(polynomial.width - 1 - bit for bit in bits)))
    return folds


def _candidates(polynomial: Polynomial, most: int) -> Iterator[tuple[int, int, int]]:
    """Yield for places up to `most` how many terms x^place has modulo the divisor, the place, and the terms."""
    first = max(most // 4 * 3, most - _CHOICE * _BYTE) // _BYTE * _BYTE
    rest = _power_of_x(polynomial, first)
    for place in range(first, most + 1, _BYTE):
        yield rest.bit_count(), place, rest
        for _ in range(_BYTE):
            rest = _times_x(polynomial, rest)


def _power_of_x(polynomial: Polynomial, exponent: int) -> int:
    """Return x^exponent modulo the divisor."""
    found, square = 1 << polynomial.width - 1, 1 << polynomial.width - 2  # x^0 and x^1
    while exponent:
        if exponent & 1:
            found = _product(polynomial, found, square)
        square = _product(polynomial, square, square)
        exponent >>= 1
    return found


def _product(polynomial: Polynomial, one: int, other: int) -> int:
    found = 0
    for bit in range(polynomial.width - 1, -1, -1):
        if other >> bit & 1:
            found ^= one
        one = _times_x(polynomial, one)
    return found


def _times_x(polynomial: Polynomial, rest: int) -> int:
    return (rest >> 1) ^ (polynomial.terms if rest & 1 else 0)


def _divided(polynomial: Polynomial, rest: int, data: bytes) -> int:
    """Return the rest of what was divided so far and of more bytes."""
    table = _table(polynomial)
    for byte in data:
        rest = rest >> _BYTE ^ table[(rest ^ byte) & 0xFF]
    return rest


@functools.cache
def _table(polynomial: Polynomial) -> list[int]:
    """Return the rest for each byte."""
    rests = []
    for rest in range(1 << _BYTE):
        for _ in range(_BYTE):
            rest = _times_x(polynomial, rest)  # noqa: PLW2901 - it is divided bit by bit
        rests.append(rest)
    return rests
