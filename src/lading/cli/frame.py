"""What every command shares: the settings, Django, errors as sentences, exit codes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

from lading.base.errors import LadingError, Remedy, UpgradeFailed, UpgradeUnderWay, UsageError

#: seconds between looks at an upgrade that is waited for
_LOOK = 0.5
#: characters, more than any sentence about a command has
_WHOLE = 1000


class Exit(IntEnum):
    """Exit codes, promised to scripts."""

    GOOD = 0
    FAILED_FILES = 1
    USAGE = 2
    HELD = 3
    UNREACHABLE = 4
    STOPPED = 5
    INTERRUPTED = 130


#: what a terminal would obey, as Unicode's pictures of it; rich has its own way with newlines and tabs
_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_SHOWN |= {0x7F: "\u2421"} | {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}


class Group(click.Group):
    """A group whose list of commands says what each one does in a whole sentence: click cuts it off at the edge."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, over several lines where one is too short."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, it.get_short_help_str(_WHOLE)) for name, it in commands if it and not it.hidden])


class _Plain(Console):
    """A console that shows control characters: the name of a file must not be able to write to a terminal."""

    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 - rich's keywords
        return super().render_str(text.translate(_SHOWN), **how)


#: for people: progress, tables; stays out of the way of pipes
err = _Plain(stderr=True, highlight=False)
out = _Plain(highlight=False)


def open_django() -> None:
    """Load the settings and Django; the ledger is not looked at."""
    from lading.base import config, config_places

    config_places.data_folder(config.current().home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()


def open_ledger(*, waits: bool = False) -> None:
    """
    Load the settings and Django and bring the ledger to this version's schema; raise `LadingError`.

    What goes on until it is told to end `waits` for the end of an upgrade; other commands are refused meanwhile.
    """
    open_django()
    from lading.orchestration.ledger import going_back, schema

    if waits:
        _wait_for_upgrade(schema.ensure)
    else:
        schema.ensure()
    newest = going_back.notice()
    if newest is not None:
        err.print(
            f"[yellow]The ledger is older than what was done with it: it does not know run {newest}. Nothing is sent before "
            "it was looked for in iRODS, and deletions are held, until each job has run once[/]",
            soft_wrap=True,
        )


def _wait_for_upgrade(ensure: Callable[[], None]) -> None:
    told = ""
    while True:
        try:
            ensure()
        except (UpgradeUnderWay, UpgradeFailed) as error:
            if told != error.code:
                err.print(f"{error.message}; waiting for its end", soft_wrap=True)
            told = error.code
            time.sleep(_LOOK)
        else:
            return


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line; every object says its schema."""
    sys.stdout.write(json.dumps({"schema": 1, **value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_columns(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[str] = ()) -> None:
    """Print rows under a head, as wide as they are: a terminal wraps them, a pipe gets them whole."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate([head, *rows]):
        cells = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(head, row, widths, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        out.print(line, style="" if number else "bold", markup=False, soft_wrap=True)


def exit_for(error: LadingError) -> Exit:
    """
    Return the exit code of an error.

    =============================================  ============
    remedy                                         exit
    =============================================  ============
    mend the command, stop the run                 USAGE
    retry later, or a service is missing           UNREACHABLE
    ask a person; about login, trust or profile    HELD; USAGE
    retry now, skip this file                      FAILED_FILES
    =============================================  ============
    """
    if error.code == _SERVICE_MISSING:
        return Exit.UNREACHABLE
    if error.code in _MENDED_IN_SETTINGS:
        return Exit.USAGE
    return _EXITS[error.remedy]


def exit_for_run(state: str, failed: int, allowed: int) -> Exit:
    """
    Return the exit code for the last state of a run; up to `allowed` failed files are good.

    ===========================  ==========================================================
    state                        exit
    ===========================  ==========================================================
    held                         HELD
    stopping, stopped, paused    STOPPED
    failed                       FAILED_FILES
    done_with_failures           FAILED_FILES, unless some files failed and no more than allowed
    any other                    FAILED_FILES where more failed than allowed, else GOOD
    ===========================  ==========================================================
    """
    if state == "held":
        return Exit.HELD
    if state in {"stopping", "stopped", "paused"}:
        return Exit.STOPPED
    # done with failures, and no file failed: it was something other, such as the manifest
    is_whole = state == "failed" or (state == "done_with_failures" and not failed)
    return Exit.FAILED_FILES if is_whole or failed > allowed else Exit.GOOD


#: no run began, and the job wants it so
_NO_RUN_NEEDED = "RUN_LEFT_OUT"

#: nothing of what would have to answer can be started
_SERVICE_MISSING = "SERVICE_MISSING"

#: a run is paused by these until a person has seen to it; a command that meets one has begun nothing
_MENDED_IN_SETTINGS = frozenset(
    {
        "LOGIN_REFUSED",
        "PASSWORD_UNAVAILABLE",
        "CERTIFICATE_REFUSED",
        "ENCRYPTION_REFUSED",
        "PROFILE_INVALID",
        "S3_PROFILE_UNKNOWN",
        "SOURCE_LOGIN_REFUSED",
        "SOURCE_CERTIFICATE_REFUSED",
    }
    | {"NOT_SIGNED_IN", "NOT_PERMITTED"}
)

_EXITS: Mapping[Remedy, Exit] = {
    Remedy.MEND_COMMAND: Exit.USAGE,
    Remedy.STOP_RUN: Exit.USAGE,
    Remedy.RETRY_LATER: Exit.UNREACHABLE,
    Remedy.ASK_PERSON: Exit.HELD,
    Remedy.RETRY_NOW: Exit.FAILED_FILES,
    Remedy.SKIP_FILE: Exit.FAILED_FILES,
}


def fail(message: str, hint: str, code: Exit) -> NoReturn:
    """Print one error as a sentence, with what can be done, and leave."""
    err.print(f"[bold red]lading:[/] {_escaped(message)}", soft_wrap=True)
    if hint:
        err.print(f"        {_escaped(hint)}", soft_wrap=True)
    raise SystemExit(int(code))


def _is_database_error(error: Exception) -> bool:
    """Say whether Django's database layer raised it, without importing Django for that."""
    return any(base.__module__ == "django.db.utils" for base in type(error).__mro__)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn Lading's own errors into a sentence and an exit code; anything else is a defect and keeps its traceback."""
    try:
        yield
    except LadingError as error:
        if error.code == _NO_RUN_NEEDED:
            err.print(_escaped(str(error)), soft_wrap=True)
            raise SystemExit(int(Exit.GOOD)) from None
        # a usage error says all there is to say
        more = "" if isinstance(error, UsageError) else f"More: lading explain {error.code}"
        fail(error.message, "\n        ".join(filter(None, (error.hint, more))), exit_for(error))
    except Exception as error:
        if not _is_database_error(error):
            raise
        from lading.base import config

        fail(
            f"The ledger {config.current().database_url} refused: {error}",
            "Look at its disk and at the rights on it; nothing that was done is lost",
            Exit.UNREACHABLE,
        )
    except click.exceptions.Exit:
        raise
    except KeyboardInterrupt:
        raise SystemExit(int(Exit.INTERRUPTED)) from None
