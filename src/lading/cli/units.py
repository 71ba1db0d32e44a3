"""Numbers as people read them, on the terminal as everywhere else."""

from __future__ import annotations

from lading.base.units import count, duration, moment, size

__all__ = ["count", "duration", "moment", "size"]
