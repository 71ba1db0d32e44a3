"""
CV review: what software can read from a CV, and what a reader will miss.

::

    from lading.cv import lint

    report = lint(Path("cv.pdf"), today=date.today())

Offline and deterministic. `lint` is imported when it is first named, so that the process that only reads a file does
not load the rules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lading.cv.engine.lint.file import lint

__all__ = ["lint"]


def __getattr__(name: str) -> object:
    """Return an exported name from the module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module("lading.cv.engine.lint.file"), name)
    return value
