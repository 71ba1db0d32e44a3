r"""
Keys of objects as paths, and back.

A key is cut at its slashes. An element that can be a name is one. Others become names that nothing else becomes, and
that lie next to them in order of bytes, behind a space and a picture of what cannot be written:

===========================================  ==========================
element                                      name
===========================================  ==========================
nothing, as in `a//b`, or content in `a/`    ``-∅``
``.`` and ``..``                             ``. ␀`` and ``.. ␀``
with a control character, as ``a\x01b``       ``a ␁b``
a file where a folder has the same name      ``a ␜``
one that would be taken for one of these     itself, `` ␛`` and a number
===========================================  ==========================

The number has a bit for each picture behind a space: whether the element itself has it.
"""

from __future__ import annotations

import re

#: code of a file that has another name than its key says
MAPPED = "KEY_MAPPED"
MAPPED_REASON = "stands for a key that no path can be, or that a folder has as its name"
EMPTY = "-∅"
_BESIDE = " ␜"
_DOTS = {".": ". ␀", "..": ".. ␀"}
_NAMED = {EMPTY: "", **{name: dots for dots, name in _DOTS.items()}}
#: U+2400 shows NUL, and so on
_PICTURES = 0x2400
_CONTROL = re.compile("[\x00-\x1f]")
_SHOWN = re.compile(" ([␀-␟])")
_MASKED = re.compile(" ␛([0-9a-f]+)$")
_AMBIGUOUS_END = re.compile(" (?:␜|␛[0-9a-f]+)$")
#: an element without any of these is its own name
_ODD = re.compile("[\x00-\x1f␀-␟∅]")


def name_of(element: str) -> str:
    """Return the name that stands for an element of a key."""
    if element and not _ODD.search(element) and element not in _DOTS:
        return element
    return _mapped(element)


def beside(name: str) -> str:
    """Return the name of a file that lies beside a folder of its name."""
    return name + _BESIDE


def is_beside(name: str) -> bool:
    """Say whether a name is that of a file beside a folder of the same name."""
    return name.endswith(_BESIDE)


def is_mapped(path: str) -> bool:
    """Say whether a path stands for a key that is another one."""
    return key_of(path) != path


def element_of(name: str) -> str:
    """Return the element that a name stands for: the way back from `name_of` and `beside`."""
    if not _ODD.search(name):
        return name
    name = name.removesuffix(_BESIDE)
    masked = _MASKED.search(name)
    if masked is None:
        found = _NAMED.get(name)
        return found if found is not None else _unshown(name, 0)
    return _unshown(name[: masked.start()], int(masked[1], 16))


def key_of(path: str) -> str:
    """Return the key below the root that a relative path stands for."""
    return "/".join(element_of(name) for name in path.split("/")) if _ODD.search(path) else path


def path_of(key: str) -> str:
    """Return the relative path of the object with a key below the root, as if no folder had its name."""
    return "/".join(name_of(element) for element in key.split("/"))


def _mapped(element: str) -> str:
    if not element:
        return EMPTY
    if element in _DOTS:
        return _DOTS[element]
    shown = _CONTROL.sub(lambda match: f" {chr(_PICTURES + ord(match[0]))}", element)
    if shown not in _NAMED and not _SHOWN.search(element) and not _AMBIGUOUS_END.search(shown):
        return shown
    return f"{shown} ␛{_own_pictures(element):x}"


def _own_pictures(element: str) -> int:
    """Return the mask of an element: which of the pictures of its name are its own."""
    pictures = re.finditer("[\x00-\x1f]| [␀-␟]", element)
    return sum((len(match[0]) > 1) << position for position, match in enumerate(pictures))


def _unshown(name: str, mask: int) -> str:
    """Return the element whose control characters are shown in a name."""
    pieces, position, end = [], 0, 0
    for match in _SHOWN.finditer(name):
        own = mask >> position & 1
        pieces += [name[end : match.start()], match[0] if own else chr(ord(match[1]) - _PICTURES)]
        position, end = position + 1, match.end()
    return "".join([*pieces, name[end:]])


def ordinary(name: str) -> str:
    """Return what a name begins with as far as it is surely its element's own."""
    odd = _ODD.search(name)
    return name[: odd.start()].rstrip(" ") if odd else name
