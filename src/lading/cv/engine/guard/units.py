"""What numbers measure: a closed list of units, and how often something happens."""

from __future__ import annotations

import re
from collections.abc import Iterator

PERCENT = "percent"

_UNITS = {
    PERCENT: "% percent prozent prozentig prozentige prozentigen prozentiger pct",
    "percentage point": "pp percentage prozentpunkt prozentpunkte prozentpunkten",
    "second": "s sec secs second seconds sekunde sekunden sek",
    "minute": "min mins minute minutes minuten",
    "hour": "h hr hrs hour hours stunde stunden std",
    "day": "day days tag tage tagen",
    "week": "week weeks woche wochen",
    "month": "month months monat monate monaten monats",
    "year": "year years yr yrs jahr jahre jahren jahres",
    "times": "x times mal fold",
    "EUR": "eur euro euros",
    "USD": "usd dollar dollars",
    "GBP": "gbp pound pounds pfund",
    "CHF": "chf franken franc francs",
    "kilometre": "km kilometer kilometre kilometres kilometers kilometern",
    "kilogram": "kg kilo kilos kilogram kilograms kilogramm",
    "tonne": "tonne tonnes ton tons tonnen",
    "megabyte": "mb megabyte megabytes",
    "gigabyte": "gb gigabyte gigabytes",
    "terabyte": "tb terabyte terabytes",
    "square metre": "qm sqm m\u00b2",
}
UNITS = {name: unit for unit, names in _UNITS.items() for name in names.split()}
#: signs and codes that may stand before the number
CURRENCIES = {"\u20ac": "EUR", "$": "USD", "\u00a3": "GBP", "EUR": "EUR", "USD": "USD", "GBP": "GBP", "CHF": "CHF"}
_SUFFIXES = {
    "j\u00e4hrig": "year",
    "st\u00fcndig": "hour",
    "t\u00e4gig": "day",
    "w\u00f6chig": "week",
    "monatig": "month",
    "fach": "times",
    "mal": "times",
    "stellig": "digits",
}
_RATES = {
    "hour": "hourly st\u00fcndlich",
    "day": "daily t\u00e4glich tagt\u00e4glich",
    "week": "weekly w\u00f6chentlich",
    "month": "monthly monatlich",
    "year": "yearly annual annually j\u00e4hrlich",
    "shift": "",
}
_ADVERBS = {name: unit for unit, names in _RATES.items() for name in names.split()}
_PER = re.compile(
    r"\b(?:per|a|an|each|every|pro|je|im|am|jede[rsnm]?)\s+(?P<unit>hour|day|week|month|year|shift|stunde|tag|woche|monat|jahr|schicht)\b",
    re.IGNORECASE,
)
_NAMES = {"stunde": "hour", "tag": "day", "woche": "week", "monat": "month", "jahr": "year", "schicht": "shift"}


def stands_for(suffix: str) -> str:
    """Return the unit of a German suffix such as -j\u00e4hrig; "" where it counts things."""
    return _SUFFIXES.get(suffix, "")


def rates_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield unit and words of each "a week", "monthly" and their like."""
    for match in _PER.finditer(text):
        name = match["unit"].casefold()
        yield _NAMES.get(name, name), match[0]
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match[0].casefold()
        base = next(
            (word.removesuffix(end) for end in ("en", "er", "es", "em", "e") if word.removesuffix(end) in _ADVERBS),
            word,
        )
        if base in _ADVERBS:
            yield _ADVERBS[base], match[0]
