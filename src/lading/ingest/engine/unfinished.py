"""Objects that a server which died was writing: nobody will finish them, and nobody can write over them."""

from __future__ import annotations

import logging

from lading.base.errors import LadingError
from lading.ingest.engine.compare import Step
from lading.ingest.engine.destinations.base import Session

_LOG = logging.getLogger(__name__)


def freed(session: Session, step: Step, path: str) -> bool:
    """
    Give a locked object free that has been locked since before the server started; say so. Only an administrator may.

    It must not have been there when it was planned. Of one that was there the catalogue knows when it was last changed, not
    since when it has been locked: a client may be at work on it.
    """
    if step is not Step.CREATE:
        return False
    try:
        found = session.give_up(path)
    except LadingError as error:
        _LOG.warning("%s is locked, and whether a dead server left it so cannot be mended: %s", path, error)
        return False
    if found:
        _LOG.warning("%s was left locked by a server that died: it is given up, and may be written again", path)
    return found
