"""The verdict on a rewritten text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lading.cv.engine.guard.facts import untold
from lading.cv.engine.guard.ground import Ground
from lading.cv.engine.guard.number_words import is_number
from lading.cv.engine.guard.polarity import is_turned
from lading.cv.engine.guard.roots import akin, fold, is_unseen, plain, root, words
from lading.cv.engine.guard.units import UNITS
from lading.cv.engine.guard.values import Claim, ClaimKind, Judgement, Verdict
from lading.cv.engine.guard.vocabulary import ordinary

#: share of telling words that have to be in the ground
_ENOUGH = 0.4
#: so many new words are not yet a claim
_FEW = 1
_SHORTEST = 3
#: endings of German verbs and adjectives: no list holds them all
_GERMAN_FORMS = ("t", "en", "e", "er", "es", "em", "ern", "lich", "ig", "isch", "end", "ung", "los", "bar", "sam")
_CLAUSES = re.compile(r"[,;:()\u2013\u2014]|\b(?:and|und|while|sowie|thereby|dadurch|wodurch|so that)\b", re.IGNORECASE)


def judge(after: str, ground: Ground, *, before: str) -> Judgement:
    """
    Return the verdict on `after`, a rewrite of `before`.

    ==========================  =====================  =======
    hard facts not in ground    other new claims       verdict
    ==========================  =====================  =======
    some                        any                    BLOCKED
    some, but no new word       any                    ASKS; BLOCKED where a
                                                       number has moved
    none                        too many, or a rise    ASKS
    none                        few                    PASSES
    ==========================  =====================  =======

    "No new word" means that `after` only leaves out or moves words of `before`. Leaving out may mislead and cannot
    invent; moving a number to what another number counts does.
    """
    unseen = _unseen(before, after)
    before, after = plain(before), plain(after)
    claims = _once((*unseen, *untold(after, ground)))
    new = tuple(dict.fromkeys(_new_words(after, ground)))
    losses = _losses(before, after, ground)
    if _only_moves(before, after) and not _is_swapped(before, after, claims):
        return Judgement(verdict=Verdict.ASKS if claims else Verdict.PASSES, claims=claims, losses=losses)
    if claims:
        return Judgement(verdict=Verdict.BLOCKED, claims=claims, new_words=new, losses=losses)
    asks = (
        _is_thin(after, ground)
        or _rises(after, ground)
        or is_turned(after, ground)
        or any(_needs_a_word(word, ground.language) for word in new)
    )
    return Judgement(verdict=Verdict.ASKS if asks else Verdict.PASSES, new_words=new, losses=losses)


def _only_moves(before: str, after: str) -> bool:
    """Say whether every word of one text is there as often in the other."""
    return not Counter(after.split()) - Counter(before.split())


def _is_swapped(before: str, after: str, claims: tuple[Claim, ...]) -> bool:
    """Say whether words were moved, not only left out, so that a number says something else, or are not to be seen."""
    if any(claim.kind is ClaimKind.UNSEEN for claim in claims):
        return True
    rest = iter(before.split())
    is_shortened = all(word in rest for word in after.split())
    return not is_shortened and any(claim.kind is ClaimKind.NUMBER for claim in claims)


def _unseen(before: str, after: str) -> Iterator[Claim]:
    """Yield the characters of a text that show nothing and that the text before has not: they hide what it says."""
    for character in {one for one in after if is_unseen(one)} - set(before):
        yield Claim(kind=ClaimKind.UNSEEN, text=f"U+{ord(character):04X}")


def _telling(text: str) -> Iterator[str]:
    """Yield the words that tell something by themselves."""
    for word in words(text):
        if len(word) < _SHORTEST or is_number(word.casefold()) or word.casefold() in UNITS:
            continue
        if root(word) not in ordinary().light and fold(word) not in ordinary().light:
            yield word


def _is_covered(word: str, ground: Ground) -> bool:
    """Say whether the ground has the word, one of its family, or a compound with it."""
    key = root(word)
    if key in ground.roots or any(akin(key, known) for known in ground.roots):
        return True
    folded = fold(word)
    return any(
        (len(known) > _SHORTEST and known in folded) or (len(key) > _SHORTEST and key in known)
        for known in ground.known
    )


def _new_words(text: str, ground: Ground) -> Iterator[str]:
    return (word for word in _telling(text) if not _is_covered(word, ground))


def _is_thin(text: str, ground: Ground) -> bool:
    """Say whether a clause, or the whole, tells mostly what the ground does not."""
    for clause in (text, *_CLAUSES.split(text)):
        telling = list(_telling(clause))
        new = [word for word in telling if not _is_covered(word, ground)]
        if len(new) > _FEW and len(telling) - len(new) < _ENOUGH * len(telling):
            return True
    return False


def _rises(text: str, ground: Ground) -> bool:
    """Say whether the text claims to have led or begun something where the ground claims nothing of that kind."""
    claimed = {root(word) for word in words(text)}
    return any(claimed & part.claims and not ground.roots & part.excused for part in ordinary().parts_played)


def _needs_a_word(word: str, language: str) -> bool:
    """Say whether one new word is enough to ask: it weighs, or is in no dictionary here and may be a name in small letters."""
    if fold(word) in ordinary().weighty or ordinary().is_weighty_form(word, language):
        return True
    is_german = language == "de" and fold(word).endswith(_GERMAN_FORMS)
    return not ordinary().opens(word) and not is_german


def _losses(before: str, after: str, ground: Ground) -> tuple[Claim, ...]:
    """Return the hard facts of the text before that are not in the text after."""
    left = Ground.of([after], language=ground.language)
    return _once(untold(before, left)) if before else ()


def _once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims in order, without the names that are part of another claim: the April of April 2019."""
    found = sorted(set(claims))
    others = {word for claim in found if claim.kind is not ClaimKind.NAME for word in claim.text.split()}
    return tuple(claim for claim in found if claim.kind is not ClaimKind.NAME or claim.text not in others)
