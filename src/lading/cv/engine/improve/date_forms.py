"""Ways of writing a month of a year, and a period in one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lading.cv.engine.structure.dates import dates_in, find_period
from lading.cv.engine.values import Language, PartialDate, Period

_SHORT = {
    Language.ENGLISH: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    Language.GERMAN: "Jan Feb M\u00e4rz Apr Mai Juni Juli Aug Sept Okt Nov Dez",
}
_LONG = {
    Language.ENGLISH: "January February March April May June July August September October November December",
    Language.GERMAN: "Januar Februar M\u00e4rz April Mai Juni Juli August September Oktober November Dezember",
}
#: of a form: how it is recognised; a month that is whole in three letters goes with either way of writing
FORMS = {
    "03/2021": re.compile(r"\d{1,2}\s?/\s?\d{4}"),
    "03.2021": re.compile(r"\d{1,2}\.\s?\d{4}"),
    "2021-03": re.compile(r"\d{4}-\d{2}"),
    "Mar 2021": re.compile(r"[^\W\d_]{3,4}\.? \d{4}"),
    "March 2021": re.compile(r"[^\W\d_]{5,9} \d{4}"),
}
_EITHER = frozenset(["may", "mai", "märz", "june", "juni", "july", "juli"])
_NOW = {Language.ENGLISH: "present", Language.GERMAN: "heute"}
_NOW_WORD = re.compile(r"(?:present|today|now|current|ongoing|heute|jetzt|laufend|aktuell)", re.IGNORECASE)
#: of a computer, and spelt out for people
ISO = "2021-03"


def forms_in(written: str) -> list[str]:
    """Return the forms of the dates with a month in a period as it is written."""
    found = []
    for one in dates_in(written):
        text = written[one.begins : one.ends]
        if not one.date.month or one.date.day or text.split()[0].casefold() in _EITHER:
            continue
        found += [form for form, pattern in FORMS.items() if pattern.fullmatch(text)][:1]
    return found


def prevailing(writings: Iterable[str]) -> str:
    """Return the form that most dates have, the first of those where several do; "" where there are no dates."""
    counts = Counter(form for written in writings for form in forms_in(written))
    return max(counts, key=lambda form: counts[form]) if counts else ""


def written_as(period: Period, form: str, language: Language) -> str:
    """Return a period in a form; as it is written where that would say anything else."""
    ends = [spelt(date, form, language) for date in (period.start, period.end) if date]
    if period.ongoing:
        word = _NOW_WORD.search(period.written)
        ends.append(word[0] if word else _NOW.get(language, "present"))
    text = " \u2013 ".join(ends)
    found = find_period(text)
    is_same = found is not None and (found.start, found.end, found.ongoing) == (
        period.start,
        period.end,
        period.ongoing,
    )
    return text if is_same else period.written


def spelt(date: PartialDate, form: str, language: Language) -> str:
    """Return one date in a form; a year alone stays one, and a day is kept as JSON Resume writes it."""
    if not date.month or date.day:
        return str(date)
    known = language if language in _SHORT else Language.ENGLISH
    short, long = _SHORT[known].split()[date.month - 1], _LONG[known].split()[date.month - 1]
    return {
        "03/2021": f"{date.month:02}/{date.year}",
        "03.2021": f"{date.month:02}.{date.year}",
        "Mar 2021": f"{short} {date.year}",
        "March 2021": f"{long} {date.year}",
    }.get(form, str(date))
