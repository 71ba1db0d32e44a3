"""What a handler is asked while a folder is scanned: how a file is brought, and whether a folder is left out."""

from __future__ import annotations

from dataclasses import replace

from lading.base.paths import join
from lading.ingest.engine.parts import Ports
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.values import Entry
from lading.ingest.handlers import Event, Question

#: code of what the handler left out
HANDLER_SKIPPED = "HANDLER_SKIPPED"


def rules_for(ports: Ports, folder: str, collection: str, entry: Entry) -> Rules:
    """Return the rules of one file; raise `HookFailed`."""
    if not ports.hooks.defines(Question.OPERATION):
        return ports.rules
    operation = ports.hooks.ask(Question.OPERATION, _event(ports, folder, collection, entry))
    return ports.rules if operation is None else replace(ports.rules, operation=operation)


def reason_to_skip(ports: Ports, folder: str, collection: str, entry: Entry) -> str:
    """Say why a sub-folder is left out with everything below it; "" if it is not. Raise `HookFailed`."""
    if not ports.hooks.defines(Question.SKIP):
        return ""
    return ports.hooks.ask(Question.SKIP, _event(ports, folder, collection, entry)) or ""


def _event(ports: Ports, folder: str, collection: str, entry: Entry) -> Event:
    path = join(folder, entry.name)
    return replace(
        ports.about,
        path=path,
        logical_path=f"{collection}/{entry.name}",
        physical_path=ports.source.physical_path(path),
        entry=entry,
        operation=ports.rules.operation,
    )
