"""
Plants inventions: eight kinds of change on the facts of a role, drawn from seeds.

What is planted comes from lists of its own: those for held-out roles share nothing with the others.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What can be planted in one language."""

    units: dict[str, str]
    dates: tuple[str, ...]
    names: tuple[str, ...]
    employers: tuple[str, ...]
    titles: tuple[str, ...]
    degrees: tuple[str, ...]
    skills: tuple[str, ...]


_ENGLISH = Pool(
    units={"hours": "days", "minutes": "seconds", "%": "million", "pounds": "euros", "years": "months", "£": "$"},
    dates=("since March 2003", "in October 2011", "from 1998 on", "until 05/2009"),
    names=("with Siobhan Kettering", "for Airbus", "in Rotterdam", "on behalf of the Halcyon Trust"),
    employers=("at Greyfell Brothers Ltd", "while employed by Deloitte", "at Corvane College", "at Ostrava Metals Inc"),
    titles=("as Chief Technology Officer", "as Regional Director", "as principal consultant", "as deputy head"),
    degrees=("during a PhD", "holding a BSc in Physics", "as a certified Scrum Master", "with first-class honours"),
    skills=("using Terraform", "with Tableau", "in Rust", "by means of Photoshop"),
)
_ENGLISH_HELD_OUT = Pool(
    units={"dollars": "pounds", "records": "%", "week": "hour", "reports": "million", "sensors": "%"},
    dates=("since April 2004", "in December 2012", "from 1997 on", "until 11/2008"),
    names=("with Barnaby Ellsworth", "for Nestlé", "in Antwerp", "on behalf of the Quillon Fund"),
    employers=("at Penhallow & Sons plc", "while working for Accenture", "at Mirefold Institute", "at Zenobia LLC"),
    titles=("as Managing Director", "as Head of Operations", "as senior manager", "as team leader"),
    degrees=(
        "during a doctorate",
        "holding an MSc in Statistics",
        "as a chartered accountant",
        "with a Prince2 certificate",
    ),
    skills=("using Ansible", "with Power BI", "in MATLAB", "by means of Docker"),
)
_GERMAN = Pool(
    units={"Minuten": "Sekunden", "Euro": "Dollar", "Prozent": "Millionen", "%": "Stunden", "Jahr": "Tag"},
    dates=("seit März 2003", "im Oktober 2011", "ab 1998", "bis 05/2009"),
    names=("mit Herrn Gundlach", "für Airbus", "in Rotterdam", "im Auftrag von Ylva Sörensen"),
    employers=(
        "bei der Grauwacke GmbH",
        "als Angestellter bei Deloitte",
        "am Klinikum Weserbogen",
        "bei Ostrava Metall AG",
    ),
    titles=("als Abteilungsleiter", "als Geschäftsführerin", "als Chefarzt", "als leitender Ingenieur"),
    degrees=("während der Promotion", "mit Bachelor in Physik", "als zertifizierter Scrum Master", "mit Meisterbrief"),
    skills=("mit Terraform", "mit Tableau", "in Rust", "mithilfe von Photoshop"),
)
_GERMAN_HELD_OUT = Pool(
    units={
        "Millionen": "Tausend",
        "Jahren": "Monaten",
        "Teilnehmern": "Prozent",
        "Schülern": "Euro",
        "Klassen": "Stunden",
    },
    dates=("seit April 2004", "im Dezember 2012", "ab 1997", "bis 11/2008"),
    names=("mit Frau Wiedemann", "für Nestlé", "in Antwerpen", "im Auftrag von Jorun Halvorsen"),
    employers=(
        "bei der Basaltwerk AG",
        "als Angestellter bei Accenture",
        "an der Hochschule Neckarbogen",
        "bei Zenobia KG",
    ),
    titles=("als Bereichsleiterin", "als Prokurist", "als Schulleiterin", "als Chefredakteur"),
    degrees=(
        "während des Masterstudiums",
        "mit Staatsexamen in Chemie",
        "als staatlich geprüfter Techniker",
        "mit Abschluss als Diplom-Informatiker",
    ),
    skills=("mit Ansible", "mit Power BI", "in MATLAB", "mithilfe von Docker"),
)
POOLS = {
    ("en", False): _ENGLISH,
    ("en", True): _ENGLISH_HELD_OUT,
    ("de", False): _GERMAN,
    ("de", True): _GERMAN_HELD_OUT,
}

#: returns a text with something planted, or None where the text has nothing to change
Change = Callable[[str, Pool, random.Random], str | None]


def number(text: str, pool: Pool, seed: random.Random) -> str | None:
    """Change one number that is written in digits."""
    del pool
    places = list(re.finditer(r"\d+", text))
    if not places:
        return None
    place = seed.choice(places)
    other = str(int(place[0]) + seed.choice((1, 3, 7, 40, 300)))
    return text[: place.start()] + other + text[place.end() :]


def unit(text: str, pool: Pool, seed: random.Random) -> str | None:
    """Change what a number counts."""
    found = [(old, new) for old, new in pool.units.items() if re.search(rf"\d[\d.,]*\w?\s*{old}|{old}\d", text)]
    if not found:
        return None
    old, new = seed.choice(found)
    return text.replace(old, new, 1)


def _planted(words: Callable[[Pool], tuple[str, ...]]) -> Change:
    def change(text: str, pool: Pool, seed: random.Random) -> str:
        return f"{text} {seed.choice(words(pool))}"

    return change


CHANGES: dict[str, Change] = {
    "number": number,
    "unit": unit,
    "date": _planted(lambda pool: pool.dates),
    "name": _planted(lambda pool: pool.names),
    "employer": _planted(lambda pool: pool.employers),
    "title": _planted(lambda pool: pool.titles),
    "degree": _planted(lambda pool: pool.degrees),
    "skill": _planted(lambda pool: pool.skills),
}
