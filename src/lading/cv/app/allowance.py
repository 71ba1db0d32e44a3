"""What may be asked of an endpoint now, decided purely: requests and tokens of a minute, calls at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: seconds between looks whether a call under way has ended
_LOOK = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call of the last minute: when it began, and the tokens that it cost or may cost."""

    at: float
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What all workers together may ask; None: no limit."""

    requests: int | None
    tokens: int | None
    at_once: int
    #: seconds of the minute; less in tests only
    minute: float = 60.0


def wait(asked: Sequence[Asked], under_way: int, tokens: int, allowance: Allowance, now: float) -> float:
    """
    Return the seconds until a call of so many tokens may begin; 0: now. `asked` are those of the last minute, oldest first.

    ====================================  ========================================
    calls under way                       wait
    ====================================  ========================================
    as many as may be                     a second, and look again
    fewer; requests of a minute are made  until the oldest that counts is a minute old
    fewer; its tokens do not fit          until enough of them are a minute old
    fewer; there is room                  0
    ====================================  ========================================

    A call of more tokens than a minute has goes alone: else it would never go.
    """
    if under_way >= allowance.at_once:
        return _LOOK
    recent = [one for one in asked if one.at > now - allowance.minute]
    leaves = [now]
    if allowance.requests is not None and len(recent) >= allowance.requests:
        leaves.append(recent[-allowance.requests].at + allowance.minute)
    if allowance.tokens is not None:
        leaves.append(_room_for(tokens, recent, allowance.tokens, allowance.minute) or now)
    return max(leaves) - now


def _room_for(tokens: int, recent: Sequence[Asked], most: int, minute: float) -> float | None:
    """Return when enough tokens are a minute old; None: there is room already."""
    left = sum(one.tokens for one in recent)
    frees = None
    for one in recent:
        if left + tokens <= most:
            break
        left -= one.tokens
        frees = one.at + minute
    return frees
