"""What a handler says of the job as a whole: asked when the job is stored, and part of its definition from then on."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from lading.base.cancellation import Unlimited
from lading.base.errors import HandlerRefused, HookFailed
from lading.ingest.app.definition import Definition, explained
from lading.ingest.engine.character_keys import pairs_of
from lading.ingest.engine.character_map import Pairs
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.handlers import Event, Handler, Question

#: seconds that such an answer may take: somebody waits for it at a terminal
_PATIENCE = 60.0


def answered(definition: Definition, handler: Handler) -> Definition:
    """Return the definition with the handler's delete mode and name map in it; raise `HandlerRefused`."""
    hooks = Hooks(Calling(handler=handler, token=Unlimited(), timeout=min(definition.timeout, _PATIENCE)))
    about = Event(job=definition.name or "", operation=definition.operation)
    said: dict[str, Any] = {}
    try:
        if (mode := hooks.ask(Question.DELETE_MODE, about)) is not None:
            said["delete_mode"] = mode
        if (pairs := hooks.ask(Question.NAME_MAP, about)) is not None:
            said["character_map"] = _as_text(pairs)
        return Definition.model_validate(definition.model_dump() | said) if said else definition
    except ValidationError as error:
        raise HandlerRefused(f"What the handler says of the job is wrong: {explained(error)}") from error
    except HookFailed as error:
        raise HandlerRefused(f"The handler does not say how the job is done: {error}") from error


def _as_text(pairs: list[tuple[Any, str]]) -> Pairs:
    """Return a name map as a job file says it; functions among its keys are asked about every character."""
    try:
        return pairs_of(pairs)
    except Exception as error:  # a function of the handler may raise anything
        raise HandlerRefused(f"name_map cannot be used: {type(error).__name__}: {error}") from error
