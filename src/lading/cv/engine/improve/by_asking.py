"""Questions: what only the person knows is asked and never made up."""

from __future__ import annotations

from collections.abc import Iterator

from lading.cv.engine.improve.places import places_of
from lading.cv.engine.improve.suggestion import Draft
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Outcome, Passage
from lading.cv.engine.lint.review import questions
from lading.cv.engine.lint.words import phrases_in, words

_CONTACT = {
    "MISSING_NAME": ("/basics/name", "name"),
    "MISSING_EMAIL": ("/basics/email", "e-mail address"),
    "MISSING_PHONE": ("/basics/phone", "phone number, with the country code"),
    "MISSING_LOCATION": ("/basics/location", "town and country"),
}
_FIELDS = {"name": "employer", "position": "title", "institution": "institution", "studyType": "degree or subject"}
_DATES = {
    "MISSING_DATE": "No beginning was found.",
    "UNPARSEABLE_DATE": "What stands there could not be read.",
    "DATE_WITHOUT_MONTH": "The month is missing.",
    "REVERSED_PERIOD": "It ends before it begins.",
    "FUTURE_DATE": "It begins in the future.",
}
#: more questions of one kind than this are a form to fill in
_MOST = 5


def _found(code: str, cv: Context) -> tuple[Passage, ...]:
    """Return what a rule of the lint found; nothing where it could not look."""
    verdict = questions()[code].ask(cv)
    if verdict.outcome is not Outcome.FAILED:
        return ()
    return tuple(Passage(pointer=one.pointer, text=one.evidence, where=one.where) for one in verdict.findings)


def ask_contact(cv: Context) -> Iterator[Draft]:
    """Ask for contact data that was not found."""
    for code, (pointer, about) in _CONTACT.items():
        for _ in _found(code, cv):
            yield Draft(code="ASK_CONTACT", pointer=pointer, before="", about=about)


def ask_field(cv: Context) -> Iterator[Draft]:
    """Ask for employers, titles, institutions and degrees that could not be read."""
    for passage in _found("ENTRY_INCOMPLETE", cv):
        about = _FIELDS[passage.pointer.rsplit("/", 1)[1]]
        yield Draft(code="ASK_FIELD", pointer=passage.pointer, before="", about=about, evidence=(passage,))


def ask_dates(cv: Context) -> Iterator[Draft]:
    """Ask for periods that are missing, unreadable, without month or impossible; once for each entry."""
    places, asked = places_of(cv.resume), set()
    for code, about in _DATES.items():
        for passage in _found(code, cv):
            pointer = f"{passage.pointer.removesuffix('/startDate')}/period"
            if pointer not in asked:
                asked.add(pointer)
                before = places[pointer].text if pointer in places else ""
                yield Draft(code="ASK_DATES", pointer=pointer, before=before, about=about, evidence=(passage,))


def ask_achievement(cv: Context) -> Iterator[Draft]:
    """Ask what came of a task that is told as a task."""
    if cv.words is None:
        return
    for passage in _found("WEAK_START", cv):
        text = " ".join(words(passage.text)) + " "
        opening = next(one for one in cv.words.weak_openings if text.startswith(f"{one} "))
        yield _about_a_point("ASK_ACHIEVEMENT", passage, cv, opening)


def ask_number(cv: Context) -> Iterator[Draft]:
    """Ask for a figure where few points have one: of the first points without."""
    if not _found("NO_NUMBERS", cv) or cv.words is None:
        return
    known = cv.words.numbers
    bare = [
        point
        for point in cv.bullets
        if not any(char.isdigit() for char in point.text) and not set(words(point.text)) & known
    ]
    yield from (_about_a_point("ASK_NUMBER", point, cv, "") for point in bare[:_MOST])


def ask_who(cv: Context) -> Iterator[Draft]:
    """Ask who did what is told in the passive voice."""
    yield from (_about_a_point("ASK_WHO", passage, cv, "") for passage in _found("PASSIVE", cv)[:_MOST])


def ask_example(cv: Context) -> Iterator[Draft]:
    """Ask for an example of a cliché inside a text."""
    if cv.words is None:
        return
    for passage in cv.told:
        phrase = next(phrases_in(passage.text, cv.words.fillers), "")
        if phrase:
            yield _about_a_point("ASK_EXAMPLE", passage, cv, phrase)


def _about_a_point(code: str, passage: Passage, cv: Context, about: str) -> Draft:
    """Return a question about a text; what stands there is taken from the resume, for evidence may be cut."""
    before = places_of(cv.resume)[passage.pointer].text
    return Draft(code=code, pointer=passage.pointer, before=before, about=about)
