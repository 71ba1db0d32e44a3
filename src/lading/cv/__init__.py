"""
CV review: what software can read from a CV, what a reader will miss, and how to mend it.

::

    from lading.cv import lint

    report = lint(Path("cv.pdf"), today=date.today())

Offline and deterministic, but for a model that is named. Names are imported when they are first used, so that the process
that only reads a file does not load the rules, nor the lint a typesetter.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lading.cv.engine.extract import extract
    from lading.cv.engine.guard import Ground, judge
    from lading.cv.engine.improve import (
        Choice,
        Decision,
        Suggestion,
        Version,
        decide,
        difference,
        first_version,
        safe,
        suggest,
    )
    from lading.cv.engine.lint.context import Context
    from lading.cv.engine.lint.file import lint
    from lading.cv.engine.render import Output, Template
    from lading.cv.engine.render.read_back import read_back
    from lading.cv.engine.render.render import render
    from lading.cv.engine.structure import structure

__all__ = [
    "Choice",
    "Context",
    "Decision",
    "Ground",
    "Output",
    "Suggestion",
    "Template",
    "Version",
    "decide",
    "difference",
    "extract",
    "first_version",
    "judge",
    "lint",
    "read_back",
    "render",
    "safe",
    "structure",
    "suggest",
]

_IMPROVE = ("Choice", "Decision", "Suggestion", "Version", "decide", "difference", "first_version", "safe", "suggest")
_HOMES = {
    **dict.fromkeys(_IMPROVE, "improve"),
    "Context": "lint.context",
    "Ground": "guard",
    "Output": "render",
    "Template": "render",
    "extract": "extract",
    "judge": "guard",
    "lint": "lint.file",
    "read_back": "render.read_back",
    "render": "render.render",
    "structure": "structure",
}


def __getattr__(name: str) -> object:
    """Return an exported name from the module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"lading.cv.engine.{_HOMES[name]}"), name)
    return value
