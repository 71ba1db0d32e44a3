"""Suggestions that change the form and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.improve.date_forms import forms_in, prevailing, written_as
from lading.cv.engine.improve.decisions import names_of
from lading.cv.engine.improve.places import entries_of, places_of
from lading.cv.engine.improve.suggestion import Draft, Operation
from lading.cv.engine.improve.tidy import email_form, link_form, phone_form, tidied
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage
from lading.cv.engine.lint.rules_structure import sorts
from lading.cv.engine.match.skills import skill_named
from lading.cv.engine.resume import WORK
from lading.cv.engine.structure.headings import standard_kind
from lading.cv.engine.values import Bullet, Education, Item, Language, SectionKind, Work

_JOINED = re.compile(r"[&/,+]|\b(?:and|und)\b", re.IGNORECASE)
_HEADINGS = {
    Language.ENGLISH: {
        SectionKind.SUMMARY: "Summary",
        SectionKind.WORK: "Experience",
        SectionKind.VOLUNTEER: "Volunteering",
        SectionKind.EDUCATION: "Education",
        SectionKind.SKILLS: "Skills",
        SectionKind.LANGUAGES: "Languages",
        SectionKind.PROJECTS: "Projects",
        SectionKind.AWARDS: "Awards",
        SectionKind.CERTIFICATES: "Certificates",
        SectionKind.PUBLICATIONS: "Publications",
        SectionKind.INTERESTS: "Interests",
        SectionKind.REFERENCES: "References",
        SectionKind.BASICS: "Contact",
    },
    Language.GERMAN: {
        SectionKind.SUMMARY: "Profil",
        SectionKind.WORK: "Berufserfahrung",
        SectionKind.VOLUNTEER: "Ehrenamt",
        SectionKind.EDUCATION: "Ausbildung",
        SectionKind.SKILLS: "Kenntnisse",
        SectionKind.LANGUAGES: "Sprachen",
        SectionKind.PROJECTS: "Projekte",
        SectionKind.AWARDS: "Auszeichnungen",
        SectionKind.CERTIFICATES: "Zertifikate",
        SectionKind.PUBLICATIONS: "Publikationen",
        SectionKind.INTERESTS: "Interessen",
        SectionKind.REFERENCES: "Referenzen",
        SectionKind.BASICS: "Kontakt",
    },
}
#: sections that a reader wants before any of the last ones
_FIRST = (SectionKind.BASICS, SectionKind.SUMMARY, SectionKind.WORK, SectionKind.EDUCATION, SectionKind.SKILLS)
_LAST = (SectionKind.INTERESTS, SectionKind.REFERENCES)


def heading_of(kind: SectionKind, language: Language) -> str:
    """Return the heading that software knows; "" for what has no kind."""
    return _HEADINGS.get(language, _HEADINGS[Language.ENGLISH]).get(kind, "")


def text_tidied(cv: Context) -> Iterator[Draft]:
    """Yield texts with stray blanks, joined letters, marks and icons taken out."""
    for pointer, place in places_of(cv.resume).items():
        if pointer in {"/basics/email", "/basics/phone"} or pointer.endswith(("/url", "/period", "/heading")):
            continue
        after = tidied(place.text, is_point=place.is_point)
        if after and after != place.text:
            yield Draft(code="TEXT_TIDIED", pointer=pointer, before=place.text, after=after)


def date_form(cv: Context) -> Iterator[Draft]:
    """Yield the periods that are not written as most are."""
    if cv.has_fields:
        return
    periods = [(at, one.period) for at, one in entries_of(cv.resume) if isinstance(one, Work | Education | Item)]
    form = prevailing(period.written for _, period in periods if period)
    for pointer, period in periods:
        if period is None or not set(forms_in(period.written)) - {form}:
            continue
        after = written_as(period, form, cv.resume.language)
        if after != period.written:
            yield Draft(code="DATE_FORM", pointer=f"{pointer}/period", before=period.written, after=after, about=form)


def contact_form(cv: Context) -> Iterator[Draft]:
    """Yield e-mail address, phone number and links in the form that software knows."""
    basics = cv.resume.basics
    pairs = [("EMAIL_FORM", "email", basics.email, email_form), ("PHONE_FORM", "phone", basics.phone, phone_form)]
    for code, key, text, form in pairs:
        if text is not None and form(text.value) != text.value:
            yield Draft(code=code, pointer=f"/basics/{key}", before=text.value, after=form(text.value))
    for number, profile in enumerate(basics.profiles):
        after = link_form(profile.url.value)
        if after != profile.url.value:
            pointer = f"/basics/profiles/{number}/url"
            yield Draft(code="LINK_SCHEME", pointer=pointer, before=profile.url.value, after=after)


def heading_standard(cv: Context) -> Iterator[Draft]:
    """Yield usual headings for those that were understood and are not usual."""
    if cv.has_fields or cv.resume.language is Language.UNKNOWN:
        return
    for number, section in enumerate(cv.resume.sections):
        # a heading for two things is no other way of writing one of them
        after = "" if _JOINED.search(section.heading) else heading_of(section.kind, cv.resume.language)
        if section.heading and after and not section.standard and standard_kind(section.heading) is None:
            pointer = f"/sections/{number}/heading"
            yield Draft(code="HEADING_STANDARD", pointer=pointer, before=section.heading, after=after)


def skill_twice(cv: Context) -> Iterator[Draft]:
    """Yield skills that are in the list already, under the same or another name."""
    seen: dict[str, Passage] = {}
    for passage in cv.skills:
        skill = skill_named(passage.text)
        key = skill.name.casefold() if skill else _same(passage.text)
        before = seen.setdefault(key, passage)
        if before is passage:
            continue
        is_same = _same(before.text) == _same(passage.text)
        # a skill without a group is an entry of its own
        pointer = passage.pointer if "/keywords/" in passage.pointer else passage.pointer.removesuffix("/name")
        yield Draft(
            code="SKILL_TWICE" if is_same else "SKILL_OTHER_NAME",
            pointer=pointer,
            before=passage.text,
            operation=Operation.REMOVE,
            evidence=(before,),
            about=before.text,
        )


def point_twice(cv: Context) -> Iterator[Draft]:
    """Yield points that stand in their entry already."""
    for pointer, entry in entries_of(cv.resume):
        points: tuple[Bullet, ...] = getattr(entry, "highlights", ())
        seen: dict[str, str] = {}
        for number, point in enumerate(points):
            at = f"{pointer}/highlights/{number}"
            first = seen.setdefault(_same(point.text), at)
            if first != at:
                evidence = (Passage(pointer=first, text=point.text),)
                yield Draft(
                    code="POINT_TWICE", pointer=at, before=point.text, operation=Operation.REMOVE, evidence=evidence
                )


def entry_twice(cv: Context) -> Iterator[Draft]:
    """Yield entries that are there already, word for word."""
    seen: dict[tuple[str, ...], str] = {}
    texts: dict[str, list[str]] = {}
    for at, place in places_of(cv.resume).items():
        texts.setdefault("/".join(at.split("/")[:3]), []).append(_same(place.text))
    for pointer, entry in entries_of(cv.resume):
        key = (pointer.split("/")[1], *texts.get(pointer, ()))
        first = seen.setdefault(key, pointer)
        if first != pointer and isinstance(entry, Work | Education | Item):
            names = names_of(cv.resume, pointer.rsplit("/", 1)[0])
            name = names[int(pointer.rsplit("/", 1)[1])]
            evidence = (Passage(pointer=first, text=name),)
            yield Draft(code="ENTRY_TWICE", pointer=pointer, before=name, operation=Operation.REMOVE, evidence=evidence)


def order_of_positions(cv: Context) -> Iterator[Draft]:
    """Yield the order by date, latest first, where every position has a date."""
    periods = [work.period for work in cv.resume.work]
    if any(period is None or not (period.start or period.end) for period in periods):
        return
    keys = [sorts(period) for period in periods if period]
    order = tuple(sorted(range(len(keys)), key=lambda number: keys[number], reverse=True))
    yield from _moved("ORDER_OF_POSITIONS", WORK, names_of(cv.resume, WORK), order)


def order_of_sections(cv: Context) -> Iterator[Draft]:
    """Yield the order with interests and references behind everything else, and the summary before the positions."""
    if cv.has_fields:
        return
    kinds = [section.kind for section in cv.resume.sections]
    order = tuple(sorted(range(len(kinds)), key=lambda number: _rank(kinds[number])))
    yield from _moved("ORDER_OF_SECTIONS", "/sections", names_of(cv.resume, "/sections"), order)


def _rank(kind: SectionKind) -> int:
    if kind in {SectionKind.BASICS, SectionKind.SUMMARY}:
        return _FIRST.index(kind)
    return len(_FIRST) + (kind in _LAST)


def _moved(code: str, pointer: str, names: list[str], order: tuple[int, ...]) -> Iterator[Draft]:
    if order == tuple(range(len(order))):
        return
    after = "\n".join(names[number] for number in order)
    yield Draft(code=code, pointer=pointer, before="\n".join(names), after=after, operation=Operation.MOVE, order=order)


def _same(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
