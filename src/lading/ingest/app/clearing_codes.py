"""
The codes that say what became of a file at the source.

==================  ================================================================
code                the file
==================  ================================================================
CLEARED             was removed, or was gone already
MOVED               was moved; the reason says where to if its name was taken there
STAYS_NOT_VERIFIED  stays: the catalogue does not have it as it was sent
STAYS_CHANGED       stays: it is not what was sent; another run brings it
STAYS_REFUSED       stays: it cannot be read, or the filesystem does not let it go
==================  ================================================================
"""

from __future__ import annotations

CLEARED, MOVED = "CLEARED", "MOVED"
NOT_VERIFIED, CHANGED, REFUSED = "STAYS_NOT_VERIFIED", "STAYS_CHANGED", "STAYS_REFUSED"
#: the file is not at the source any more
WENT = frozenset({CLEARED, MOVED})
CLEARING = (CLEARED, MOVED, NOT_VERIFIED, CHANGED, REFUSED)
