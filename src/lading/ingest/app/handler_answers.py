"""What a handler says of the job as a whole: asked when the job is stored, and part of its definition from then on."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from pydantic import ValidationError

from lading.base.cancellation import Unlimited
from lading.base.errors import HandlerRefused, HookFailed
from lading.ingest.app import assembly
from lading.ingest.app.automated_options import given_to
from lading.ingest.app.definition import Definition, explained
from lading.ingest.engine.automated_ingest import AUTOMATED_INGEST
from lading.ingest.engine.character_keys import pairs_of
from lading.ingest.engine.character_map import Pairs
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.values import Operation
from lading.ingest.handlers import Event, Handler, Question

#: seconds that such an answer may take: somebody waits for it at a terminal
_PATIENCE = 60.0


def answered(definition: Definition, handler: Handler) -> Definition:
    """
    Return the definition with the handler's delete mode and name map in it; raise `HandlerRefused`.

    A handler for automated ingest decides about the operation, too: it is asked for that of the root, and if it says
    nothing files are registered, as they were there.
    """
    patience, lend = min(definition.timeout, _PATIENCE), assembly.lender_of(definition)
    try:
        with closing(Hooks(Calling(handler=handler, token=Unlimited(), timeout=patience, lend=lend))) as hooks:
            said = _asked(hooks, definition)
        return Definition.model_validate(definition.model_dump() | said) if said else definition
    except ValidationError as error:
        raise HandlerRefused(f"What the handler says of the job is wrong: {explained(error)}") from error
    except HookFailed as error:
        raise HandlerRefused(f"The handler does not say how the job is done: {error}") from error


def _asked(hooks: Hooks, definition: Definition) -> dict[str, Any]:
    """Return what a handler says of the job."""
    about = Event(job=definition.name or "", operation=definition.operation, given=given_to(definition))
    said: dict[str, Any] = {}
    if definition.handler_dialect == AUTOMATED_INGEST:
        said["operation"] = hooks.ask(Question.OPERATION, about) or Operation.REGISTER_SYNC
    if (mode := hooks.ask(Question.DELETE_MODE, about)) is not None:
        said["delete_mode"] = mode
    if (pairs := hooks.ask(Question.NAME_MAP, about)) is not None:
        said["character_map"] = _as_text(pairs)
    return said


def _as_text(pairs: list[tuple[Any, str]]) -> Pairs:
    """Return a name map as a job file says it; functions among its keys are asked about every character."""
    try:
        return pairs_of(pairs)
    except Exception as error:  # a function of the handler may raise anything
        raise HandlerRefused(f"name_map cannot be used: {type(error).__name__}: {error}") from error
