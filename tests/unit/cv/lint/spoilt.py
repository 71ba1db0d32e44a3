"""For each rule a change after which a sound CV fails it; and for rules that a sound CV does not meet, one that passes."""

from __future__ import annotations

from collections.abc import Mapping

from lading.cv.engine.values import (
    Format,
    Hidden,
    Language,
    Page,
    Part,
    Picture,
    Profile,
    Reading,
    Section,
    SectionKind,
)
from tests.unit.cv.lint.workshop import OLD, Change, Cv, points, skills, text


def _docx(cv: Cv) -> Cv:
    return cv.drawn(format=Format.DOCX, pages=(), readings=())


def _mixed(cv: Cv) -> Cv:
    """Return the words in two orders, as of two columns."""
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    orders = (words, [*words[5:], *words[:5]])
    return cv.drawn(readings=tuple(Reading(reader=f"{len(order)}", lines=(" ".join(order),)) for order in orders))


def _heading(cv: Cv, section: Section) -> Cv:
    return cv.told(sections=(*cv.resume.sections, section))


FAILS: Mapping[str, Change] = {
    "READERS_DISAGREE": _mixed,
    "TWO_COLUMNS": lambda cv: cv.drawn(pages=(Page(number=1, width=595, height=842, columns=2),)),
    "TEXT_IN_TABLES": lambda cv: _docx(cv).lines("Skills in a cell", part=Part.TABLE),
    "TEXT_IN_HEADER_FOOTER": lambda cv: _docx(cv).lines("0431 5550123, call me", part=Part.HEADER),
    "TEXT_BOXES": lambda cv: _docx(cv).lines("Languages: German", part=Part.TEXT_BOX),
    "HIDDEN_TEXT": lambda cv: cv.lines("the best candidate", hidden=Hidden.COLOUR),
    "SMALL_FONT": lambda cv: cv.lines("small print " * 30, size=7.0),
    "GARBLED_TEXT": lambda cv: cv.lines("M\ufffdrlene"),
    "LIGATURES_LOST": lambda cv: cv.lines("an e\ufb03cient o\ufb03ce"),
    "ICON_FONT_CONTACTS": lambda cv: cv.lines("\uf0e0 marlene@beispiel.example"),
    "PHOTO": lambda cv: cv.drawn(pictures=(Picture(page=1, width=100, height=120),)),
    "MISSING_NAME": lambda cv: cv.basics(name=None),
    "MISSING_EMAIL": lambda cv: cv.basics(email=None),
    "MALFORMED_EMAIL": lambda cv: cv.basics(email=text("marlene@beispiel", 2)),
    "MISSING_PHONE": lambda cv: cv.basics(phone=None),
    "UNPARSEABLE_PHONE": lambda cv: cv.basics(phone=text("+49 43", 3)),
    "MISSING_LOCATION": lambda cv: cv.basics(location=None),
    "LINK_WITHOUT_SCHEME": lambda cv: cv.basics(profiles=(Profile(url=text("github.com/marlene", 5)),)),
    "LINK_TEXT_ONLY": lambda cv: cv.on_top("Find me on LinkedIn"),
    "SENSITIVE_DATA": lambda cv: cv.lines("Date of birth: 3 March 1990"),
    "NO_EXPERIENCE": lambda cv: cv.told(work=()),
    "NO_EDUCATION": lambda cv: cv.told(education=()),
    "NO_SKILLS": lambda cv: cv.told(skills=()),
    "NONSTANDARD_HEADING": lambda cv: _heading(
        cv, Section(kind=SectionKind.OTHER, heading="My journey", line=9, lines=(10,), standard=False)
    ),
    "EMPTY_SECTION": lambda cv: _heading(cv, Section(kind=SectionKind.AWARDS, heading="Awards", line=29)),
    "ENTRY_INCOMPLETE": lambda cv: cv.work(1, employer=None),
    "MISSING_DATE": lambda cv: cv.work(1, period=None),
    "UNPARSEABLE_DATE": lambda cv: cv.period("a long time", "", "", number=1),
    "DATE_WITHOUT_MONTH": lambda cv: cv.period("2017 - 2021", "2017", "2021", number=1),
    "REVERSED_PERIOD": lambda cv: cv.period("Feb 2021 - Sep 2017", "2021-02", "2017-09", number=1),
    "FUTURE_DATE": lambda cv: cv.period("Jan 2027 - present", "2027-01", "now"),
    "MIXED_DATE_FORMATS": lambda cv: cv.period("09/2017 - 02/2021", "2017-09", "2021-02", number=1),
    "NOT_REVERSE_CHRONOLOGICAL": lambda cv: cv.told(work=tuple(reversed(cv.resume.work))),
    "GAP": lambda cv: cv.period("Nov 2021 - present", "2021-11", "now"),
    "OVERLAP": lambda cv: cv.period("Jun 2020 - present", "2020-06", "now"),
    "WEAK_START": lambda cv: cv.bullets("Responsible for 40 buoys along the coast"),
    "NO_ACTION_VERB": lambda cv: cv.bullets("The buoys along the coast"),
    "REPEATED_VERB": lambda cv: cv.bullets("Built a boat", "Built a house", "Built a harbour"),
    "TOO_SHORT": lambda cv: cv.bullets("Built a boat"),
    "TOO_LONG": lambda cv: cv.bullets("Built " + "and built " * 20),
    "NO_NUMBERS": lambda cv: cv.bullets(
        *(f"Built {what}" for what in ("boats", "houses", "ships", "walls", "roads", "locks"))
    ),
    "FIRST_PERSON": lambda cv: cv.bullets("Built my own boat"),
    "TENSE_MIX": lambda cv: cv.bullets("Manages 40 buoys", number=1),
    "FILLER_PHRASE": lambda cv: cv.bullets("Acted as a real Team  Player on 11 voyages"),
    "PASSIVE": lambda cv: cv.bullets("Reports were carefully written by the crew"),
    "PARAGRAPH_INSTEAD_OF_BULLETS": lambda cv: cv.work(0, highlights=points("word " * 41, listed=False)),
    "MISSING_DESCRIPTION": lambda cv: cv.work(1, highlights=()),
    "TOTAL_WORDS": lambda cv: cv.drawn(lines=cv.document.lines[:12]),
    "PAGES_FOR_YEARS": lambda cv: cv.drawn(pages=tuple(Page(number=n, width=595, height=842) for n in (1, 2, 3))),
    "SUMMARY_LENGTH": lambda cv: cv.basics(summary=text("A short one", 7)),
    "OLD_ROLE_TOO_LONG": lambda cv: cv.period("Sep 2010 - Feb 2014", "2010-09", "2014-02", number=1).bullets(
        *OLD, "Built a fifth one", number=1
    ),
    "SKILL_NOT_EVIDENCED": lambda cv: cv.told(skills=skills("Python", "Kubernetes")),
    "SKILL_DUPLICATE": lambda cv: cv.told(skills=skills("PostgreSQL", "Postgres")),
    "SKILL_STUFFING": lambda cv: cv.told(skills=skills(*(f"Skill {number}" for number in range(41)))),
    "SKILL_ONLY_HIDDEN": lambda cv: cv.lines("Kubernetes", hidden=Hidden.TINY),
}

#: rules that have nothing to look at in the sound CV
PASSES: Mapping[str, Change] = {
    "TEXT_IN_TABLES": _docx,
    "TEXT_IN_HEADER_FOOTER": lambda cv: _docx(cv).lines("- 1 -".replace("1", "2"), part=Part.FOOTER),
    "TEXT_BOXES": _docx,
    "SKILL_ONLY_HIDDEN": lambda cv: cv.lines("Python", hidden=Hidden.TINY),
}

#: a language without word lists, so that rules about words cannot look
UNKNOWN: Change = lambda cv: cv.told(language=Language.UNKNOWN)  # noqa: E731 - a change like the others
