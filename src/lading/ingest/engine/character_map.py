"""
Character maps: characters that names must not have at the destination are replaced, and the way back is kept.

A changed name ends in a suffix: a separator that the map leaves alone, and a number written with the digits and letters
that it leaves alone, lowest digit first. The number's bytes are the index and the original of each changed character.
Where these would be 28 bytes or more, or would not tell the original, the number is the SHA-224 of the original.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha224

from lading.base.paths import is_utf8

#: what a key begins with that is a pattern
REGEX = "regex:"
_SEPARATORS = "-~_"
_DIGITS = string.digits + string.ascii_letters
#: bytes of a digest; shorter numbers tell the original
_DIGEST_BYTES = sha224().digest_size
#: a number with more bits than this, and no more than a digest has, is taken for a digest: one in 2**32 has fewer
_LIKE_A_DIGEST = 8 * _DIGEST_BYTES - 32

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CharacterMap:
    """
    Which characters of a name become which other one, or nothing; applied in order, each to what the one before gave.

    A key is a character, several characters, or `regex:` and a pattern; a value is one character or empty. Two names
    are never stored under one name, as far as SHA-224 tells names apart. What a map says holds for it alone: nothing is
    remembered of other maps. Raise `ValueError` for a map that cannot be used.
    """

    pairs: Pairs

    def __post_init__(self) -> None:
        for key, value in self.pairs:
            _check(key, value)
        if len(self._digits) < 2:  # noqa: PLR2004 - a number needs two digits
            raise ValueError("the map leaves fewer than two digits or letters alone, and names could not be told apart")

    @property
    def digest(self) -> str:
        """Text that two maps share only if they are equal."""
        return repr(self.pairs) if self.pairs else ""

    def translate(self, text: str) -> str:
        """Return the text with its characters replaced, without a suffix."""
        for step in self._steps:
            text = step(text)
        return text

    def stored(self, name: str) -> str:
        """
        Return the name under which `name` is stored.

        =================  ==========================  ===========================
        is changed         length, original's bytes    stored as
        =================  ==========================  ===========================
        no                 reads as if it were stored  itself and its digest
        no                 does not                    itself
        yes                same, fewer than 28         changed, and what it was (*)
        yes                else                        changed, and its digest
        =================  ==========================  ===========================

        (*) its digest where no separator is left and the whole can be read as another name's, too.
        """
        changed = self.translate(name)
        if changed == name:
            return self._with_digest(name, name) if self.pairs and self._reads_as_stored(name) else name
        stored = self._reversible(name, changed)
        return stored if stored and self._tells(stored) else self._with_digest(name, changed)

    def original(self, stored: str) -> str | None:
        """Return the name that was stored so; None if the suffix does not tell, or there is none."""
        found = [name for name in self._originals(stored) if self.stored(name) == stored]
        return found[0] if found else None

    # --- the suffix ------------------------------------------------------------------------------------------------

    def _reversible(self, name: str, changed: str) -> str | None:
        """Return what a changed name is stored as, if its suffix can tell what it was."""
        if len(changed) != len(name) or changed == name:
            return None
        differing = ((at, was) for at, (was, now) in enumerate(zip(name, changed, strict=True)) if was != now)
        raw = "".join(chr(at) + was for at, was in differing).encode("utf-8", "surrogatepass")
        return changed + self._suffix(raw) if len(raw) < _DIGEST_BYTES else None

    def _with_digest(self, name: str, changed: str) -> str:
        return changed + self._suffix(sha224(name.encode()).digest())

    def _suffix(self, raw: bytes) -> str:
        number, digits = int.from_bytes(raw), []
        while number:
            number, digit = divmod(number, len(self._digits))
            digits.append(self._digits[digit])
        return self._separator + "".join(digits)

    # --- the way back ----------------------------------------------------------------------------------------------

    def _reads_as_stored(self, name: str) -> bool:
        """Say whether a name looks like what another one is stored as."""
        return self._has_digest(name) or bool(self._originals(name))

    def _tells(self, stored: str) -> bool:
        """Say whether a reversible form can be read in one way only; behind a separator there is no other."""
        return bool(self._separator) or not (self._has_digest(stored) or len(self._originals(stored)) > 1)

    def _has_digest(self, stored: str) -> bool:
        """Say whether a name ends in what looks like a digest."""
        return any(_LIKE_A_DIGEST < number.bit_length() <= 8 * _DIGEST_BYTES for _, number in self._split(stored))

    def _originals(self, stored: str) -> set[str]:
        """Return the names whose reversible form this is: at most one, where a separator is left."""
        candidates = {_restored(changed, number) for changed, number in self._split(stored)}
        return {name for name in candidates if name and self._reversible(name, self.translate(name)) == stored}

    def _split(self, stored: str) -> Iterator[tuple[str, int]]:
        """Yield the ways to read a name as one that was changed, and a number."""
        for at in self._ends(stored):
            number = self._number(stored[at + len(self._separator) :])
            if number:
                yield stored[:at], number

    def _ends(self, stored: str) -> Iterator[int]:
        """Yield where the changed name may end: at the last separator; without one, before each of the last digits."""
        at = stored.rfind(self._separator) if self._separator else len(stored) - 1
        while at >= 0:
            yield at
            at = at - 1 if not self._separator and stored[at] in self._values else -1

    def _number(self, text: str) -> int:
        """Return the number that a suffix is, 0 if it is none."""
        number = 0
        for character in reversed(text):
            value = self._values.get(character)
            if value is None or number >> 8 * _DIGEST_BYTES or not (number or value):
                return 0
            number = number * len(self._digits) + value
        return number

    # --- what the map leaves alone ---------------------------------------------------------------------------------

    @cached_property
    def _steps(self) -> tuple[Callable[[str], str], ...]:
        return tuple(_step(key, value) for key, value in self.pairs)

    @cached_property
    def _separator(self) -> str:
        return self._left_alone(_SEPARATORS)[:1]

    @cached_property
    def _digits(self) -> str:
        return self._left_alone(_DIGITS)

    @cached_property
    def _values(self) -> dict[str, int]:
        return {digit: value for value, digit in enumerate(self._digits)}

    def _left_alone(self, text: str) -> str:
        """Return the characters of the text that are in their places once it is changed as a whole."""
        return "".join(was for was, now in zip(text, self.translate(text), strict=False) if was == now)


def _check(key: str, value: str) -> None:
    """Raise `ValueError` for what cannot be a part of a map."""
    if not key or key == REGEX:
        raise ValueError("a key of the map is empty")
    if len(value) > 1 or value in {"/", "\0"} or "\0" in key or not is_utf8(key + value):
        raise ValueError(f"{key!r} becomes {value!r}: only one character, not / or NUL, or nothing can take a place")
    if key.startswith(REGEX):
        try:
            re.compile(key.removeprefix(REGEX))
        except re.error as error:
            raise ValueError(f"{key!r} is not a regular expression: {error}") from error


def _step(key: str, value: str) -> Callable[[str], str]:
    """Return what replaces whatever the key stands for."""
    if key.startswith(REGEX):
        pattern = re.compile(key.removeprefix(REGEX))
        return partial(pattern.sub, lambda _found: value)
    table = dict.fromkeys(map(ord, key), value)
    return lambda text: text.translate(table)


def _restored(changed: str, number: int) -> str:
    """Return the name of which the number says what was changed in it; "" if it says nothing of the kind."""
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    try:
        told = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return ""
    if len(told) % 2:  # the first index is 0, and a number does not begin with it
        told = "\0" + told
    name, last = list(changed), -1
    for index, was in zip(map(ord, told[::2]), told[1::2], strict=True):
        if not last < index < len(name) or was in "/\0":
            return ""
        name[index], last = was, index
    return "".join(name)


#: the map that changes nothing; made once everything it takes is defined
UNCHANGED = CharacterMap(())
