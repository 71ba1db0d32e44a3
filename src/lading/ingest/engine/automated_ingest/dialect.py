"""The dialect as the loader of handlers knows it, and how a text of it is told from others."""

from __future__ import annotations

import ast
from types import ModuleType

from lading.base.errors import HandlerRefused
from lading.ingest.engine.automated_ingest import modules
from lading.ingest.engine.automated_ingest.adapter import AdaptedHandler
from lading.ingest.engine.handler_loading import Dialect, register_dialect
from lading.ingest.handlers import Handler

#: name of the dialect
AUTOMATED_INGEST = "automated-ingest"

#: the class that such a file has
CLASS = "event_handler"


def is_written_so(text: str) -> bool:
    """Say whether a file is written in this dialect: it has the class, and imports from the package."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    has_class = any(isinstance(node, ast.ClassDef) and node.name == CLASS for node in tree.body)
    return has_class and any(_imports(node) for node in ast.walk(tree))


def _imports(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and modules.is_provided(node.module or "")
    return isinstance(node, ast.Import) and any(modules.is_provided(alias.name) for alias in node.names)


def _adapted(module: ModuleType, class_name: str) -> Handler:
    name = class_name or CLASS
    found = getattr(module, name, None)
    if not isinstance(found, type):
        raise HandlerRefused(f"The file has no class {name}", hint=f"Handlers for automated ingest call it {CLASS}")
    return AdaptedHandler(module, found)


register_dialect(Dialect(name=AUTOMATED_INGEST, make=_adapted, surroundings=modules.provided))
