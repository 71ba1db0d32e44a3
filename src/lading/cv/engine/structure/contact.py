"""Who it is and how to reach them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lading.cv.engine.document import Line
from lading.cv.engine.resume import Basics, Profile, Sure, Text
from lading.cv.engine.structure.dates import find_period
from lading.cv.engine.structure.headings import TITLES, normal, standard_kind
from lading.cv.engine.structure.words import degree_weight, organisation_weight, position_weight

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s|,;<>()]+|(?<![\w@.])(?:linkedin\.com|github\.com|gitlab\.com|xing\.com|orcid\.org)/[^\s|,;<>()]+",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w/])(?:\+|00)?\(?\d[\d\s()./\u2010-\u2013-]{5,}\d(?!\w)")
_DIGITS = range(7, 16)
_NETWORKS = {
    "linkedin.com": "LinkedIn",
    "github.com": "GitHub",
    "gitlab.com": "GitLab",
    "xing.com": "Xing",
    "orcid.org": "ORCID",
    "stackoverflow.com": "Stack Overflow",
}
_LABEL = re.compile(
    r"^(?P<label>name|address|adresse|anschrift|wohnort|wohnhaft in|location|city|ort|based in|phone|telephone|tel|mobile|mobil"
    r"|telefon|handy|cell|e-?mail|mail|web|website|webseite|homepage|linkedin|github|xing|portfolio)\b\.?\s*:?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_PLACES = {"address", "adresse", "anschrift", "wohnort", "wohnhaft in", "location", "city", "ort", "based in"}
_PERSONAL = re.compile(
    r"^(?:date of birth|born|birth|geburt|geboren|nationality|nationalität|staatsangeh|marital|familienstand|gender|age\b|alter\b)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\t|\s*[|•·;●▪]\s*|\s+[-\u2013\u2014]\s+|\s*/\s+")
_NAME = re.compile(r"^[^\W\d_][\w.'\u2019-]*(?:\s+[^\W\d_][\w.'\u2019-]*){1,4}$")
_AFTER_NAME = re.compile(r",\s*(?:Ph\.?\s?D|MBA|M\.?Sc|B\.?Sc|M\.?A|B\.?A|CPA|PMP|MD)\.?(?:\s*,.*)?$")
_PLACE = re.compile(r"^(?:\d{4,5}\s+)?[^\W\d_][\w .'\u2019-]*(?:,\s*[\w .'\u2019-]+){0,2}$")
_STREET = re.compile(
    r"\b(?:street|road|avenue|lane|straße|strasse|str\.|weg|platz|allee|gasse)\b|(?:straße|str\.)\s*\d", re.IGNORECASE
)
_POSTCODE = re.compile(r"^\d{4,5} |\b\d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
#: signs of icon fonts and of other pictures
_ICONS = re.compile(
    r"^[\ue000-\uf8ff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\s]+|[\ue000-\uf8ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff\s]+$"
)
#: of a line, in which an address may break off
_LAST_LETTERS = 120
_PARTICLES = frozenset(("von", "van", "de", "der", "den", "zu", "da", "di", "la", "el", "al", "bin", "ten"))
_LABEL_WORDS = 8
_PLACE_WORDS = 6
_GUESSED_WORDS = 4


def basics_of(lines: list[Line], summary: Text | None, elsewhere: list[Line]) -> Basics:
    """
    Return what the lines before the first section, and those of a section about contact, say of the person.

    What they do not say is looked for `elsewhere`: a column beside the text has its contact data after other sections.
    """
    written = {line.number: line.text for line in (*lines, *elsewhere)}
    broken: dict[int, int] = {}
    lines, elsewhere = _mended(lines, broken), _mended(elsewhere, broken)
    name = _name(lines)
    label = _label(lines, name)

    def whole(text: Text | None) -> Text | None:
        """Return a text with both of its lines where it was broken."""
        if text is None or text.lines[0] not in broken or text.value in written[text.lines[0]]:
            return text
        return replace(text, lines=(text.lines[0], broken[text.lines[0]]))

    profiles = tuple(_profiles(lines)) or tuple(_profiles([line for line in elsewhere if _is_alone(line)]))
    return Basics(
        name=name,
        label=label,
        email=whole(_first(_EMAIL, lines) or _first(_EMAIL, elsewhere)),
        phone=_phone(lines) or _phone([line for line in elsewhere if _names_a_phone(line.text)]),
        location=whole(
            _location(lines, {text.value for text in (name, label) if text}) or _labelled(elsewhere, _PLACES)
        ),
        summary=summary,
        profiles=tuple(replace(one, url=whole(one.url) or one.url) for one in profiles),
    )


def _names_a_phone(text: str) -> bool:
    """Say whether a line says that it is about a telephone, or begins with the number of one."""
    match = _LABEL.match(text)
    return text.startswith(("+", "00")) or (match is not None and match["label"].lower() not in _PLACES)


def _is_alone(line: Line) -> bool:
    """Say whether a link is all that a line has, but a label."""
    match = _LABEL.match(line.text)
    return " " not in (match["rest"] if match else line.text)


def _mended(lines: list[Line], broken: dict[int, int]) -> list[Line]:
    """
    Return the lines without icons at their ends, and with addresses whole that a narrow column broke.

    `broken` is told the number of each line that goes on, and of the one that it goes on with.
    """
    mended: list[Line] = []
    for line in (replace(line, text=_ICONS.sub("", line.text)) for line in lines):
        last = mended[-1] if mended else None
        if last and last.page == line.page and (joint := _joint(last.text, line.text)) is not None:
            mended[-1] = replace(last, text=last.text + joint + line.text)
            broken[last.number] = line.number
        elif line.text:
            mended.append(line)
    return mended


def _joint(text: str, after: str) -> str | None:
    """Return what joins two lines: nothing within an address of mail or web, a space within a place; None if they are two."""
    text = text[-_LAST_LETTERS:]
    if re.fullmatch(r"[\w./-]+", after) and not after[0].isupper():
        is_mail = re.search(r"[\w.+-]+@[\w.-]*$", text) and not _EMAIL.search(text) and _EMAIL.search(text + after)
        is_url = re.search(r"https?://[^\s|,;]*$", text) and (text[-1] in "-/_" or re.search(r"[-/_\d]", after))
        return "" if is_mail or is_url else None
    match = _LABEL.match(text)
    is_place = match is not None and match["label"].lower() in _PLACES and text.endswith(",")
    return " " if is_place and not _is_contact(after) else None


def _first(pattern: re.Pattern[str], lines: list[Line]) -> Text | None:
    found = ((pattern.search(line.text), line) for line in lines)
    return next((Text(value=match[0].rstrip("."), lines=(line.number,)) for match, line in found if match), None)


def _profiles(lines: list[Line]) -> Iterator[Profile]:
    seen: set[str] = set()
    for line in lines:
        for match in _URL.finditer(_EMAIL.sub(" ", line.text)):
            url = match[0].rstrip(".,")
            if url in seen:
                continue
            seen.add(url)
            network = next((name for host, name in _NETWORKS.items() if host in url.lower()), None)
            yield Profile(
                url=Text(value=url, lines=(line.number,)),
                network=Text(value=network, lines=(line.number,), sure=Sure.INFERRED) if network else None,
            )


def _phone(lines: list[Line]) -> Text | None:
    for line in lines:
        text = _URL.sub(" ", _EMAIL.sub(" ", line.text))
        if _PERSONAL.match(text):
            continue
        for match in _PHONE.finditer(text):
            number = match[0].strip(" .-/")
            if _is_phone(number, text):
                return Text(value=number, lines=(line.number,))
    return None


def _is_phone(number: str, text: str) -> bool:
    """Say whether digits are a telephone number: as many as one has, written as one or named as one, and no period."""
    period = find_period(number)
    is_period = period is not None and period.begins == 0 and period.ends == len(number)
    if is_period or sum(character.isdigit() for character in number) not in _DIGITS:
        return False
    return number[0] in "+0(" or not number.isdigit() or _LABEL.match(text) is not None


def _name(lines: list[Line]) -> Text | None:
    """Return the labelled name, else the largest line that can be a name; the first of equals."""
    labelled = _labelled(lines, {"name"})
    if labelled:
        return labelled
    candidates = [(text, line) for line in lines if (text := _as_name(line))]
    if not candidates:
        return None
    text, line = max(candidates, key=lambda found: (found[1].size, -found[1].number))
    alone = len(candidates) == 1 or line.size > sorted(other.size for _, other in candidates)[-2] or line.heading == 1
    return Text(value=text, lines=(line.number,), sure=Sure.INFERRED if alone else Sure.GUESSED)


def _as_name(line: Line) -> str | None:
    """Return the name that a line begins with, if it can be one."""
    if line.bullet:
        return None
    first = _AFTER_NAME.sub("", _SPLIT.split(line.text)[0].strip())
    title = re.match(r"^(?:(?:Prof|Dr|Mr|Mrs|Ms|Dipl)\.?(?:-\w+\.)?\s+)+", first)
    plain = first[title.end() :] if title else first
    if normal(plain) in TITLES or standard_kind(plain) or _LABEL.match(plain) or _STREET.search(plain):
        return None
    if not _NAME.match(plain) or position_weight(plain) or not all(_is_name_word(word) for word in plain.split()):
        return None
    return first


def _is_name_word(word: str) -> bool:
    has_no_case = word[0].isalpha() and word[0].lower() == word[0].upper()
    return word[0].isupper() or has_no_case or word in _PARTICLES


def _label(lines: list[Line], name: Text | None) -> Text | None:
    """Return the headline: the row after the name, or what follows the name on its line."""
    if name is None:
        return None
    at = next(index for index, line in enumerate(lines) if line.number == name.lines[0])
    beside = _SPLIT.split(lines[at].text)[1:]
    following = [(part, lines[at].number) for part in beside] + [
        (line.text, line.number) for line in lines[at + 1 : at + 2]
    ]
    for text, number in following:
        whole = text.strip()
        if not whole or len(whole.split()) > _LABEL_WORDS or _is_contact(whole):
            continue
        if position_weight(_SPLIT.split(whole)[0]) or degree_weight(whole):
            return Text(value=whole, lines=(number,), sure=Sure.INFERRED)
    return _unknown_label(lines[at + 1 : at + 2], name, lines)


def _unknown_label(after: list[Line], name: Text, lines: list[Line]) -> Text | None:
    """Return the row after the name as a guess, where it can be nothing else: a few words, and the place stands elsewhere."""
    if not after or after[0].number != name.lines[0] + 1 or after[0].bullet or after[0].heading:
        return None
    text = after[0].text
    is_plain = not re.search(r"[\d,@/|\t:.]", text) and len(text.split()) <= _GUESSED_WORDS
    if not is_plain or _is_contact(text) or _as_name(after[0]) == name.value:
        return None
    if _location([line for line in lines if line is not after[0]], {name.value}) is None:
        return None
    return Text(value=text, lines=(after[0].number,), sure=Sure.GUESSED)


def _is_contact(text: str) -> bool:
    return bool(_EMAIL.search(text) or _URL.search(text) or _PHONE.search(text) or _LABEL.match(text))


def _labelled(lines: list[Line], labels: set[str]) -> Text | None:
    """Return what stands after one of these labels, on its line or alone on the next."""
    for index, line in enumerate(lines):
        match = _LABEL.match(line.text)
        if not match or match["label"].lower() not in labels or not _is_label(line.text, match):
            continue
        rest = _SPLIT.split(match["rest"])[0].strip() if match["rest"] else ""
        if rest:
            return Text(value=rest, lines=(line.number,))
        following = lines[index + 1 : index + 2]
        if following and not _is_contact(following[0].text):
            return Text(value=following[0].text, lines=(following[0].number,))
    return None


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Say whether the word is a label: a colon or a gap follows, or nothing."""
    after = text[match.end("label") :].lstrip(".")
    return not after.strip() or after.lstrip(" ").startswith((":", "\t"))


def _location(lines: list[Line], taken: set[str]) -> Text | None:
    labelled = _labelled(lines, _PLACES)
    if labelled:
        return labelled
    for line in lines:
        parts = [part.strip() for part in _SPLIT.split(line.text)]
        beside_contact = any(_is_contact(part) for part in parts)
        for part in parts:
            if part in taken or not _can_be_place(part):
                continue
            if beside_contact or "," in part or _POSTCODE.search(part):
                return Text(value=part, lines=(line.number,), sure=Sure.INFERRED if beside_contact else Sure.GUESSED)
    return None


def _can_be_place(text: str) -> bool:
    if not text or _is_contact(text) or _PERSONAL.match(text) or normal(text) in TITLES or position_weight(text):
        return False
    if _STREET.search(text) and _POSTCODE.search(text):
        return True
    if organisation_weight(text):
        return False
    return (
        bool(_PLACE.match(text))
        and len(text.split()) <= _PLACE_WORDS
        and not text.endswith(".")
        and not degree_weight(text)
    )
