"""What a schedule says."""

from __future__ import annotations

from dataclasses import dataclass

from lading.orchestration.overlap import Overlap
from lading.orchestration.schedules.deciding import CatchUp
from lading.orchestration.schedules.timetable import Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When runs begin, and what becomes of those that cannot."""

    timetable: Timetable
    catch_up: CatchUp = CatchUp.ONCE
    overlap: Overlap = Overlap.SKIP
