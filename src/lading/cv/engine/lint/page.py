"""
Writes what is published of the lint from its code: the page of the rules, and the JSON schema.

::

    python -m lading.cv.engine.lint.page docs/reference/cv-lint.md src/lading/cv/engine/lint/data/lint.schema.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from lading.base.errors import LadingError
from lading.cv.engine import errors
from lading.cv.engine.lint.catalogue import Catalogue, Heading, Rule, catalogue
from lading.cv.engine.lint.recovered import SUMMARY_VERSION
from lading.cv.engine.lint.report import ProblemReport, Report
from lading.cv.engine.match.values import MATCH_VERSION, JobWithoutTerms, Standing

_OPENING = """\
# Checking a CV: `lading cv lint`

This page is made from the code: `python -m lading.cv.engine.lint.page`. Catalogue {catalogue}, count of fields
{summary}, match {match}.

```console
$ lading cv lint cv.pdf
$ lading cv lint cv.pdf --job advertisement.txt --json
```

It works offline, without a model, and never changes the file. The same file, day and advertisement give the same
output, byte for byte; `--date 2026-11-21` counts from another day than today. From Python:

```python
from lading.cv import lint

report = lint(Path("cv.pdf"), today=date(2026, 11, 21), job=advertisement)
report.of("MISSING_EMAIL").outcome
```

## What it says, and what not

There is **no grade**. "41 of 43 fields recovered" counts what could be read: name, e-mail, phone and location;
employer, title, start and end of each position; institution, subject and one date of each education; a list of skills.
It says nothing about the person, and it is no forecast of what another program reads.

Every rule has one of four outcomes:

| outcome | meaning |
|---|---|
| passed | the rule looked and found nothing |
| failed | the rule found something; each finding has its place and the text it is about |
| not applicable | the CV has nothing that the rule is about |
| not assessed | the rule could not look, and says why: plain text has no positions, a language has no word lists |

Findings stand under two headings. *What software loses* is observed in the file. *Advice* is somebody's opinion: each
has its source and the country it holds for. Advice is off for academic CVs (three publications or more);
`--advice all` asks every rule, `--advice none` no advice.

| exit code | meaning |
|---|---|
| 0 | nothing under *what software loses* |
| 1 | something under *what software loses* |
| 2 | the file or the advertisement cannot be read; the sentence says what to do |

The JSON has `"schema": 1`; its schema is `lint.schema.json` in the package `lading.cv.engine.lint`, in `data`. Codes
are never renamed and never used for something else.
"""

_MATCH = """\
## Against an advertisement

With `--job` every skill, tool and name that the advertisement asks for is looked up in the CV. Sections about the
employer, benefits, salary and law are left out. Terms come from a list of skills and their other names; capitalised
names that are not in it are guessed, and marked so. Years, degrees, languages and questions that only the person can
answer are listed beside the terms. There is no percentage.

| standing | meaning |
|---|---|
"""

_STANDINGS = {
    Standing.EVIDENCED: "told of in a position, project, education or the summary",
    Standing.LISTED_ONLY: "in a list, and nowhere else",
    Standing.MISSING: "not in the text that was read",
    Standing.NOT_ASSESSED: "software cannot say, with the reason",
}


def page() -> str:
    """Return the page of the rules, as Markdown."""
    book = catalogue()
    parts = [_OPENING.format(catalogue=book.version, summary=SUMMARY_VERSION, match=MATCH_VERSION), _MATCH.rstrip()]
    parts += [f"| {standing} | {meaning} |" for standing, meaning in _STANDINGS.items()]
    parts += ["", *_refusals()]
    for heading in Heading:
        parts += ["", f"## {heading.words}", *_rules(book, heading)]
    return "\n".join(parts) + "\n"


def schema() -> str:
    """Return the JSON schema of what `lading cv lint --json` prints."""
    made = TypeAdapter(Report | ProblemReport).json_schema(mode="serialization")
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lading cv lint", **made}
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


def _rules(book: Catalogue, heading: Heading) -> Iterator[str]:
    group = ""
    for rule in book.rules.values():
        if rule.heading is not heading:
            continue
        if rule.group != group:
            group = rule.group
            yield from ("", f"### {heading.words}: {group}", "")
        yield _rule(rule)


def _rule(rule: Rule) -> str:
    text = f"- **{rule.code}**: {rule.title}. {rule.meaning} *{rule.action}*"
    if rule.source is not None:
        text += f" Source ({rule.source.country}): {rule.source.name}."
    return text if rule.is_on_by_default else f"{text} Off by default."


def _refusals() -> Iterator[str]:
    yield from ("## Files that are refused", "", "| code | why |", "|---|---|")
    kinds: list[type[LadingError]] = [*errors.DocumentRefused.__subclasses__(), JobWithoutTerms]
    for code, why in sorted((kind.code, " ".join((kind.__doc__ or "").split())) for kind in kinds):
        yield f"| {code} | {why} |"


if __name__ == "__main__":
    for path, text in zip(map(Path, sys.argv[1:]), (page(), schema()), strict=True):
        path.write_text(text, encoding="utf-8")
