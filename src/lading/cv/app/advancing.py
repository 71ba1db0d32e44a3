"""
One step of a review, whichever it is: what every task of the queues `cv` and `cv-ai` does.

A second delivery finds the lease taken or the step done (`orchestration.work`). What goes wrong is told without a word of
the document: a traceback's last line may hold one, so it is not logged.
"""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from lading.base.errors import Cancelled, LadingError
from lading.cv.app import kinds
from lading.cv.app.errors import StepFailed, without_words
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter

log = logging.getLogger(__name__)

T = TypeVar("T")

#: batch kind -> module and function; loaded when it is first used, since each needs another part of the engine
_STEPS = {
    kinds.EXTRACT: ("reading", "extract"),
    kinds.STRUCTURE: ("reading", "understand"),
    kinds.LINT: ("checking", "lint"),
    kinds.MATCH: ("checking", "match"),
    kinds.DRAW: ("drawing", "draw"),
    kinds.RENDER: ("rendering", "render"),
    kinds.IMPROVE: ("improving", "improve"),
}


def advance(held: Claim, _meter: Meter) -> Ending:
    """Carry a review one step further; everything that follows from it is written when the batch ends."""
    module, name = _STEPS[held.kind]
    step: Callable[[Claim], Ending] = getattr(importlib.import_module(f"lading.cv.app.{module}"), name)
    ending = _quietly(lambda: step(held))
    write = ending.also
    return ending if write is None else replace(ending, also=lambda batch_id: _quietly(lambda: write(batch_id)))


def _quietly(act: Callable[[], T]) -> T:
    """Return what `act` returns; what it raises says nothing of a document."""
    try:
        return act()
    except (Cancelled, OperationalError, InterfaceError):
        raise
    except LadingError as error:
        raise without_words(error) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not get out
        places = traceback.extract_tb(error.__traceback__)
        told = " < ".join(f"{Path(place.filename).stem}:{place.lineno}" for place in reversed(places[-6:]))
        log.error("%s at %s", type(error).__name__, told)  # noqa: TRY400 - the traceback may hold a text
        raise StepFailed(f"{type(error).__name__} in a step of the review") from None
