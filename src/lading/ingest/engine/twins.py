"""
Twins: names of one folder that are different bytes and the same text.

`é` is one character or two. iRODS tells such names apart, people and other systems do not. With folded case, names that
differ in upper and lower case only are twins, too: a vault that does not tell them apart would keep one file for both.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from itertools import islice, pairwise

from lading.base.errors import TwinRefused
from lading.base.paths import is_utf8

#: code of a file that was brought although another name is its twin
TWIN = "TWIN"
#: twins of one folder that are told by name
_TOLD = 10_000


class Twins(Enum):
    """What becomes of twins."""

    REPORT = "report"  # they are brought, and told of
    REFUSE = "refuse"  # none of them is brought


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinRule:
    """What counts as a twin, and what becomes of it."""

    twins: Twins = Twins.REPORT
    #: names that differ in case only are twins
    fold_case: bool = False

    def can_be_twin(self, name: str) -> bool:
        """Say whether a name can have a twin."""
        return is_utf8(name) and (self.fold_case or not name.isascii())

    def key(self, name: str) -> str:
        """Return text that is the same for twins, and for them only."""
        text = unicodedata.normalize("NFD", name)
        return unicodedata.normalize("NFD", text.casefold()) if self.fold_case else text


class FolderTwins:
    """
    The twins of one folder. `names` yields all names of it; it is called when it is first asked about a name.

    Memory is some 50 bytes for each name that can be a twin, 8 for each one that is, and a bounded number of names.
    """

    def __init__(self, names: Callable[[], Iterable[str]], rule: TwinRule) -> None:
        self._names = names
        self._rule = rule
        self._doubled: array[int] | None = None
        self._told: dict[str, str] = {}

    def other(self, name: str) -> str | None:
        """
        Return a twin of a name; None if it has none, "" if there are so many that they are not remembered.

        Of a pair of which one is plain ASCII, only the other one has a twin (unless case is folded).
        """
        if not self._rule.can_be_twin(name):
            return None
        if self._doubled is None:
            self._doubled = _doubled(self._hashes())
            self._told = self._remembered(self._doubled)
        return self._told.get(name, "") if self._is_doubled(name, self._doubled) else None

    def is_told(self, name: str, stored: str) -> bool:
        """Say whether a name that is `stored` as itself has a twin to be told of; or raise `TwinRefused`."""
        other = self.other(name) if name == stored else None
        if other is not None and self._rule.twins is Twins.REFUSE:
            raise TwinRefused(reason(name, other))
        return other is not None

    def _is_doubled(self, name: str, doubled: array[int]) -> bool:
        return bool(doubled) and is_utf8(name) and _is_in(doubled, self._hash(name))

    def _hash(self, name: str) -> int:
        return int.from_bytes(blake2b(self._rule.key(name).encode(), digest_size=8).digest())

    def _hashes(self) -> list[int]:
        """Return the sorted hashes of all names that can be twins, and of the ASCII names that are theirs."""
        rule, hashes, ascii_too = self._rule, array("Q"), array("Q")
        for name in filter(rule.can_be_twin, self._names()):
            hashes.append(self._hash(name))
            if not rule.fold_case and rule.key(name).isascii():
                ascii_too.append(hashes[-1])
        if ascii_too:
            wanted = frozenset(ascii_too)
            plain = (self._hash(name) for name in self._names() if name.isascii())
            hashes.extend(one for one in plain if one in wanted)
        return sorted(hashes)

    def _remembered(self, doubled: array[int]) -> dict[str, str]:
        """Return for each twin, or for the first of very many, another one."""
        if not doubled:
            return {}
        groups: dict[str, list[str]] = defaultdict(list)
        twins = (name for name in self._names() if self._is_doubled(name, doubled))
        for name in islice(twins, _TOLD):
            groups[self._rule.key(name)].append(name)
        return {name: group[number - 1] for group in groups.values() for number, name in enumerate(group) if group[1:]}


def _doubled(hashes: list[int]) -> array[int]:
    """Return what occurs more than once in a sorted list."""
    return array("Q", (one for one, following in pairwise(hashes) if one == following))


def _is_in(ordered: array[int], one: int) -> bool:
    at = bisect_left(ordered, one)
    return at < len(ordered) and ordered[at] == one


def reason(name: str, other: str) -> str:
    """Say what is the matter with a twin, so that both can be told apart."""
    who = f"it and {other!a}" if other else "it and other names of its folder"
    return f"{name!a}: {who} are the same text in different bytes"
