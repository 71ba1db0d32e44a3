"""What became of one path: the words that ledger, manifest, API and command line share."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What did happen to one path; every path of a run has exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    REGISTERED = "registered"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    SKIPPED = "skipped"
    FAILED = "failed"
