"""Zone profiles: the iRODS client environment file and the password that goes with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lading.base.errors import ProfileInvalid
from lading.ingest.engine.destinations.irods.passwords import PasswordCommand, PasswordSource, StoredPassword
from lading.ingest.engine.destinations.irods.trust import Trust

_NEEDED = ("irods_host", "irods_port", "irods_user_name", "irods_zone_name")
_NATIVE = "native"
#: schemes by the names of other releases
_SCHEMES = {"pam": "pam_password"}


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
    #: where the password came from and may come from again; None: it was given once and for all
    source: PasswordSource | None = field(default=None, repr=False, compare=False)
    #: (user, zone) for whom `user` logs in; None: for itself
    acts_as: tuple[str, str] | None = None
    #: everything else of the environment file: TLS and negotiation
    extras: tuple[tuple[str, Any], ...] = field(default=(), repr=False)

    @property
    def address(self) -> str:
        """Host and port as one text."""
        return f"{self.host}:{self.port}"

    @property
    def trust(self) -> Trust:
        """How its connections are encrypted, and what is verified; raise `ProfileInvalid`."""
        return Trust.of(dict(self.extras))

    def up_to_date(self) -> ZoneProfile:
        """Return the profile with the password as its source knows it."""
        return self if self.source is None else replace(self, password=self.source.current())

    def renewed(self) -> ZoneProfile | None:
        """Look for another password, since this one was refused; None where there is no other."""
        password = "" if self.source is None else self.source.renewed(self.password)
        return replace(self, password=password) if password not in {"", self.password} else None

    def acting_as(self, user: str, zone: str = "") -> ZoneProfile:
        """Return the profile with which the same user logs in for another one ("": of the same zone)."""
        return replace(self, acts_as=(user, zone or self.zone))

    @classmethod
    def load(
        cls,
        environment_file: Path,
        authentication_file: Path | None = None,
        password: str | None = None,
        command: Sequence[str] = (),
    ) -> ZoneProfile:
        """
        Read an environment file (`irods_environment.json`), and the password where it is.

        It is given outright, said by a command, or in the `.irodsA` file. One that is given or said is used with the
        scheme of the file; one out of `.irodsA` is always a native one, since that is what PAM logins leave there.
        Raise `ProfileInvalid` or `PasswordUnavailable` with the reason.
        """
        environment = _environment(environment_file)
        scheme = str(environment.get("irods_authentication_scheme", _NATIVE)).lower()
        source: PasswordSource | None = None
        if password is None:
            source = _source(environment, environment_file, authentication_file, command)
            password = source.current()
            scheme = _NATIVE if isinstance(source, StoredPassword) else scheme
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
            scheme=_SCHEMES.get(scheme, scheme),
            default_resource=environment.get("irods_default_resource") or None,
            hash_scheme=str(environment.get("irods_default_hash_scheme", "")),
            password=password,
            source=source,
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


def _source(
    environment: Mapping[str, Any], environment_file: Path, authentication_file: Path | None, command: Sequence[str]
) -> PasswordSource:
    if not command:
        return StoredPassword(authentication_file or environment_file.parent / ".irodsA")
    known = {name: str(environment[f"irods_{key}"]) for name, key in _PLACEHOLDERS.items()}
    return PasswordCommand.of(command, {**known, "profile": str(environment_file)})


#: what stands for entries of the environment file in a password command
_PLACEHOLDERS = {"host": "host", "port": "port", "user": "user_name", "zone": "zone_name"}
