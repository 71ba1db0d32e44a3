"""What is done with links and sockets, and the words for what becomes of each."""

from __future__ import annotations

from enum import Enum


class Links(Enum):
    """What a symbolic link brings."""

    SKIP = "skip"  # nothing
    RECORD = "record"  # put: the bytes it leads to; register: the link itself; either with an AVU that names the target
    FOLLOW = "follow"  # what it leads to inside the root, as if it lay there


class Special(Enum):
    """What becomes of sockets."""

    SKIP = "skip"
    RECORD = "record"  # register enters them with an AVU; they have no content to put


#: an entry's tag begins with it where the entry stands for a link that is recorded; the link's text follows
LINK_TAG = "link:"
#: the tag of an entry that stands for a socket that is registered
SOCKET_TAG = "socket"

LINK_SKIPPED = "LINK_SKIPPED"
LINK_DANGLING = "LINK_DANGLING"
LINK_TO_FOLDER = "LINK_TO_FOLDER"
LINK_CYCLE = "LINK_CYCLE"
LINK_OUTSIDE = "LINK_OUTSIDE"

#: the link was to bring something and cannot
BROKEN = frozenset({LINK_DANGLING, LINK_TO_FOLDER})
REASONS = {
    LINK_SKIPPED: "a symbolic link: links are not followed",
    LINK_DANGLING: "a symbolic link to what is not there, or may not be looked at",
    LINK_TO_FOLDER: "a symbolic link to a folder: only links to files have content to put",
    LINK_CYCLE: "a symbolic link to a folder that it lies in: following it would never end",
    LINK_OUTSIDE: "a symbolic link that leads out of the source",
}
