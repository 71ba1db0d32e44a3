"""
What a check of each CV has to say, and what it must not say.

Made of what the CV says and of how it was written, and of nothing that Lading reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: what is peculiar about a file -> the rule that has to say so
TRAITS = {
    "two columns": "TWO_COLUMNS",
    "tables": "TEXT_IN_TABLES",
    "boxes": "TEXT_BOXES",
    "header": "TEXT_IN_HEADER_FOOTER",
    "hidden": "HIDDEN_TEXT",
    "photo": "PHOTO",
    "icons": "ICON_FONT_CONTACTS",
    "birth date": "SENSITIVE_DATA",
    "turns": "READERS_DISAGREE",
}
_GIVEN = {
    "name": "MISSING_NAME",
    "email": "MISSING_EMAIL",
    "phone": "MISSING_PHONE",
    "location": "MISSING_LOCATION",
    "work": "NO_EXPERIENCE",
    "education": "NO_EDUCATION",
    "skills": "NO_SKILLS",
}
#: what no CV of the corpus has
_NEVER = (
    "GARBLED_TEXT",
    "REVERSED_PERIOD",
    "MALFORMED_EMAIL",
    "SKILL_STUFFING",
    "SKILL_ONLY_HIDDEN",
    "UNPARSEABLE_DATE",
)


def findings(truth: Mapping[str, object], traits: tuple[str, ...], writer: str) -> dict[str, list[str]]:
    """Return the codes of rules that have to fail, and of those that must not."""
    fails = {TRAITS[trait] for trait in traits} | set(_missing(truth)) | set(_dates(truth))
    every = {*TRAITS.values(), *_GIVEN.values(), *_NEVER, "DATE_WITHOUT_MONTH", "LINK_WITHOUT_SCHEME"}
    # Two columns may be read in two orders or in one; Chromium draws what floats to the side before the rest.
    open_ = {"READERS_DISAGREE"} if "two columns" in traits or writer == "Chromium" else set()
    return {"fail": sorted(fails), "do not fail": sorted(every - fails - open_)}


def _missing(truth: Mapping[str, object]) -> Iterator[str]:
    yield from (code for key, code in _GIVEN.items() if not truth[key])
    if truth["url"] and not str(truth["url"]).startswith("http"):
        yield "LINK_WITHOUT_SCHEME"


def _dates(truth: Mapping[str, object]) -> Iterator[str]:
    """Name the rule on months where a date of work has none: of a course of study a year is enough."""
    work = truth["work"]
    assert isinstance(work, list)
    dates = [date for entry in work for date in (entry["start"], entry["end"]) if date]
    if any(len(date) == len("2020") for date in dates):
        yield "DATE_WITHOUT_MONTH"
