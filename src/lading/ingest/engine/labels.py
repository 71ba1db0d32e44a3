"""The AVUs that an entry has of its own, because of what it is at the source."""

from __future__ import annotations

from lading.base.paths import shown
from lading.ingest.engine.links import LINK_TAG, SOCKET_TAG
from lading.ingest.engine.values import Entry

#: attributes and unit that existing collections know
LINK_TARGET = "link_target"
SOCKET_TARGET = "socket_target"
UNIT = "automated_ingest"


def avus_of(physical_path: str, entry: Entry) -> tuple[tuple[str, str, str], ...]:
    """
    Return the AVUs of the entry that lies at an absolute path.

    ================  ========================================================================
    the entry         AVU
    ================  ========================================================================
    a recorded link   `link_target`: where it leads, a relative text behind the link's folder
    a socket          `socket_target`: `socket`
    anything else     none
    ================  ========================================================================
    """
    if entry.tag.startswith(LINK_TAG):
        text = entry.tag.removeprefix(LINK_TAG)
        target = text if text.startswith("/") else f"{physical_path.rpartition('/')[0]}/{text}"
        return ((LINK_TARGET, shown(target), UNIT),)
    return ((SOCKET_TARGET, "socket", UNIT),) if entry.tag == SOCKET_TAG else ()
