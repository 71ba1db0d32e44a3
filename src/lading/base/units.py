"""Numbers as people read them; units as rclone's (KiB, MiB …)."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_MINUTE = 60
_HOUR = 3600
_DAY = 86_400


def size(count: float) -> str:
    """Return bytes as `1.250 GiB`."""
    for unit in _UNITS:
        if count < 1024 or unit == _UNITS[-1]:  # noqa: PLR2004 - the step between units
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3f} {unit}"


def duration(seconds: float) -> str:
    """Return `1m 5s`; tenths below ten seconds."""
    if seconds < 10:  # noqa: PLR2004 - where tenths stop to matter
        return f"{seconds:.1f}s"
    whole = round(seconds)
    parts = [
        (whole // _DAY, "d"),
        (whole % _DAY // _HOUR, "h"),
        (whole % _HOUR // _MINUTE, "m"),
        (whole % _MINUTE, "s"),
    ]
    shown = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(shown[:2])


def count(number: int, singular: str, plural: str = "") -> str:
    """Return `1 file`, `1,200 files`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def moment(seconds: float | None) -> str:
    """Return a time on this machine's clock, to the second; a dash for none."""
    if seconds is None:
        return "-"
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
