"""Whether a text says of something that it was so, where the ground says that it was not, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.guard.ground import Ground
from lading.cv.engine.guard.roots import akin, fold, listed, root
from lading.cv.engine.guard.vocabulary import ordinary

_DENIALS = frozenset(
    listed("""no not never without neither nor none zero free avoid avoids avoided avoiding prevent prevents prevented preventing
    ohne nicht kein keine keinen keiner keinem keines nie niemals null vermeiden vermeidung vermied verhindern verhinderung
    """)
)
#: endings that deny the word before them: downtime-free, ausfallfrei
_DENIED = re.compile(r"(?P<what>\w{4,}?)[-\s]?(?:free|less|frei(?:e[rnms]?)?|los(?:e[rnms]?)?)")
_PIECE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[.,;:]")
#: a denial concerns the word after it, and perhaps the second one: without long outages
_REACH = 2


def is_turned(text: str, ground: Ground) -> bool:
    """Say whether a word that the ground always denies is claimed, or one that it never denies is denied."""
    known = _sides(*ground.texts)
    for key, said in _sides(text).items():
        told = next((sides for other, sides in known.items() if akin(key, other)), said)
        if not said & told:
            return True
    return False


def denied_in(ground: Ground) -> frozenset[str]:
    """Return the roots that the ground denies: of *without downtime* the downtime, of which there was zero."""
    return frozenset(key for key, sides in _sides(*ground.texts).items() if True in sides)


def _sides(*texts: str) -> dict[str, set[bool]]:
    """Return for each telling word whether it is denied, claimed, or both."""
    sides: dict[str, set[bool]] = {}
    for text in texts:
        for key, is_denied in _words(text):
            sides.setdefault(key, set()).add(is_denied)
    return sides


def _words(text: str) -> Iterator[tuple[str, bool]]:
    left = 0
    for piece in (word for found in _PIECE.findall(text) for word in (found.split("-") if _opens(found) else [found])):
        folded = fold(piece)
        if folded in _DENIALS:
            left = _REACH
            continue
        denied = _DENIED.fullmatch(folded)
        if denied is not None:
            yield root(denied["what"]), True
        elif not piece.isalpha() or root(piece) in ordinary().light:
            left = left if piece.isalpha() else 0
        else:
            yield root(piece), left > 0
            if 0 < left < _REACH:
                yield root(piece), False
            left -= 1


def _opens(piece: str) -> bool:
    """Say whether a compound begins with a denial: zero-downtime."""
    return fold(piece.partition("-")[0]) in _DENIALS
