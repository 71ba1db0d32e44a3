"""Where the password of a zone profile comes from, when it may be another one tomorrow."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from irods.password_obfuscation import decode

from lading.base.errors import PasswordUnavailable, ProfileInvalid

#: seconds that a command may take to say a password: a vault over a network, not a person at a prompt
PATIENCE = 30.0
#: what may be put into a command: nothing that a program could take for an option, a path upwards or two words
_HARMLESS = re.compile(r"(?!-)[\w.@+:/#-]*", re.ASCII)


class PasswordSource(Protocol):
    """Says a password, and says it anew after somebody changed it."""

    def current(self) -> str:
        """Return the password as this process knows it; raise `ProfileInvalid` or `PasswordUnavailable`."""

    def renewed(self, refused: str) -> str:
        """Look once more, since the zone refused this password; return what is found, which may be the same."""


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """The scrambled password in a file as `iinit` writes it."""

    file: Path

    def current(self) -> str:
        """Return what the file says; "" where there is no file."""
        try:
            scrambled = self.file.read_text().rstrip("\n")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise ProfileInvalid(f"{self.file} cannot be read") from error
        try:
            return str(decode(scrambled, os.getuid()))
        except (IndexError, ValueError, TypeError):
            raise ProfileInvalid(
                f"{self.file} is no password file of this user", hint="Log in with iinit again"
            ) from None

    def renewed(self, refused: str) -> str:  # noqa: ARG002 - a file is read at once, whatever was refused
        """Read the file again."""
        return self.current()


#: what commands said, in this process only; by their words
_said: dict[tuple[str, ...], str] = {}
_saying = threading.Lock()


def _after_fork() -> None:
    global _saying  # noqa: PLW0603 - the parent's lock may be held by a thread that the child does not have
    _saying = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


@dataclass(frozen=True, slots=True)
class PasswordCommand:
    """A command whose output is the password. It is run without a shell, and its output is in no message."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str], known: Mapping[str, str]) -> PasswordCommand:
        """
        Return the command with `{user}` and its like replaced by what is known of the profile.

        Raise `ProfileInvalid` for a value that a program could misread: the profile may be somebody else's text.
        """
        filled = []
        for word in words:
            for name, value in known.items():
                if f"{{{name}}}" in word and not _HARMLESS.fullmatch(value):
                    raise ProfileInvalid(f"{name} of the zone profile cannot be put into zone_password_command")
            filled.append(re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], match[0]), word))
        return cls(tuple(filled))

    def current(self) -> str:
        """Return what the command said first or last; it is run once for all threads."""
        with _saying:
            if self.words not in _said:
                _said[self.words] = self._run()
            return _said[self.words]

    def renewed(self, refused: str) -> str:
        """Run it again, unless that was done since the refused password."""
        with _saying:
            if _said.get(self.words, refused) == refused:
                _said[self.words] = self._run()
            return _said[self.words]

    def _run(self) -> str:
        program = self.words[0]
        try:
            process = subprocess.Popen(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise PasswordUnavailable(f"zone_password_command: {program}: {error.strerror}") from None
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process)
            raise PasswordUnavailable(f"zone_password_command: {program} said nothing for {PATIENCE:.0f} s") from None
        if process.returncode:
            raise PasswordUnavailable(
                f"zone_password_command: {program} ended with {process.returncode}", hint="Run it by hand to see why"
            )
        return _one_line(program, said)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started: one of these may hold its output open."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _one_line(program: str, said: bytes) -> str:
    try:
        password = said.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        password = ""
    if not password or "\n" in password:
        raise PasswordUnavailable(f"zone_password_command: {program} did not say one line of text")
    return password
