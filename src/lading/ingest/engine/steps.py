"""What may happen to one file, and how a file differs from what is known: the words that decisions are made of."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.values import ETAG_TAG, Entry, Listed


class Step(Enum):
    """What is done with one file."""

    CREATE = "create"  # send; nothing may be there
    REPLACE = "replace"  # send over what is there
    APPEND = "append"  # read; send only what comes behind the object's size if all before it is the same
    HASH_THEN_REPLACE = "hash-then-replace"  # read; send only if the bytes are not those of the snapshot
    ADOPT_BY_CHECKSUM = "adopt-by-checksum"  # read; compare with the catalogue; send only if the bytes differ
    ADOPT_BY_SIZE = "adopt-by-size"  # take what is there for the same, unverified
    REGISTER = "register"
    UPDATE_REGISTERED = "update-registered"
    DECORATE = "decorate"  # the content is as it was: metadata and permissions are applied again
    KEEP = "keep"
    SKIP = "skip"
    NO_OP = "no-op"  # is new or changed, and nothing is done


#: steps that may put something over what is there, and those that take it for the same
OVER = frozenset({Step.REPLACE, Step.APPEND, Step.HASH_THEN_REPLACE})
ADOPTS = frozenset({Step.ADOPT_BY_CHECKSUM, Step.ADOPT_BY_SIZE})
#: code of a file of which nothing was made
NO_OP: Final = "NO_OP"


class Unlisted(Enum):
    """Says that the catalogue was not asked, because the snapshot speaks."""

    UNLISTED = auto()


UNLISTED: Final = Unlisted.UNLISTED

#: what the catalogue has: an object, nothing, or it was not asked
Catalogue = Listed | Unlisted | None


class Difference(Enum):
    """How an entry differs from what the snapshot knows."""

    NONE = auto()
    TOUCHED = auto()  # only ctime or inode: a tool that restores times may have replaced the content
    DATED = auto()  # the time of an object whose ETag is the same: its bytes are, by the store's word
    RETIMED = auto()  # mtime, not the size
    CONTENT = auto()  # size or tag


def difference(entry: Entry, known: Known) -> Difference:
    """
    Say how an entry differs from what is known.

    ======  =============  ======  =============  =========
    size    tag            mtime   ctime, inode   is
    ======  =============  ======  =============  =========
    other   any            any     any            CONTENT
    same    other          any     any            CONTENT
    same    the same ETag  other   any            DATED
    same    same           other   any            RETIMED
    same    same           same    one is other   TOUCHED
    same    same           same    same           NONE
    ======  =============  ======  =============  =========
    """
    if (entry.size, entry.tag) != (known.size, known.tag):
        return Difference.CONTENT
    if entry.mtime_ns != known.mtime_ns:
        return Difference.DATED if entry.tag.startswith(ETAG_TAG) else Difference.RETIMED
    if (entry.ctime_ns, entry.inode) != (known.ctime_ns, known.inode):
        return Difference.TOUCHED
    return Difference.NONE
