"""Logging in: connecting, TLS and authentication are the client library's, the connection is ours afterwards."""

from __future__ import annotations

import logging
from typing import Any
from xml.etree.ElementTree import ParseError

from irods.connection import Connection
from irods.exception import NetworkException, iRODSException
from irods.session import iRODSSession

from lading.base.errors import LadingError, LoginRefused, ZoneUnreachable
from lading.ingest.engine.destinations.irods import trust
from lading.ingest.engine.destinations.irods.codes import SERVER_NEGOTIATION_ERROR, name_of, nominal, refuses_login
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.wire import Wire

_APPLICATION = "lading"

# The library logs whole login messages, passwords among them, at level DEBUG, and broken connections as CRITICAL
# although they are raised as well.
for _name in ("irods.connection", "irods.auth", "irods.auth.native", "irods.auth.pam_password", "irods.message"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class _StartupRefusedError(Exception):
    """The server said in its version message that it will not go on."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Connection(Connection):  # type: ignore[misc] # the library has no types
    """The library's connection, that reads the status of the version message: the library finds the line dead later."""

    def _connect(self) -> Any:  # noqa: ANN401 - the library has no types
        version = super()._connect()
        if version.status < 0:
            raise _StartupRefusedError(version.status)
        return version


def log_in(profile: ZoneProfile, seconds: float) -> Wire:
    """
    Return a fresh connection; `seconds` bounds each step.

    Raise `ZoneUnreachable`, or what needs a person: `LoginRefused`, `CertificateRefused`, `EncryptionRefused`,
    `ProfileInvalid`.
    """
    try:
        connection = _connect(profile, seconds)
    except LadingError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library raises is translated
        raise _translated(error, profile) from _harmless(error)
    version = tuple(connection.server_version)
    opened, connection.socket = connection.socket, None  # or the library would say goodbye for us, at any time
    return Wire(opened, profile.address, version)


def _connect(profile: ZoneProfile, seconds: float) -> Any:  # noqa: ANN401 - the library has no types
    """Return the library's authenticated connection, out of a session of its own so that logins run in parallel."""
    session = iRODSSession(auto_cleanup=False, **arguments_of(profile))
    session.connection_timeout = seconds
    return _Connection(session.pool, session.pool.account)


def arguments_of(profile: ZoneProfile) -> dict[str, Any]:
    """Return what the library's session is made with; raise `ProfileInvalid` where TLS cannot be done as it says."""
    user, zone = profile.acts_as or (None, None)
    told = profile.trust.arguments()
    return {
        **told,
        **{name: value for name, value in profile.extras if name not in told or name.startswith("irods_encryption")},
        "irods_host": profile.host,
        "irods_port": profile.port,
        "irods_user_name": profile.user,
        "irods_zone_name": profile.zone,
        "irods_authentication_scheme": profile.scheme,
        "password": profile.password,
        "application_name": _APPLICATION,
        **({"client_user": user, "client_zone": zone} if user else {}),
    }


def _translated(error: Exception, profile: ZoneProfile) -> LadingError:
    """Return our error for what the library raised; codes it does not know come as a bare KeyError."""
    where = f"{profile.user}#{profile.zone} at {profile.address}"
    code = _code_of(error)
    if code is not None:
        return _of_code(code, where)
    refused = trust.refusal(error, where)
    if refused is not None:
        return refused
    if isinstance(error, NetworkException | OSError | ParseError):
        return ZoneUnreachable(f"{where}: {_first_line(error)}", hint="Check host, port and that the zone is up")
    return LoginRefused(f"{where}: {type(error).__name__}: {_first_line(error)}")


def _of_code(code: int, where: str) -> LadingError:
    if nominal(code) == SERVER_NEGOTIATION_ERROR:
        return trust.disagreement(where, zone_requires=True)
    said = f"{name_of(code)} ({code})".strip()
    if refuses_login(code):
        return LoginRefused(f"{where}: {said}", hint="Check user name and password")
    return ZoneUnreachable(f"{where}: {said}")


def _code_of(error: Exception) -> int | None:
    if isinstance(error, _StartupRefusedError):
        return error.code
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], int):
        return error.args[0]
    if isinstance(error, iRODSException) and not isinstance(error, NetworkException):
        code = getattr(error, "code", None)
        return code if isinstance(code, int) else None
    return None


def _harmless(error: Exception) -> Exception | None:
    """
    Return the cause if its text cannot hold a secret: the library's own checks may quote the login.

    Its traceback goes: the frames in it keep the half-made connection open, and hold the password.
    """
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error if isinstance(error, NetworkException | OSError | iRODSException) else None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or "no answer"
