"""Titles of positions in running text: what somebody is, English and German."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.guard.ground import Ground
from lading.cv.engine.guard.roots import fold, listed, root
from lading.cv.engine.lint.words import vocabulary

#: nouns that are a title wherever they stand in the singular
_ENGLISH = frozenset(
    listed("""engineer developer manager director analyst administrator consultant nurse scientist accountant architect technician programmer professor lecturer
    supervisor founder cofounder co-founder president physician doctor lawyer attorney pharmacist officer coordinator secretary clerk headteacher executive surgeon
    leader foreman chairman chairwoman chairperson treasurer translator economist statistician auditor cto ceo cfo coo cio vp psychologist therapist electrician carpenter
    mechanic researcher postdoc specialist strategist recruiter librarian journalist paramedic midwife dentist superintendent commissioner inspector
    """)
)
#: nouns that are a title only where the text says so: "as a partner"
_AFTER_AS = frozenset(
    listed("""lead partner associate coach student agent volunteer chef driver producer planner operator owner fellow principal trainer tester worker artist buyer
    broker writer editor controller assistant teacher designer instructor tutor apprentice intern representative advisor adviser head chair member expert author
    """)
)
_AS = re.compile(
    r"\b(?:as|being|became|promoted to|appointed|role of|position of)\s+(?:an?\s+|the\s+)?(?P<words>(?:[\w'-]+\s+){0,3}[\w'-]+)",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"\b(?:senior|principal|chief|deputy|vice|head of|assistant head|(?:team|tech|technical|project|squad) lead)\b",
    re.IGNORECASE,
)
#: a lead is a title after what is led: "platform lead for", and not "took the lead on"
_LEAD = re.compile(
    r"\b(?P<title>(?P<field>[^\W\d_]+)\s+lead)(?=\s+(?:for|of|on|in|at|with)\b|\s*(?:[,;:.(]|$))", re.IGNORECASE
)
_NO_FIELD = frozenset(
    listed("the a an to and or who also took take taking in under our my his her their which that as")
)
#: words before an occupation that make another rank of it
_GRADES = frozenset(
    listed(
        "staff lead senior executive managing general regional global national distinguished associate supervising acting interim junior resident master"
    )
)
#: who somebody says to be, before what they did: "As ward sister trained ..."
_AS_FIRST = re.compile(r"^as\s+(?:an?\s+|the\s+)?(?P<words>(?:[\w'-]+\s+){1,5})", re.IGNORECASE)
_NO_TITLE = frozenset(
    listed("part result well needed such required follow one agreed planned soon long far many much of")
)
_LED = re.compile(r"\b(?:leitende[rn]?|stellvertretende[rn]?|ltd\.|stv\.)(?=\s)", re.IGNORECASE)
_GERMAN = re.compile(
    r"(?:leiter|(?<=[a-z\xe4\xf6\xfc\xdf]{3})(?<!beg)(?<!ein)(?<!weiter)leitung|ingenieur|entwickler|berater|direktor|gesch\xe4ftsf\xfchrer|vorstand|prokurist|meister|manager|professor|arzt|\xe4rzt"
    r"|referent|architekt|techniker|redakteur|koordinator|beauftragter|beauftragte|inhaber|gr\xfcnder|dozent|wissenschaftler|kaufmann|kauffrau|informatiker"
    r"|konstrukteur|lehrer|pfleger|vorsitzende|vorsitzender|pr\xe4sident|rektor|sprecher|anwalt|\xe4ltin|apotheker|psychologe|therapeut|polier|vorarbeiter)"
    r"(?:in|innen)?(?:s|n|en|e)?$",
    re.IGNORECASE,
)
_CHIEF = re.compile(r"^(?:chef|haupt|ober|bereichs|vize)(?=[a-z\xe4\xf6\xfc]{4})", re.IGNORECASE)


def untold_titles(text: str, ground: Ground) -> Iterator[str]:
    """Yield each title in a text that is not in the ground."""
    for match in (*_RANK.finditer(text), *_LED.finditer(text)):
        if not re.search(rf"\b{re.escape(match[0])}\b", ground.text, re.IGNORECASE):
            yield match[0]
    yield from _leads(text, ground)
    yield from _graded(text, ground)
    yield from _said_first(text, ground)
    for match in _AS.finditer(text):
        for word in re.findall(r"[\w'-]+", match["words"]):
            if word.casefold() in _AFTER_AS and not _is_told(word, ground):
                yield word
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text):
        if _is_title(word, ground.language) and not _is_told(word, ground):
            yield word


def _leads(text: str, ground: Ground) -> Iterator[str]:
    for match in _LEAD.finditer(text):
        if match["field"].casefold() not in _NO_FIELD and "lead" not in ground.forms:
            yield match["title"]


def _graded(text: str, ground: Ground) -> Iterator[str]:
    """Yield each occupation with a grade before it that the ground does not have: staff engineer."""
    for grade, occupation in re.findall(r"(?=\b([^\W\d_]+)\s+([^\W\d_]+)\b)", text):
        if grade.casefold() in _GRADES and _is_occupation(occupation) and fold(grade) not in ground.forms:
            yield f"{grade} {occupation}"


def _is_occupation(word: str) -> bool:
    return bool({word.casefold(), word.casefold().removesuffix("s")} & (_ENGLISH | _AFTER_AS))


def _said_first(text: str, ground: Ground) -> Iterator[str]:
    """Yield what a text begins with as the person's part, where a word of it is not in the ground."""
    match = _AS_FIRST.match(text)
    if match is None or ground.language == "de":
        return
    said = match["words"].split()
    verb = next((place for place, word in enumerate(said) if place and _is_past(word)), 0)
    title = said[:verb]
    if title and not {*map(str.casefold, title)} & _NO_TITLE and not all(root(word) in ground.roots for word in title):
        yield " ".join(title)


def _is_past(word: str) -> bool:
    return word.casefold() in vocabulary("en").past_verbs or word.casefold().endswith("ed")


def _is_title(word: str, language: str) -> bool:
    folded = word.casefold()
    if folded in _ENGLISH or any(part in _ENGLISH for part in folded.split("-")):
        return True
    return language != "en" and word[0].isupper() and bool(_GERMAN.search(word) or _CHIEF.search(word))


def _is_told(word: str, ground: Ground) -> bool:
    """Say whether the ground has the title: itself, in another form, or as the last part of a longer one."""
    folded = fold(word)
    stems = {
        folded,
        folded.removesuffix("s"),
        folded.removesuffix("in"),
        folded.removesuffix("innen"),
        folded.removesuffix("n"),
    }
    stems = {stem for stem in stems if len(stem) > 1}
    return any(form in stems or form.removesuffix("s") in stems or _ends(form, stems) for form in ground.forms)


def _ends(form: str, stems: set[str]) -> bool:
    """Say whether a German title is the end of a longer one: *Entwickler* of *Softwareentwickler*."""
    bare = {form, form.removesuffix("in"), form.removesuffix("innen"), form.removesuffix("n"), form.removesuffix("en")}
    return any(longer.endswith(stem) for longer in bare for stem in stems if len(stem) > 5)  # noqa: PLR2004 - no short endings
