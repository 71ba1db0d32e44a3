"""What the commands of `lading cv` share: files in, sentences out."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.text import Text

from lading.base.errors import LadingError, UsageError
from lading.cli.frame import Exit, exit_for, fail, out, print_json

#: a job advertisement is no book; characters
_LONGEST_JOB = 100_000

FILE = click.argument("file", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
DAY = click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Count from this day instead of today.")


def today(day: datetime | None) -> date:
    """Return the day that is asked for, or today here."""
    return (day or datetime.now(UTC).astimezone()).date()


@contextmanager
def extra_needed() -> Iterator[None]:
    """Say which extra is missing where an import fails."""
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"`lading cv` needs {error.name}", hint="Install Lading with its extra: lading[cv]."
        ) from error


def advertisement(path: Path) -> str:
    """Return the text of an advertisement; raise `UsageError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="Name a text file with the advertisement.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text in UTF-8", hint="Save the advertisement as plain text.") from error
    if len(text) > _LONGEST_JOB:
        raise UsageError(
            f"{path} has more than {_LONGEST_JOB:,} characters", hint="Give the text of one advertisement only."
        )
    return text


def write(path: Path, content: bytes, original: Path) -> None:
    """Write a file whole or not at all; raise `UsageError` where it is the original, which is never changed."""
    if path.exists() and original.exists() and path.samefile(original):
        raise UsageError(f"{path} is the original", hint="Name another file: what was read is never changed")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(content)
        os.chmod(file.name, 0o600)  # noqa: PTH101 - a CV is for its owner alone
        os.replace(file.name, path)  # noqa: PTH105 - as above: the name is text
    except OSError as error:
        with contextlib.suppress(OSError, NameError):
            os.unlink(file.name)  # noqa: PTH108 - as above
        raise UsageError(f"{path}: {error.strerror}", hint="Name a file in a folder that you may write") from error


def refuse(error: LadingError, *, as_json: bool, code: Exit | None = None) -> NoReturn:
    """Say why there is no result, and leave."""
    code = exit_for(error) if code is None else code
    if not as_json:
        fail(error.message, error.hint, code)
    from lading.cv.engine.lint.report import Problem, ProblemReport

    problem = ProblemReport(error=Problem(code=error.code, message=error.message, hint=error.hint))
    print_json({key: value for key, value in problem.as_json().items() if key != "schema"})
    raise SystemExit(int(code))


def line(text: Text | str) -> None:
    """Print one line as it is: a CV's square brackets are no mark-up, and its control characters reach no terminal."""
    plain = Text(text) if isinstance(text, str) else text
    plain.plain = "".join(char if char.isprintable() else "\ufffd" for char in plain.plain)
    out.print(plain, soft_wrap=True)
