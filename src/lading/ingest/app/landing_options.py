"""The part of a definition that says what becomes of files at the source once their objects are verified."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lading.base.errors import UsageError
from lading.base.paths import is_utf8, shown
from lading.ingest.app.selection_options import SelectionOptions
from lading.ingest.engine.clearing import After, EmptyFolders

if TYPE_CHECKING:
    from lading.ingest.app.definition import Definition


class LandingOptions(SelectionOptions):
    """How a landing zone is emptied."""

    after: After = After.KEEP
    #: where `move` puts files, under their relative paths; on the filesystem of the source
    after_folder: str | None = None
    after_empty_folders: EmptyFolders = EmptyFolders.KEEP


def refuse_forbidden(definition: Definition) -> None:
    """
    Raise `UsageError` for options that do not go together.

    ============  ===========================================================
    after         needs
    ============  ===========================================================
    KEEP          no `after_folder`
    MOVE, DELETE  an operation that puts, and do-not-delete: a file that was
                  cleared away must never count as vanished
    MOVE          an absolute `after_folder`
    DELETE        none
    ============  ===========================================================
    """
    after, folder = definition.after, definition.after_folder
    if (folder is not None) is not (after is After.MOVE):
        raise UsageError("`after = move` and a folder to move to go together: --after move --after-folder DIR")
    if after is After.KEEP:
        return
    if not definition.operation.puts:
        raise UsageError(f"--after {after.value} takes files away that {definition.operation.value} leaves in place")
    if definition.delete_mode.value != "do-not-delete":
        raise UsageError(
            f"--after {after.value} and --delete-mode {definition.delete_mode.value} exclude each other",
            hint="A file that was cleared away would look as if it had been deleted",
        )
    if folder is not None and not (Path(folder).is_absolute() and is_utf8(folder)):
        raise UsageError(f"The folder to move to, {shown(folder)}, is no absolute path in UTF-8")


def refuse_nested(definition: Definition) -> None:
    """Raise `UsageError` if what is moved away would come back: source and folder contain one another."""
    if definition.after_folder is None:
        return
    source, folder = (os.path.realpath(place) for place in (definition.source, definition.after_folder))
    if source == folder or Path(source) in Path(folder).parents or Path(folder) in Path(source).parents:
        raise UsageError(
            f"{folder} and the source {shown(source)} lie in one another", hint="Move to a folder beside it"
        )
