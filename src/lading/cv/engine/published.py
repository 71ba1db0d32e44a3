"""
Writes what is published of improving and rendering from the code: JSON schemas, and the page of the suggestions.

::

    python -m lading.cv.engine.published        # from the folder that holds src and docs
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from lading.base.errors import LadingError
from lading.cv.engine.guard.values import GUARD_VERSION
from lading.cv.engine.improve import errors as decision_errors
from lading.cv.engine.improve.catalogue import catalogue
from lading.cv.engine.improve.report import ImproveReport
from lading.cv.engine.improve.suggestion import Kind
from lading.cv.engine.lint.report import ProblemReport
from lading.cv.engine.model import errors as model_errors
from lading.cv.engine.model.report import ModelsReport
from lading.cv.engine.render.report import RenderReport

_ENGINE = "src/lading/cv/engine"

_OPENING = """\
# Improving a CV: `lading cv improve`

This page is made from the code: `python -m lading.cv.engine.published`. Guard {guard}.

```console
$ lading cv improve cv.pdf
$ lading cv improve cv.pdf --job advertisement.txt --json
$ lading cv improve cv.pdf --accept-safe -o better.json
$ lading cv improve cv.pdf --decisions decisions.json -o better.json
$ lading cv improve cv.pdf --model --consent
```

The file is never changed. Every suggestion names its place, what stands there, what would, why, and on what evidence;
nothing is applied unless it is accepted, and what is not decided stays as it is. The new version is written as JSON Resume,
from which `lading cv render` makes a PDF. Without `--model` it works offline and gives the same output for the same file,
day and advertisement; with it, see [models](../howto/cv-models.md).

From Python:

```python
from lading.cv import Context, decide, extract, first_version, safe, structure, suggest

document = extract(Path("cv.pdf"))
version = first_version(structure(document))
cv = Context(document=document, resume=version.resume, today=date(2026, 11, 21))
found = suggest(cv, base=version.id)
better = decide(version, found, safe(found))
```

| exit code | meaning |
|---|---|
| 0 | good, whatever is suggested |
| 1 | the model could not be asked about every section; what the rules suggest is there |
| 2 | the file, a decision or a setting is refused; the sentence says what to do |
| 3 | the text that would be sent was shown, and nothing was sent: say `--consent` |

## Decisions

A file of decisions is a list: `[{{"suggestion": "suggestion-0123456789ab", "choice": "accept"}}]`. `choice` is `accept`,
`edit` or `reject`; an edit has the person's own words as `text`, which count as a fact from then on. `--accept-safe` accepts
what rules found and what changes the form only: never other words, never a question, never a model's text.

A suggestion has an id that stays the same as long as the text does, and names the version that it was made for. It is refused
for another version, and for another text at its place:

| code | why |
|---|---|
"""

_JSON = """\

The JSON has `"schema": 1`; its schema is `improve.schema.json` in the package `lading.cv.engine.improve`, in `data`.
Pointers are JSON Pointers into the resume; two are not of JSON Resume: `period` in an entry is its period as the CV writes it,
and `/sections/0/heading` a heading. `highlights` counts the paragraphs of an entry, too.
"""

#: stands in the page for the word that a reason is about
_ABOUT = "\u2026"
_KINDS = {
    Kind.FORMAT: "Only the form changes",
    Kind.WORDING: "Other words",
    Kind.QUESTION: "Questions",
}


def page() -> str:
    """Return the page of the suggestions, as Markdown."""
    parts = [_OPENING.format(guard=GUARD_VERSION).rstrip(), *_codes(decision_errors.DecisionRefused), _JSON.rstrip()]
    for kind, heading in _KINDS.items():
        parts += ["", f"## {heading}", ""]
        for entry in catalogue().values():
            if entry.kind is kind:
                mends = f" Answers `{entry.mends}`." if entry.mends else ""
                reason = "The reason is the model's own." if entry.reason == "{about}" else entry.reason
                parts.append(f"- **{entry.code}**: {reason.format(about=_ABOUT)}{mends}")
    parts += ["", "## When a model cannot be asked", "", "| code | why |", "|---|---|"]
    parts += _codes(LadingError, model_errors.__name__)
    return "\n".join(parts) + "\n"


def _codes(base: type[LadingError], module: str = "") -> Iterator[str]:
    """Yield a row for each error below a class, or of a module."""
    found = {kind.code: kind for kind in _below(base) if not module or kind.__module__ == module}
    for code, kind in sorted(found.items()):
        yield f"| {code} | {' '.join((kind.__doc__ or '').split())} |"


def _below(base: type[LadingError]) -> Iterator[type[LadingError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)


def schemas() -> dict[str, str]:
    """Return the JSON schemas of what the commands print, by their place."""
    kinds: dict[str, TypeAdapter[object]] = {
        "improve": TypeAdapter(ImproveReport | ProblemReport),
        "render": TypeAdapter(RenderReport | ProblemReport),
        "model": TypeAdapter(ModelsReport | ProblemReport),
    }
    return {f"{_ENGINE}/{name}/data/{name}.schema.json": _schema(name, kind) for name, kind in kinds.items()}


def _schema(name: str, kind: TypeAdapter[object]) -> str:
    command = {"model": "models"}.get(name, name)
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"lading cv {command}",
        **kind.json_schema(mode="serialization"),
    }
    return json.dumps(made, indent=2, sort_keys=True) + "\n"


def published() -> dict[str, str]:
    """Return everything that is written, by its place."""
    return {"docs/reference/cv-improve.md": page(), **schemas()}


if __name__ == "__main__":
    for place, text in published().items():
        Path(place).write_text(text, encoding="utf-8")
