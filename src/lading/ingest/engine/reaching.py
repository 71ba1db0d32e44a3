"""
Tells a zone that answers nothing from a request that it cannot answer.

A server, or what stands before it, may take connections and logins and still lose every request. Then no file is to blame:
the work waits, as for a zone that cannot be reached. Where something else is answered, the file or folder is the trouble.

==========================  ================
a harmless question is      the error is
==========================  ================
answered, in whatever way   `ConnectionLost`
lost as well                `ZoneUnreachable`
==========================  ================
"""

from __future__ import annotations

from lading.base.errors import ConnectionLost, SkipFile, ZoneUnreachable
from lading.ingest.engine.destinations.base import Session


def require_answer(session: Session, collection: str) -> None:
    """Ask whether a collection is there; raise `ZoneUnreachable` if that is lost, too."""
    try:
        session.has_collection(collection)
    except SkipFile:
        return
    except (ConnectionLost, ZoneUnreachable) as error:
        raise ZoneUnreachable(
            f"The zone takes connections, but loses every request: {error}",
            hint="Look at the server's log, and at proxies and firewalls before it",
        ) from error
