"""The deletions of a run that a person has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lading.ingest.app.approval import EXPIRES_AFTER
from lading.ingest.app.models import DeletionLine, DeletionList

#: lines that are shown before somebody decides; the rest a page at a time
SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletions:
    """A list of deletions, what became of it, and some of its lines."""

    planned: DeletionList
    lines: Sequence[DeletionLine]
    #: behind which the next lines are; 0: there are none
    after: int

    @property
    def is_held(self) -> bool:
        """Whether somebody has to decide."""
        return self.planned.state == DeletionList.State.HELD

    @property
    def reasons(self) -> Sequence[str]:
        """What triggered the hold."""
        return [reason for _, reason in self.planned.reasons]

    @property
    def expires_at(self) -> float:
        """Until when it may be approved."""
        return self.planned.decided_at + EXPIRES_AFTER


def deletions_of(run_id: int, after: int = 0, size: int = SIZE) -> Deletions | None:
    """Return what a run planned to delete; None if it planned nothing. Two statements."""
    planned = DeletionList.objects.filter(pk=run_id).first()
    if planned is None or not (planned.objects_planned or planned.waiting or planned.reasons):
        return None
    lines = list(DeletionLine.objects.filter(run_id=run_id, pk__gt=after).order_by("pk")[: size + 1])
    return Deletions(planned=planned, lines=lines[:size], after=lines[size - 1].pk if len(lines) > size else 0)
