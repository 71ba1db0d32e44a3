"""
Writes docs/reference/errors/: a page for each code, and one that lists them.

`--check` writes nothing and ends with 1 where a page is not as it would be written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from lading.base import codes
from lading.base.codes import Entry
from lading.base.errors import Remedy

FOLDER = Path("docs/reference/errors")

INTRODUCTION = """\
Outcomes, manifests, JSON objects and errors carry one of these. They are promised: none is renamed or used for something
else. `lading explain CODE` prints the same on a terminal. Written by `make pages` from `src/lading/base/codes.toml`."""

#: what each remedy asks of the reader
REMEDIES: Mapping[Remedy, str] = {
    Remedy.MEND_COMMAND: "the command or a setting has to be mended; exit code 2",
    Remedy.RETRY_NOW: "Lading tries again at once, a few times; then the file has failed",
    Remedy.RETRY_LATER: "the run waits, says for what, and goes on by itself",
    Remedy.SKIP_FILE: "this one file is not done, all others are; `lading retry RUN` tries it again",
    Remedy.STOP_RUN: "the run has failed; once the cause is gone `lading resume RUN` goes on",
    Remedy.ASK_PERSON: "somebody has to decide before anything more is done",
    Remedy.INFORMATION: "nothing has to be done",
}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page with its text."""
    entries = codes.catalogue().values()
    yield FOLDER / "README.md", _contents(list(entries))
    for entry in entries:
        yield FOLDER / f"{entry.code}.md", _page(entry)


def _page(entry: Entry) -> str:
    return "\n\n".join(
        (
            f"# {entry.code}",
            entry.meaning,
            f"**Remedy:** {entry.remedy.value} - {REMEDIES[entry.remedy]}.",
            "## What to do",
            entry.action,
            "[All codes](README.md)\n",
        )
    )


def _contents(entries: list[Entry]) -> str:
    parts = [
        "# Codes",
        INTRODUCTION,
    ]
    for remedy, words in REMEDIES.items():
        rows = [f"| [{entry.code}]({entry.code}.md) | {entry.meaning} |" for entry in entries if entry.remedy is remedy]
        parts += [
            f"## {remedy.value.capitalize()}",
            f"{words[0].upper()}{words[1:]}.",
            "\n".join(("| code | meaning |", "|---|---|", *rows)),
        ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write, or check; return the exit code."""
    wanted = dict(pages())
    found = {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    wrong = sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))
    if "--check" in sys.argv:
        for path in wrong:
            print(f"{path} is not what the catalogue says: make pages")
        print(f"{len(wanted)} pages of codes, {len(wrong)} outdated")
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in wrong:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
