"""Sizes and durations as people write them: units as rclone's."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:(b)|([kmgtp])(?:i?b)?)", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_PIECE = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w|M|y)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}


def size(text: str) -> int:
    """
    Return the bytes that `10B`, `10K`, `1.5MiB` or `2G` say; units are powers of 1024.

    Raise `ValueError` for anything else. A number without a unit is refused, since tools disagree on what it means.
    """
    if text.strip() == "0":
        return 0
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no size: a number and a unit, as 10B, 64K, 1.5M or 2G")
    power = 0 if found[2] else _POWERS[found[3].lower()]
    return int(float(found[1]) * 1024**power)


def seconds(text: str) -> float:
    """
    Return the seconds that `90`, `90s`, `1h30m`, `2d`, `1w`, `1M` (30 days) or `1y` (365 days) say.

    Raise `ValueError` for anything else.
    """
    stripped = text.strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", stripped):
        return float(stripped)
    pieces = _PIECE.findall(stripped)
    if not pieces or "".join(number + unit for number, unit in pieces) != stripped:
        raise ValueError(f"{text!r} is no duration: as 90s, 15m, 1h30m, 2d or 1w")
    return sum(float(number) * _SECONDS[unit] for number, unit in pieces)
