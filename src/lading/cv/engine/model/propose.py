"""From a model's answer to suggestions: every one is held against the person's text before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lading.cv.engine.guard import Claim, Ground, Verdict, judge
from lading.cv.engine.guard.roots import akin, root, words
from lading.cv.engine.improve.catalogue import catalogue
from lading.cv.engine.improve.places import anchor_of, places_of
from lading.cv.engine.improve.suggestion import Draft, Origin, Suggestion, suggestion_id
from lading.cv.engine.improve.tidy import tidied
from lading.cv.engine.improve.version import Version
from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.model.answer import Rewrite
from lading.cv.engine.model.material import Asked, Section

_CODE = "MODEL_REWRITE"
_REASON = "The model suggests other words; it gave no reason."
#: a rewrite may be so many times as long as the point, and a little more
_LONGER, _SLACK = 2, 80


class Dropped(StrEnum):
    """Why a model's suggestion is not offered."""

    #: it states what the person never told
    BLOCKED = "blocked"
    UNKNOWN_POINT = "unknown point"
    #: it names as its evidence what does not exist, or has nothing to do with it
    FALSE_EVIDENCE = "false evidence"
    UNCHANGED = "unchanged"
    TOO_LONG = "too long"
    #: a second one for the same point
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One suggestion of a model that is not offered."""

    pointer: str
    why: Dropped
    #: what it states that is not in the text; the text itself is not kept
    claims: tuple[Claim, ...] = ()


def ground_of(version: Version, pointer: str) -> Ground:
    """Return what a rewrite at a place may state: its own section, and what the person said about it; of a summary, all."""
    resume = version.resume
    entry = "/".join(pointer.split("/")[:3])
    is_summary = pointer.startswith("/basics")
    texts = [
        place.text for at, place in places_of(resume).items() if is_summary or at == entry or at.startswith(f"{entry}/")
    ]
    anchor = anchor_of(resume, pointer).split("/")[0]
    said = [one.text for one in version.said if is_summary or one.anchor.split("/")[0] == anchor]
    return Ground.of([*texts, *said], language=resume.language.value)


def proposals(rewrites: Iterable[Rewrite], section: Section, version: Version) -> Iterator[Suggestion | Withheld]:
    """Yield what each rewrite becomes."""
    points = {one.name: one for one in section.points}
    done: set[str] = set()
    for rewrite in rewrites:
        point = points.get(rewrite.point)
        if point is None:
            yield Withheld(pointer=section.pointer, why=Dropped.UNKNOWN_POINT)
        elif point.name in done:
            yield Withheld(pointer=point.pointer, why=Dropped.REPEATED)
        else:
            done.add(point.name)
            yield _proposal(rewrite, point, section, version)


def _proposal(rewrite: Rewrite, point: Asked, section: Section, version: Version) -> Suggestion | Withheld:
    after = tidied(section.shown(rewrite.text), is_point=True)
    if after == point.text or not after:
        return Withheld(pointer=point.pointer, why=Dropped.UNCHANGED)
    if len(after) > _LONGER * len(point.text) + _SLACK:
        return Withheld(pointer=point.pointer, why=Dropped.TOO_LONG)
    used = _used(rewrite, point, section, after)
    if used is None:
        return Withheld(pointer=point.pointer, why=Dropped.FALSE_EVIDENCE)
    judgement = judge(after, ground_of(version, point.pointer), before=point.text)
    if judgement.verdict is Verdict.BLOCKED:
        return Withheld(pointer=point.pointer, why=Dropped.BLOCKED, claims=judgement.claims)
    reason = tidied(section.shown(rewrite.reason)) or _REASON
    draft = Draft(code=_CODE, pointer=point.pointer, before=point.text, after=after)
    return Suggestion(
        id=suggestion_id(draft, anchor_of(version.resume, point.pointer)),
        base=version.id,
        code=_CODE,
        kind=catalogue()[_CODE].kind,
        origin=Origin.MODEL,
        operation=draft.operation,
        pointer=point.pointer,
        before=point.text,
        after=after,
        reason=reason,
        evidence=used,
        guard=judgement,
    )


def _used(rewrite: Rewrite, point: Asked, section: Section, after: str) -> tuple[Passage, ...] | None:
    """Return the points that a rewrite names as its evidence; None where one does not exist or shares no word with it."""
    points = {one.name: one for one in section.points}
    names = list(dict.fromkeys(rewrite.uses or [point.name]))
    told = {root(word) for word in words(after)}
    for name in names:
        if name not in points or not any(akin(root(word), one) for word in words(points[name].text) for one in told):
            return None
    return tuple(Passage(pointer=points[name].pointer, text=points[name].text) for name in names)
