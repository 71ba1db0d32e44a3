"""What `lading doctor` looks at: each check is a value that says how it stands and how to mend it."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import unquote, urlsplit

from lading import services
from lading.base import config, config_tls, units
from lading.base.cancellation import Unlimited
from lading.base.config_tls import Verification
from lading.base.errors import LadingError

#: clocks further apart than this many seconds make times in manifests and logs misleading
_SKEW = 5.0
#: free bytes below which the ledger or the zone will soon be full
_LOW_DISK = 1024**3


class Health(Enum):
    """How a check came out."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    health: Health
    detail: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the check as JSON values."""
        return {"name": self.name, "health": self.health.value, "detail": self.detail, "mend": self.mend}


def good(name: str, detail: str) -> Check:
    """Return a check that came out well."""
    return Check(name=name, health=Health.GOOD, detail=detail)


def bad(name: str, detail: str, mend: str = "") -> Check:
    """Return a check that found a fault."""
    return Check(name=name, health=Health.BAD, detail=detail, mend=mend)


def note(name: str, detail: str, mend: str = "") -> Check:
    """Return a check that found something worth knowing."""
    return Check(name=name, health=Health.NOTE, detail=detail, mend=mend)


def run_all() -> Iterator[Check]:
    """Run every check; one that breaks is a bad one, and the rest go on."""
    for name, look in _CHECKS:
        try:
            yield from look()
        except LadingError as error:
            yield bad(name, error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - a doctor reports whatever it meets
            yield bad(name, f"{type(error).__name__}: {error}")


def _program() -> Iterator[Check]:
    found = {}
    for package in ("lading", "celery", "kombu", "redis", "django", "python-irodsclient"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            yield bad("program", f"{package} is not installed", "pip install 'lading[ingest]'")
    yield good("program", f"Python {platform.python_version()}, " + ", ".join(f"{k} {v}" for k, v in found.items()))


def _home() -> Iterator[Check]:
    home = config.current().home
    at = home if home.exists() else home.parent
    while not at.exists():
        at = at.parent
    free = shutil.disk_usage(at).free
    if free < _LOW_DISK:
        yield bad("home", f"{home}: only {units.size(free)} free", "Make room, or set LADING_HOME to another disk")
    else:
        yield good("home", f"{home}, {units.size(free)} free")


def _redis_server() -> Iterator[Check]:
    settings = config.current()
    if not settings.is_redis_embedded:
        return
    server = services.find_server(settings.redis_server)
    yield good("redis server", server.label)


def _broker() -> Iterator[Check]:
    from lading.orchestration import broker

    client = broker.client()
    with broker.translated():
        info = dict(client.info())
        policy = dict(client.config_get("maxmemory-policy"))
    settings = config.current()
    yield good("broker", f"Redis {info['redis_version']} answers at {settings.redis_url or 'its socket'}")
    if settings.redis_url is not None:
        host = urlsplit(settings.redis_client_url).hostname or ""
        yield _trust("broker", host, config_tls.of_redis(settings.redis_client_url), "Use rediss:// and name its CA")
    if policy.get("maxmemory-policy") != "noeviction":
        yield bad("broker", f"maxmemory-policy is {policy.get('maxmemory-policy')}", "Set it to noeviction")
    if not int(info.get("aof_enabled", 0)):
        yield note(
            "broker", "appendonly is off", "A restart loses queued messages; they are sent again from the ledger"
        )


def _ledger() -> Iterator[Check]:
    from django.db import connection

    from lading.orchestration.ledger.clock import now

    before = time.time()
    skew = now() - before
    settings = config.current()
    yield good("ledger", f"{connection.vendor}, {settings.database_url}")
    if not settings.is_database_embedded:
        url = settings.database_url.get_secret_value()
        host = unquote(urlsplit(url).hostname or "")
        yield _trust("ledger", host, config_tls.of_database(url), "Add ?sslmode=verify-full to LADING_DATABASE_URL")
    if abs(skew) > _SKEW:
        yield bad("clock", f"The database's clock is {skew:+.0f} s from this machine's", "Synchronise both (NTP)")
    else:
        yield good("clock", f"database and machine differ by {abs(skew):.1f} s")


def _zone() -> Iterator[Check]:
    from lading.ingest.app import assembly
    from lading.ingest.app.definition import Definition

    definition = Definition(source="/", destination="/")
    profile = assembly.profile_of(definition)
    traits = assembly.destination_of(definition, Unlimited()).traits()
    yield good("zone", f"{traits.zone} as {traits.user} at {profile.address}, {traits.version}, {traits.hash_name}")
    if not config.current().is_zone_embedded:
        mend = "Set irods_client_server_policy to CS_NEG_REQUIRE, and name the CA"
        yield _trust("zone", profile.host, profile.trust.verification, mend)
    else:
        yield note("zone", "the embedded development zone", "Set LADING_ZONE to an irods_environment.json for your own")


def _trust(name: str, host: str, found: Verification, mend: str) -> Check:
    """Say what is verified of a service; on another machine anything less than certificate and name is worth knowing."""
    if config_tls.is_here(host) or found.is_whole:
        return good(name, str(found))
    return note(name, f"{found}: whoever is between can read and change it", f"{mend} (docs/howto/tls.md)")


def _stores() -> Iterator[Check]:
    from lading.cli import checks_s3  # it needs the ledger's tables

    yield from checks_s3.of_settings()


def _manifests() -> Iterator[Check]:
    from lading.ingest.app import sealing

    key = sealing.signer()
    yield good("manifests", f"signed by {key.algorithm} {key.id}")


def _workers() -> Iterator[Check]:
    from lading.orchestration.ledger.workers import slots_by_queue
    from lading.orchestration.models import ENDED, Run

    slots = slots_by_queue()
    if slots:
        yield good("workers", ", ".join(f"{queue}: {number}" for queue, number in sorted(slots.items())))
    elif Run.objects.exclude(state__in=ENDED).exists():
        yield bad("workers", "runs wait and nobody works", "lading worker, or lading follow RUN")
    else:
        yield note("workers", "none at the moment", "sync starts its own where Redis is embedded; else: lading worker")


_CHECKS: tuple[tuple[str, Callable[[], Iterator[Check]]], ...] = (
    ("program", _program),
    ("home", _home),
    ("redis server", _redis_server),
    ("broker", _broker),
    ("ledger", _ledger),
    ("zone", _zone),
    ("s3 store", _stores),
    ("manifests", _manifests),
    ("workers", _workers),
)
