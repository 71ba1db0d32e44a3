"""
Suggestions, decisions, versions.

::

    first = first_version(structure(document))
    found = suggest(Context(document=document, resume=first.resume, today=today), base=first.id)
    second = decide(first, found, safe(found))

A suggestion is small and names its place, what stands there, what would, why, and on what evidence. What nobody decided
changes nothing. Versions are never changed: a decision makes a new one, and a suggestion for another version is refused.
"""

from __future__ import annotations

from lading.cv.engine.improve.decisions import Choice, Decision, decide, safe
from lading.cv.engine.improve.difference import Change, Changed, difference
from lading.cv.engine.improve.suggest import suggest
from lading.cv.engine.improve.suggestion import Kind, Operation, Origin, Suggestion
from lading.cv.engine.improve.version import Version, first_version

__all__ = [
    "Change",
    "Changed",
    "Choice",
    "Decision",
    "Kind",
    "Operation",
    "Origin",
    "Suggestion",
    "Version",
    "decide",
    "difference",
    "first_version",
    "safe",
    "suggest",
]
