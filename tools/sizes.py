"""
Checks the size limits: files of at most 300 lines, functions of at most 50, and prints the median function.

A function's length is that of its body without the docstring. What may be longer is named below, with its reason.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

LONGEST_FILE = 300
LONGEST_FUNCTION = 50

ROOTS = ("src", "tests", "benchmarks", "tools")

#: pattern of a path, or of path::function -> why it may be longer
EXCEPTIONS = {
    "src/lading/base/errors.py": "a data table: the errors and their codes",
    "src/lading/*/migrations/*": "written by Django",
    "tests/corpus/cv/writers/people.py": "data: the people of the CV corpus",
    "tests/corpus/cv/writers/more_people.py": "data: the people of the CV corpus",
    "tests/corpus/cv/writers/rough.py": "data: CVs written out by hand",
    "tests/corpus/cv/writers/__main__.py::cases": "data: the files of the CV corpus",
    "src/lading/zone/codes.py": "a data table: the error codes of the protocol",
    "src/lading/zone/pi.py": "a data table: the packing instructions of the protocol",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The length of one file or function."""

    name: str
    lines: int
    limit: int

    @property
    def is_excepted(self) -> bool:
        """Whether it may be longer."""
        return any(fnmatch(self.name, pattern) for pattern in EXCEPTIONS)

    @property
    def is_too_long(self) -> bool:
        """Whether it has to be shortened."""
        return self.lines > self.limit and not self.is_excepted


def functions(path: Path, tree: ast.Module) -> Iterator[Size]:
    """Yield the size of each function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield Size(name=f"{path}::{node.name}", lines=lines, limit=LONGEST_FUNCTION)


def main() -> int:
    """Return 1 where something is too long."""
    files: list[Size] = []
    bodies: list[Size] = []
    for path in sorted(path for root in ROOTS for path in Path(root).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        files.append(Size(name=str(path), lines=len(text.splitlines()), limit=LONGEST_FILE))
        bodies.extend(functions(path, ast.parse(text)))
    too_long = [size for size in (*files, *bodies) if size.is_too_long]
    for size in too_long:
        print(f"{size.name}: {size.lines} lines, at most {size.limit}")
    lengths = [size.lines for size in bodies if size.lines and size.name.startswith("src/") and not size.is_excepted]
    median = statistics.median(lengths)
    print(
        f"{len(files)} files, {len(bodies)} functions; median body in src: {median:g} lines; {len(too_long)} too long"
    )
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
