"""What the addresses of Redis and of the database say about TLS. Verification is on unless an address says otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

#: what the three clients of Redis (redis-py, kombu, Celery's result backend) all understand
_OF_REDIS = frozenset(
    {"ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"}
)
_FILES = ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile")
#: Celery's words and redis-py's. "optional" is for servers: a client that is not shown a certificate ends either way
_REQUIREMENTS = {
    "CERT_REQUIRED": "required",
    "CERT_OPTIONAL": "required",
    "CERT_NONE": "none",
    "required": "required",
    "optional": "required",
    "none": "none",
}
SYSTEM = "the CAs of the system"
_SWITCHES = {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false", "no": "false"}


def redis_address(url: str) -> str:
    """
    Return the address of a Redis with what it says about TLS written out, so that each client does the same.

    Raise ValueError for words that mean nothing: a client would pass over some of them, and verify less than was meant.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    told = {name: value for name, value in query.items() if name.startswith("ssl_")}
    if parts.scheme != "rediss":
        if told:
            raise ValueError(f"{', '.join(sorted(told))}: only rediss:// has TLS")
        return url
    unknown = sorted(told.keys() - _OF_REDIS)
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not known; there are {', '.join(sorted(_OF_REDIS))}")
    for name in _FILES:
        if name in told and not Path(told[name]).is_absolute():
            raise ValueError(f"{name} must be an absolute path")
    plain = {name: value for name, value in query.items() if name not in told}
    return parts._replace(query=urlencode(plain | _written_out(told), safe="/")).geturl()


def _written_out(told: Mapping[str, str]) -> dict[str, str]:
    requirement = _REQUIREMENTS.get(told.get("ssl_cert_reqs", "required"))
    host = _SWITCHES.get(told.get("ssl_check_hostname", "true").lower())
    if requirement is None or host is None:
        raise ValueError("ssl_cert_reqs is required or none, ssl_check_hostname true or false")
    files = {name: told[name] for name in _FILES if name in told}
    return {"ssl_cert_reqs": requirement, "ssl_check_hostname": "false" if requirement == "none" else host, **files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What of a service is verified before anything is told to it."""

    encrypted: bool = False
    certificate: bool = False
    host: bool = False
    signer: str = SYSTEM
    #: the server of a database may want TLS although the address does not
    insists: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether nobody between the two can read or change anything."""
        return self.encrypted and self.certificate and self.host

    def __str__(self) -> str:
        if not self.encrypted:
            return "in clear" if self.insists else "in clear unless the server wants TLS; nothing is verified"
        if not self.certificate:
            return "TLS, nothing is verified"
        what = "certificate and host name" if self.host else "certificate but not the host name"
        return f"TLS, {what} verified with {self.signer}"


def of_redis(url: str) -> Verification:
    """Return what is verified of a Redis."""
    parts = urlsplit(redis_address(url))
    if parts.scheme != "rediss":
        return Verification()
    told = dict(parse_qsl(parts.query))
    return Verification(
        encrypted=True,
        certificate=told["ssl_cert_reqs"] == "required",
        host=told["ssl_check_hostname"] == "true",
        signer=told.get("ssl_ca_certs") or told.get("ssl_ca_path") or SYSTEM,
    )


def of_database(url: str) -> Verification:
    """Return what libpq verifies of a PostgreSQL in each `sslmode`; without one it takes what the server offers."""
    told = dict(parse_qsl(urlsplit(url).query))
    mode, root = told.get("sslmode", "prefer"), told.get("sslrootcert", "~/.postgresql/root.crt")
    return Verification(
        encrypted=mode in {"require", "verify-ca", "verify-full"},
        certificate=mode in {"verify-ca", "verify-full"},
        host=mode == "verify-full",
        signer=SYSTEM if root == "system" else root,
        insists=mode == "disable",
    )


def is_here(host: str) -> bool:
    """Say whether a host is this machine, by its name alone: nobody reads what never leaves it. "" is a socket."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or host.startswith("/")
