"""Where a Lading on another host is, and the token for it: LADING_SERVER, LADING_TOKEN, LADING_TOKEN_FILE."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from lading.base.errors import UsageError

#: variables that are no settings of an installation
VARIABLES = frozenset({"LADING_SERVER", "LADING_TOKEN", "LADING_TOKEN_FILE"})

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A server, and what it knows us by."""

    #: without a slash at the end
    url: str
    token: SecretStr

    @property
    def is_open(self) -> bool:
        """Whether others on the way can read the token."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in _LOCAL


def access(url: str, environ: Mapping[str, str] | None = None) -> Access:
    """Return the server at an address with the token that the environment names; raise `UsageError`."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{url} is no address of a server", hint="--server https://lading.example.org")
    return Access(url=url.rstrip("/"), token=_token(os.environ if environ is None else environ))


def _token(environ: Mapping[str, str]) -> SecretStr:
    token = environ.get("LADING_TOKEN", "").strip()
    file = environ.get("LADING_TOKEN_FILE", "")
    if not token and file:
        token = _read(Path(file).expanduser())
    if not token:
        raise UsageError(
            "A server needs a token, and neither LADING_TOKEN nor LADING_TOKEN_FILE has one",
            hint="An administrator makes one: lading accounts token new NAME --role operator",
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("The token has characters that no token has")
    return SecretStr(token)


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"The token in {path} can be read by others", hint=f"chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The token in {path} cannot be read: {error}") from error
