"""Addresses of services as other programs' variables and options say them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

#: parameter of the address of a PostgreSQL: `transaction` where a pool such as pgbouncer lends connections for a transaction
POOL_MODE = "pool_mode"

_REDIS = "redis://localhost:6379/0"
_REDIS_PORT = 6379
_ZONE_VARIABLES = ("IRODS_USER_NAME", "IRODS_PASSWORD", "IRODS_HOST", "IRODS_PORT", "IRODS_ZONE_NAME")


def usual(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that variables of Celery and of iRODS clients name, by setting."""
    found = {}
    broker = environ.get("CELERY_BROKER_URL", "")
    if broker.startswith(("redis://", "rediss://")):  # whatever else it is, it is not for Lading
        found["redis_url"] = broker
    if all(environ.get(name) for name in _ZONE_VARIABLES):
        user, password, host, port, zone = (quote(environ[name], safe="") for name in _ZONE_VARIABLES)
        found["zone_url"] = f"irods://{user}:{password}@{host}:{port}/{zone}"
    return found


def redis(now: str | None, *, host: str | None, port: int | None, database: int | None) -> str:
    """Return the address of another Redis; what is None stays as in `now`, or is that of a Redis on this host."""
    parts = urlsplit(now if now and "redis" in now.partition("://")[0] else _REDIS)
    login, at, _ = parts.netloc.rpartition("@")
    netloc = f"{login}{at}{host or parts.hostname}:{port or parts.port or _REDIS_PORT}"
    return parts._replace(netloc=netloc, path=parts.path if database is None else f"/{database}").geturl()
