"""The task definitions of CV reviews: names and queues; behind each is the same `advance`."""

from __future__ import annotations

from celery import Task

from lading.base import config
from lading.cv.app import advancing, kinds
from lading.orchestration.celery_app import app
from lading.orchestration.work import carry

#: seconds for a step without a model: the reader's own limit is a third of it
_STEP_S = 60
#: a section may be asked about twice: where the answer was broken or cut off
_CALLS = 2
#: seconds beyond which the work ends with an exception, and after those the process is killed
_SOFT_S = 15
_HARD_S = 30


def _register(name: str, seconds: float, words: str) -> Task[..., None]:
    soft = int(seconds) + _SOFT_S

    def task(batch_id: int, version: int) -> None:
        carry(batch_id, version, advancing.advance)

    task.__doc__ = words
    made: Task[..., None] = app.task(name=name, soft_time_limit=soft, time_limit=soft + _HARD_S)(task)
    return made


extract = _register(kinds.EXTRACT, _STEP_S, "Read the file in a confined process.")
structure = _register(kinds.STRUCTURE, _STEP_S, "Understand what was read as the first version.")
lint = _register(kinds.LINT, _STEP_S, "Ask every rule; suggest by rules.")
match = _register(kinds.MATCH, _STEP_S, "Compare with the job advertisement.")
draw = _register(kinds.DRAW, _STEP_S, "Draw the pages of a PDF in a confined process.")
render = _register(kinds.RENDER, _STEP_S, "Render a version and read it back.")
improve = _register(
    kinds.IMPROVE, _CALLS * config.current().cv.model_deadline_s, "Ask the model about one section; judge what it says."
)
