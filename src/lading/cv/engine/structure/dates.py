"""Dates and periods as CVs write them, English and German."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lading.cv.engine.resume import PartialDate

_MONTHS = (
    "january|jan|januar|jänner|jän",
    "february|feb|februar|febr",
    "march|mar|märz|mär|mrz",
    "april|apr",
    "may|mai",
    "june|jun|juni",
    "july|jul|juli",
    "august|aug",
    "september|sept|sep",
    "october|oct|oktober|okt",
    "november|nov",
    "december|dec|dezember|dez",
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_NAMES = "|".join(sorted(_NUMBER, key=len, reverse=True))
_YEAR = r"(?:19[3-9]\d|20[0-6]\d)"
#: the order matters: the most exact form first
_FORMS = (
    rf"(?P<d1>\d{{1,2}})\.\s?(?P<m1>\d{{1,2}})\.\s?(?P<y1>{_YEAR})",
    rf"(?P<y2>{_YEAR})-(?P<m2>\d{{2}})-(?P<d2>\d{{2}})",
    rf"(?P<d3>\d{{1,2}})\.?\s+(?P<n3>{_NAMES})\.?\s+(?P<y3>{_YEAR})",
    rf"(?P<n4>{_NAMES})\.?,?\s*(?:'|\u2019)?\s?(?P<y4>{_YEAR}|(?<='|\u2019)\d\d)",
    rf"(?P<m5>\d{{1,2}})\s?[/.]\s?(?P<y5>{_YEAR})",
    rf"(?P<y6>{_YEAR})[-/.](?P<m6>0[1-9]|1[0-2])",
    rf"(?:(?:spring|summer|autumn|fall|winter|frühjahr|sommer|herbst|ws|ss|q[1-4])\s)?(?P<y7>{_YEAR})",
)
#: a word that a writer of files glued to the date before it
_GLUED = r"(?-i:[A-Z\u00c4\u00d6\u00dc][A-Za-z\u00e4\u00f6\u00fc])"
_DATE = rf"(?:{'|'.join(_FORMS)})(?!(?!{_GLUED})[\w/]|-(?!{_YEAR}(?!\d))\d|\.\d)"
_ONE = re.compile(rf"(?<![\w/.+-]){_DATE}", re.IGNORECASE)
_SECOND = re.compile(_DATE, re.IGNORECASE)
_NOW = (
    r"(?:till |until |bis )?(?:present|today|now|current|currently|ongoing|to date|date|heute|jetzt|dato|laufend|aktuell"
    rf"|andauernd|gegenwärtig)(?:\b|(?={_GLUED}))"
)
_JOIN = r"\s*(?:[-\u2010-\u2015/]|to|till|until|through|bis(?:\s+zum)?)\s*"
_AFTER = re.compile(rf"{_JOIN}(?:(?P<now>{_NOW})|(?={_DATE}))", re.IGNORECASE)
_OPEN = re.compile(r"\s*[-\u2010-\u2015]\s*(?=$|[)\]|,\t])|[-\u2010-\u2015]\s+(?=[^\W\d])")
_SINCE = re.compile(r"(?:since|from|seit|ab)\s+$", re.IGNORECASE)
#: two short years, as in 2019/20 or 2019-21
_SHORT = re.compile(rf"(?<![\w/.-])(?P<first>{_YEAR})\s?[/\u2010-\u2015-]\s?(?P<last>\d\d)(?![\w/.-])")
_LAST_MONTH, _LAST_DAY = 12, 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A period in a text, and where in the text it stands."""

    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    begins: int
    ends: int


def find_period(text: str) -> Found | None:
    """Return the first period of a text, or a single date as its start; None where there is no date."""
    short = _SHORT.search(text)
    first = _ONE.search(text)
    if short and (first is None or short.start() <= first.start()) and not _is_month(short, text):
        return _short(short)
    if first is None:
        return None
    start = _value(first)
    if start is None:
        return None
    since = _SINCE.search(text, 0, first.start())
    begins = since.start() if since else first.start()
    after = _AFTER.match(text, first.end())
    if after and after["now"]:
        return Found(start=start, end=None, ongoing=True, begins=begins, ends=after.end())
    if after:
        second = _SECOND.match(text, after.end())
        end = _value(second) if second else None
        if second and end:
            return Found(start=start, end=end, ongoing=False, begins=begins, ends=second.end())
    is_open = _OPEN.match(text, first.end())
    return Found(
        start=start,
        end=None,
        ongoing=since is not None or is_open is not None,
        begins=begins,
        ends=is_open.end() if is_open else first.end(),
    )


def parse_date(text: str) -> PartialDate | None:
    """Return the date that the whole text is, or None."""
    match = _ONE.fullmatch(text.strip())
    return _value(match) if match else None


def _value(match: re.Match[str]) -> PartialDate | None:
    """Return the date of a match; None for a month 13 or a day 32."""
    groups = {name[0]: text for name, text in match.groupdict().items() if text and name[:-1] in {"d", "m", "n", "y"}}
    year = int(groups["y"])
    if len(groups["y"]) == 2:  # noqa: PLR2004 - '19 and '98
        year += 2000 if year < 70 else 1900  # noqa: PLR2004 - nobody in a CV began before 1970 with two digits
    month = _NUMBER[groups["n"].casefold()] if "n" in groups else int(groups.get("m", 0))
    day = int(groups.get("d", 0))
    if month > _LAST_MONTH or day > _LAST_DAY or ("m" in groups and not month):
        return None
    return PartialDate(year=year, month=month, day=day)


def _is_month(match: re.Match[str], text: str) -> bool:
    """Say whether 2019-04 is a month: what is no later than the first year, or has an end of its own, is no period."""
    last = int(match["last"])
    if last <= _LAST_MONTH and _AFTER.match(text, match.end()):
        return True
    return last <= _LAST_MONTH and (last <= int(match["first"]) % 100 or "-" in match[0])


def _short(match: re.Match[str]) -> Found | None:
    first = int(match["first"])
    last = first // 100 * 100 + int(match["last"])
    if last < first:
        return None
    return Found(
        start=PartialDate(year=first),
        end=PartialDate(year=last),
        ongoing=False,
        begins=match.start(),
        ends=match.end(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedText:
    """A single date in a text, and where in the text it stands."""

    date: PartialDate
    begins: int
    ends: int


def dates_in(text: str) -> tuple[DatedText, ...]:
    """Return every date of a text, in its order."""
    found = ((match, _value(match)) for match in _ONE.finditer(text))
    return tuple(DatedText(date=date, begins=match.start(), ends=match.end()) for match, date in found if date)
