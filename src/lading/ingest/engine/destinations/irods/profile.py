"""Zone profiles: the iRODS client environment file and the password that goes with it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from irods.password_obfuscation import decode

from lading.base.errors import ProfileInvalid

_NEEDED = ("irods_host", "irods_port", "irods_user_name", "irods_zone_name")
_NATIVE = "native"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneProfile:
    """Where a zone is, who logs in there and how. The password is in no text of it."""

    host: str
    port: int
    user: str
    zone: str
    scheme: str = _NATIVE
    default_resource: str | None = None
    #: as the environment file has it, for example `SHA256`; "" where it says nothing
    hash_scheme: str = ""
    password: str = field(default="", repr=False)
    #: (user, zone) for whom `user` logs in; None: for itself
    acts_as: tuple[str, str] | None = None
    #: everything else of the environment file: TLS and negotiation
    extras: tuple[tuple[str, Any], ...] = field(default=(), repr=False)

    @property
    def address(self) -> str:
        """Host and port as one text."""
        return f"{self.host}:{self.port}"

    def acting_as(self, user: str, zone: str = "") -> ZoneProfile:
        """Return the profile with which the same user logs in for another one ("": of the same zone)."""
        return replace(self, acts_as=(user, zone or self.zone))

    @classmethod
    def load(
        cls, environment_file: Path, authentication_file: Path | None = None, password: str | None = None
    ) -> ZoneProfile:
        """
        Read an environment file (`irods_environment.json`), and the password from `password` or the `.irodsA` file.

        A password given outright is used with the scheme of the file; one out of `.irodsA` is always a native one,
        since that is what PAM logins leave there. Raise `ProfileInvalid` with the reason.
        """
        environment = _environment(environment_file)
        scheme = str(environment.get("irods_authentication_scheme", _NATIVE)).lower()
        if password is None:
            scheme, password = _NATIVE, _stored_password(authentication_file, environment_file)
        if not password and environment["irods_user_name"] != "anonymous":
            raise ProfileInvalid(
                f"There is no password for the zone profile {environment_file}",
                hint="Log in with iinit, or set LADING_ZONE_PASSWORD",
            )
        return cls(
            host=str(environment["irods_host"]),
            port=_port(environment["irods_port"], environment_file),
            user=str(environment["irods_user_name"]),
            zone=str(environment["irods_zone_name"]),
            scheme=scheme,
            default_resource=environment.get("irods_default_resource") or None,
            hash_scheme=str(environment.get("irods_default_hash_scheme", "")),
            password=password,
            extras=tuple(
                (key, value)
                for key, value in environment.items()
                if key not in _OWN_KEYS and isinstance(value, str | int | float)
            ),
        )

    @classmethod
    def from_url(cls, url: str) -> ZoneProfile:
        """Return the profile of `irods://user:password@host:port/zone`; raise `ProfileInvalid`, without the password."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = None
        found = (parts.hostname, port, parts.username, parts.password, parts.path.strip("/"))
        if not all(found):
            raise ProfileInvalid(
                "The address of the zone is not irods://user:password@host:port/zone",
                hint="LADING_ZONE_URL, or IRODS_HOST, IRODS_PORT, IRODS_USER_NAME, IRODS_ZONE_NAME and IRODS_PASSWORD",
            )
        host, _, user, password, zone = (unquote(str(part)) for part in found)
        return cls(host=host, port=port or 0, user=user, zone=zone, password=password)


_OWN_KEYS = frozenset(
    {*_NEEDED, "irods_authentication_scheme", "irods_default_resource", "irods_default_hash_scheme", "irods_home",
     "irods_cwd", "password"}
)  # fmt: skip


def _environment(path: Path) -> Mapping[str, Any]:
    try:
        environment = json.loads(path.read_text())
    except OSError as error:
        raise ProfileInvalid(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ProfileInvalid(f"{path} is not JSON") from error
    if not isinstance(environment, dict):
        raise ProfileInvalid(f"{path} is not a JSON object")
    missing = [key for key in _NEEDED if environment.get(key) in {None, ""}]
    if missing:
        raise ProfileInvalid(f"{path} lacks {', '.join(missing)}")
    return environment


def _port(value: object, path: Path) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 65_535:  # noqa: PLR2004 - the largest port
        raise ProfileInvalid(f"{path}: irods_port is not a port number")
    return int(text)


def _stored_password(authentication_file: Path | None, environment_file: Path) -> str:
    path = authentication_file or environment_file.parent / ".irodsA"
    try:
        scrambled = path.read_text().rstrip("\n")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise ProfileInvalid(f"{path} cannot be read") from error
    try:
        return str(decode(scrambled, os.getuid()))
    except (IndexError, ValueError, TypeError):
        raise ProfileInvalid(f"{path} is no password file of this user", hint="Log in with iinit again") from None
