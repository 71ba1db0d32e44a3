"""Rules about how to reach the person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lading.cv.engine.lint.asking import Questions, needs_language, needs_lines
from lading.cv.engine.lint.context import Context
from lading.cv.engine.lint.findings import Passage, Skip, not_applicable
from lading.cv.engine.lint.words import whole
from lading.cv.engine.values import SectionKind

QUESTIONS = Questions()

_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
#: an address that was meant: something at something, blanks around the sign too
_MEANT = re.compile(r"(?<![\w.+'-])[\w.+'-]+ ?@ ?[\w.-]*|(?<![\w.+'-])[\w.+'-]+ ?\((?:at|\u00e4t)\) ?[\w.-]+")
_PHONE = re.compile(r"^\+?[\d\s()/.\u2013-]+$")
_PHONE_LABEL = re.compile(
    r"^(?:phone|telephone|tel|mobile|cell|telefon|mobil|handy)\b\.?\s*:?\s*(?P<rest>\S.*)$", re.IGNORECASE
)
#: characters of a line that are searched for an address; a longer line is no contact data
_LONGEST_LINE = 500
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
#: label -> what its address holds
_NETWORKS = {
    "LinkedIn": "linkedin.com",
    "GitHub": "github.com",
    "GitLab": "gitlab",
    "Xing": "xing.com",
    "ORCID": "orcid.org",
}


@QUESTIONS.rule("MISSING_NAME")
def missing_name(cv: Context) -> Iterator[Passage]:
    """No name."""
    if cv.resume.basics.name is None:
        yield Passage(pointer="/basics/name", text="")


@QUESTIONS.rule("MISSING_EMAIL")
def missing_email(cv: Context) -> Iterator[Passage]:
    """No e-mail address; one that is wrong is another rule's."""
    if cv.resume.basics.email is None and not any(_malformed(cv)):
        yield Passage(pointer="/basics/email", text="")


def _email_meant(cv: Context) -> Skip | None:
    if cv.resume.basics.email is not None or any(_malformed(cv)):
        return None
    return not_applicable("no e-mail address was found")


@QUESTIONS.rule("MALFORMED_EMAIL", _email_meant)
def malformed_email(cv: Context) -> Iterator[Passage]:
    """An address that cannot be written to."""
    yield from _malformed(cv)


def _malformed(cv: Context) -> Iterator[Passage]:
    email = cv.resume.basics.email
    if email is not None:
        if not _EMAIL.fullmatch(email.value):
            yield cv.passage("/basics/email", email)
        return
    contact = _contact_lines(cv)
    for line in cv.lines:
        found = _MEANT.search(line.text[:_LONGEST_LINE]) if line.number in contact else None
        if found and not _EMAIL.search(line.text[:_LONGEST_LINE]):
            yield Passage(pointer="/basics/email", text=found[0], where=cv.at(line).where)


def _contact_lines(cv: Context) -> frozenset[int]:
    """Return the lines before the first section that is about something else."""
    sections = [section for section in cv.resume.sections if section.kind is SectionKind.BASICS]
    return frozenset(number for section in sections for number in section.lines)


@QUESTIONS.rule("MISSING_PHONE")
def missing_phone(cv: Context) -> Iterator[Passage]:
    """No phone number; one that cannot be read is another rule's."""
    if cv.resume.basics.phone is None and not any(_unparseable(cv)):
        yield Passage(pointer="/basics/phone", text="")


def _phone_meant(cv: Context) -> Skip | None:
    if cv.resume.basics.phone is not None or any(_unparseable(cv)):
        return None
    return not_applicable("no phone number was found")


@QUESTIONS.rule("UNPARSEABLE_PHONE", _phone_meant)
def unparseable_phone(cv: Context) -> Iterator[Passage]:
    """A number that cannot be dialled."""
    yield from _unparseable(cv)


def _unparseable(cv: Context) -> Iterator[Passage]:
    phone = cv.resume.basics.phone
    if phone is not None:
        if not _dials(phone.value):
            yield cv.passage("/basics/phone", phone)
        return
    contact = _contact_lines(cv)
    for line in cv.lines:
        found = _PHONE_LABEL.match(line.text.strip()) if line.number in contact else None
        if found and not _dials(found["rest"]):
            yield Passage(pointer="/basics/phone", text=found["rest"], where=cv.at(line).where)


def _dials(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return bool(_PHONE.match(text.strip())) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS


@QUESTIONS.rule("MISSING_LOCATION")
def missing_location(cv: Context) -> Iterator[Passage]:
    """No town, region or country."""
    if cv.resume.basics.location is None:
        yield Passage(pointer="/basics/location", text="")


def _has_profiles(cv: Context) -> Skip | None:
    return None if cv.resume.basics.profiles else not_applicable("no links were found")


@QUESTIONS.rule("LINK_WITHOUT_SCHEME", _has_profiles)
def link_without_scheme(cv: Context) -> Iterator[Passage]:
    """An address that does not say that it is one."""
    for number, profile in enumerate(cv.resume.basics.profiles):
        if not profile.url.value.casefold().startswith(("https://", "http://")):
            yield cv.passage(f"/basics/profiles/{number}/url", profile.url)


@QUESTIONS.rule("LINK_TEXT_ONLY", needs_lines)
def link_text_only(cv: Context) -> Iterator[Passage]:
    """A network's name among the contact data without its address in the text."""
    contact = _contact_lines(cv)
    lines = [line for line in cv.lines if line.number in contact]
    text = "\n".join(line.text for line in lines).casefold()
    for label, host in _NETWORKS.items():
        if host in text:
            continue
        named = next((line for line in lines if whole(label).search(line.text)), None)
        if named is not None:
            yield cv.at(named)


@QUESTIONS.rule("SENSITIVE_DATA", needs_lines, needs_language)
def sensitive_data(cv: Context) -> Iterator[Passage]:
    """Birth, family, religion, numbers of papers."""
    assert cv.words is not None
    for line in cv.lines:
        if any(pattern.search(line.text) for pattern in cv.words.sensitive):
            yield cv.at(line)
