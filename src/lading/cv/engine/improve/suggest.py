"""Every suggestion that rules make for one version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lading.cv.engine.improve import by_asking, by_form, by_wording
from lading.cv.engine.improve.catalogue import catalogue
from lading.cv.engine.improve.for_job import skills_for_job
from lading.cv.engine.improve.places import anchor_of, places_of
from lading.cv.engine.improve.suggestion import Draft, Kind, Origin, Suggestion, suggestion_id
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.lint.review import Advice

#: yields what it would change in a CV
Maker = Callable[[Context], Iterator[Draft]]

#: form first: where two rules change one text, the first one stands
_FORM: tuple[Maker, ...] = (
    by_form.contact_form,
    by_form.date_form,
    by_form.heading_standard,
    by_form.entry_twice,
    by_form.point_twice,
    by_form.skill_twice,
    by_wording.paragraph_split,
    by_form.text_tidied,
    by_form.order_of_positions,
    by_form.order_of_sections,
)
_ADVICE: tuple[Maker, ...] = (
    by_wording.filler_dropped,
    by_wording.first_person_dropped,
    by_wording.tense_past,
    by_wording.long_point_split,
    by_asking.ask_achievement,
    by_asking.ask_who,
    by_asking.ask_number,
    by_asking.ask_example,
)
_ASKED: tuple[Maker, ...] = (by_asking.ask_contact, by_asking.ask_field, by_asking.ask_dates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What beside the rules of form is wanted."""

    #: wording and questions of taste: none for an academic CV unless all are wanted
    advice: Advice = Advice.DEFAULT
    #: a job advertisement; what it asks for moves to the front
    job: str | None = None


def suggest(cv: Context, *, base: str, wish: Wish | None = None) -> tuple[Suggestion, ...]:
    """
    Return what rules suggest for a version, form before questions before wording, each in the order of the CV.

    Guarantees the same suggestions, with the same ids, for the same arguments; no two of one kind change one text.
    """
    wish = wish or Wish()
    makers = [*_FORM, *_ASKED, *(_ADVICE if _wants_advice(cv, wish.advice) else ())]
    drafts = [draft for maker in makers for draft in maker(cv)]
    if wish.job is not None:
        drafts += skills_for_job(cv, wish.job)
    return tuple(made(draft, cv, base) for draft in _one_for_each_text(drafts))


def _wants_advice(cv: Context, advice: Advice) -> bool:
    """
    Say whether matters of taste are suggested.

    =======  ========  ===
    advice   academic  yes
    =======  ========  ===
    ALL      any       yes
    DEFAULT  no        yes
    DEFAULT  yes       no
    NONE     any       no
    =======  ========  ===
    """
    return advice is Advice.ALL or (advice is Advice.DEFAULT and not cv.is_academic)


def _one_for_each_text(drafts: list[Draft]) -> Iterator[Draft]:
    """Yield the first draft of each kind for each place; what goes, or whose entry goes, is not changed as well."""
    taken: set[tuple[Kind, str]] = set()
    gone: set[str] = set()
    for draft in drafts:
        kind = catalogue()[draft.code].kind
        at = draft.pointer
        if (kind, at) in taken or any(at == one or at.startswith(f"{one}/") for one in gone):
            continue
        taken.add((kind, at))
        if draft.operation.value == "remove":
            gone.add(at)
        yield draft


def made(draft: Draft, cv: Context, base: str) -> Suggestion:
    """Return a draft as a suggestion of a rule."""
    entry = catalogue()[draft.code]
    place = places_of(cv.resume).get(draft.pointer)
    stands = (Passage(pointer=draft.pointer, text=place.text, where=cv.where(place.lines)),) if place else ()
    return Suggestion(
        id=suggestion_id(draft, anchor_of(cv.resume, draft.pointer)),
        base=base,
        code=draft.code,
        kind=entry.kind,
        origin=Origin.RULE,
        operation=draft.operation,
        pointer=draft.pointer,
        before=draft.before,
        after=draft.after,
        reason=entry.reason.format(about=draft.about),
        evidence=draft.evidence or stands,
        order=draft.order,
    )
