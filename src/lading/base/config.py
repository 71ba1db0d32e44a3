"""
The settings: one frozen object, made once.

Defaults < `lading.toml` < LADING_* variables (`transfer.connections` is LADING_TRANSFER__CONNECTIONS). An empty variable
is as if it were not set. This is the only place that reads the environment.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, model_validator

from lading.base import config_addresses as addresses
from lading.base import config_places as places
from lading.base import config_sources as sources
from lading.base import config_tls as tls
from lading.base import crash
from lading.base.config_groups import (
    Allowed,
    ChecksumScheme,
    Cv,
    Group,
    Lease,
    LogFormat,
    LogLevel,
    Notify,
    Positive,
    PutCall,
    Retention,
    Scan,
    Seconds,
    SecretUrl,
    Transfer,
    Words,
)
from lading.base.config_s3 import Profiles
from lading.base.config_web import Web

__all__ = ["ChecksumScheme", "LogFormat", "LogLevel", "PutCall", "SecretUrl", "Settings", "current", "load"]

#: Redis databases: one for the queues and locks, the next one for small results
BROKER_DATABASE = 0
RESULT_DATABASE = 1


def _url_of(*schemes: str) -> AfterValidator:
    def check(url: SecretUrl | None) -> SecretUrl | None:
        if url is not None and url.scheme not in schemes:
            raise ValueError(f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return url

    return AfterValidator(check)


def _about_tls(url: SecretUrl | None) -> SecretUrl | None:
    if url is not None:
        tls.redis_address(url.get_secret_value())
    return url


def _absolute(path: Path | None, info: ValidationInfo) -> Path | None:
    base = info.context if isinstance(info.context, Path) else Path.cwd()
    return None if path is None else Path(os.path.normpath(base / path.expanduser()))


_Absolute = AfterValidator(_absolute)


def _orders(text: str) -> str:
    crash.parse(text)
    return text


class Settings(Group):
    """Everything that can be set. Made by `load`; tests may make their own."""

    #: folder of all embedded state: ledger, queue, zone, logs (default: the XDG data folder)
    home: Annotated[Path, _Absolute]
    #: an irods_environment.json; None: the embedded zone (default: IRODS_ENVIRONMENT_FILE where it is set)
    zone: Annotated[Path | None, _Absolute] = None
    #: irods://user:password@host:port/zone instead of `zone` (default: IRODS_HOST, IRODS_PORT, IRODS_USER_NAME,
    #: IRODS_ZONE_NAME and IRODS_PASSWORD where all five are set)
    zone_url: Annotated[SecretUrl | None, _url_of("irods")] = None
    #: the file with the scrambled password of `zone`; None: ~/.irods/.irodsA (default: IRODS_AUTHENTICATION_FILE)
    zone_authentication: Annotated[Path | None, _Absolute] = None
    #: password for `zone` where no file has it; better in the environment than in a file that others read
    zone_password: SecretStr | None = None
    #: command that says the password for `zone`, as a list of words or one line; {user}, {zone}, {host}, {port} and
    #: {profile} are filled in. Run without a shell where the password is needed, and again when it is refused
    zone_password_command: Words | None = None
    #: redis://, rediss:// or unix://; its database and the next one are used; None: the embedded Redis (default:
    #: CELERY_BROKER_URL where it names a Redis)
    redis_url: Annotated[SecretUrl | None, _url_of("redis", "rediss", "unix"), AfterValidator(_about_tls)] = None
    #: redis-server or valkey-server to start as the embedded Redis; None: looked for on PATH, then in the wheel
    redis_server: Annotated[Path | None, _Absolute] = None
    #: sqlite:///absolute/path or postgresql://user:password@host/name (default: ledger.sqlite3 in `home`)
    database_url: Annotated[SecretUrl, _url_of("sqlite", "postgresql")] = Field(
        default_factory=lambda known: SecretUrl(f"sqlite://{known['home']}/ledger.sqlite3")
    )
    #: file with the key that signs manifests and cookies; made on first use (default: secret_key in `home`)
    secret_key_file: Annotated[Path, _Absolute] = Field(default_factory=lambda known: known["home"] / "secret_key")
    #: private key (Ed25519, PEM) that signs manifests so that others can verify them; None: the key in secret_key_file
    manifest_key_file: Annotated[Path | None, _Absolute] = None
    #: folder in which the private folder for sockets is made (default: $XDG_RUNTIME_DIR, else /tmp)
    runtime_folder: Annotated[Path | None, _Absolute] = None
    #: debug, info, warning or error
    log_level: LogLevel = LogLevel.INFO
    #: text: a line for people; json: an object a line, for programs that collect logs
    log_format: LogFormat = LogFormat.TEXT
    #: how bytes travel
    transfer: Transfer = Transfer()
    #: how a source is walked
    scan: Scan = Scan()
    #: what runs may touch that were not started from a shell here
    allowed: Allowed = Allowed()
    #: S3 stores, by the name that jobs call them; `default` is that of a job that names none
    s3: Profiles = Field(default_factory=dict)
    #: how long a worker may be silent
    lease: Lease = Lease()
    #: messages in a queue for each worker slot: enough to keep it busy, few enough to lose without harm
    window_per_slot: Positive = 4
    #: how long outcomes are kept
    retention: Retention = Retention()
    #: who is told of the ends of runs, and how
    notify: Notify = Notify()
    #: how the console and the API are reached
    web: Web = Web()
    #: CV reviews: the model that may be asked, what is kept how long
    cv: Cv = Cv()
    #: seconds that the small result of a run stays in Redis: long enough to be read the next morning
    result_expires_s: Positive = 86_400
    #: points at which processes die (`after_put:3`): tests set it, nobody else
    crash: Annotated[str, AfterValidator(_orders)] = ""
    #: factor on leases, sweeps and redelivery; tests set it below 1, nobody else
    time_scale: Seconds = 1.0

    @model_validator(mode="after")
    def _one_password(self) -> Settings:
        if self.zone_password is not None and self.zone_password_command is not None:
            raise ValueError("zone_password and zone_password_command are both set: which one holds?")
        return self

    @property
    def is_redis_embedded(self) -> bool:
        """Whether Lading starts Redis itself."""
        return self.redis_url is None

    @property
    def is_zone_embedded(self) -> bool:
        """Whether Lading starts the zone itself; also where `zone` names the embedded zone's own client file."""
        return self.zone_url is None and (self.zone is None or self.zone == self.zone_home / "irods_environment.json")

    @property
    def is_database_embedded(self) -> bool:
        """Whether the ledger is a file on this machine."""
        return self.database_url.scheme == "sqlite"

    @property
    def zone_home(self) -> Path:
        """The folder of the embedded zone."""
        return self.home / "zone"

    @property
    def zone_files(self) -> tuple[Path, Path | None]:
        """The client files of the zone in use: environment and authentication (None: where iRODS clients look)."""
        if self.zone is None or self.is_zone_embedded:
            return self.zone_home / "irods_environment.json", self.zone_home / ".irodsA"
        return self.zone, self.zone_authentication

    @property
    def log_folder(self) -> Path:
        """The folder of the logs of all embedded parts."""
        return self.home / "log"

    @property
    def database_file(self) -> Path | None:
        """The file of the ledger; None where it is no SQLite file."""
        if not self.is_database_embedded:
            return None
        return Path("/" + self.database_url.get_secret_value().partition("://")[2].lstrip("/"))

    @property
    def run_folder(self) -> Path:
        """The private folder for sockets, made on first use; raise `UsageError` where somebody else owns it."""
        return places.run_folder(self.home, self.runtime_folder)

    @property
    def redis_socket(self) -> Path:
        """The socket of the embedded Redis."""
        return self.run_folder / "redis.sock"

    @property
    def redis_client_url(self) -> str:
        """The address of the first database as redis-py takes it; may hold a password."""
        if self.redis_url is None:
            return f"unix://{self.redis_socket}?db={BROKER_DATABASE}"
        return tls.redis_address(self.redis_url.get_secret_value())

    @property
    def broker_url(self) -> str:
        """The address of the queues as Celery takes it; may hold a password."""
        return self._celery_url(BROKER_DATABASE)

    @property
    def result_url(self) -> str:
        """The address of the small results as Celery takes it; may hold a password."""
        return self._celery_url(RESULT_DATABASE)

    @property
    def lease_ttl(self) -> timedelta:
        """How long a lease holds without renewal."""
        return self.scaled(self.lease.ttl_s)

    @property
    def lease_renew(self) -> timedelta:
        """Time between renewals."""
        return self.scaled(self.lease.renew_s)

    @property
    def lease_sweep(self) -> timedelta:
        """Time between sweeps."""
        return self.scaled(self.lease.sweep_s)

    def as_environ(self) -> dict[str, str]:
        """Return variables that make `load` return these settings in another process. Holds secrets in clear."""
        return {"LADING_CONFIG": os.devnull, **sources.variables_of(self)}

    def scaled(self, seconds: float) -> timedelta:
        """Return a duration, scaled by `time_scale`."""
        return timedelta(seconds=seconds * self.time_scale)

    def _celery_url(self, offset: int) -> str:
        parts = urlsplit(self.redis_client_url)
        if parts.scheme == "unix":
            database = int((parse_qs(parts.query).get("db") or ["0"])[0])
            return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={database + offset}"
        database = int(parts.path.strip("/") or 0)
        return parts._replace(path=f"/{database + offset}").geturl()


def load(environ: Mapping[str, str], cwd: Path) -> Settings:
    """
    Return the settings that `environ` and the settings file say.

    Raise `UsageError` for an unknown name, a wrong value, or a place that cannot hold a ledger. `cwd` is where relative
    paths start.
    """
    found = sources.find(Settings, environ, cwd)
    usual = _usual_places(environ)
    if found.values.get("zone"):  # who names a profile means it
        usual.pop("zone_url", None)
    for name, value in usual.items():
        found.values.setdefault(name, value)
    try:
        settings = Settings.model_validate(found.values, context=cwd)
    except ValidationError as error:
        raise sources.refused(error, found.origins) from None
    places.refuse_network_filesystem(settings.home, setting="LADING_HOME")
    if settings.database_file:
        places.refuse_network_filesystem(settings.database_file, setting="LADING_DATABASE_URL")
    return settings


@functools.cache
def current() -> Settings:
    """Return the settings of this process, read once."""
    return load(os.environ, Path.cwd())


def use_redis(*, host: str | None, port: int | None, database: int | None) -> None:
    """Let this process, and those that it starts, use another Redis; None: as the settings say, else on this host."""
    settings = current()
    now = None if settings.is_redis_embedded else settings.redis_client_url
    os.environ[sources.variable("redis_url")] = addresses.redis(now, host=host, port=port, database=database)
    current.cache_clear()


def allow(name: str, places: tuple[Path | str, ...]) -> None:
    """Let runs that come by the web touch some places more, for this process and those that it starts."""
    known = tuple(getattr(current().allowed, name))
    os.environ[sources.variable(f"allowed.{name}")] = sources.as_text((*known, *places)) or ""
    current.cache_clear()


def _usual_places(environ: Mapping[str, str]) -> dict[str, Path | str]:
    """Return what other programs' variables say where no setting does."""
    usual: dict[str, Path | str] = {"home": places.default_home(environ), **addresses.usual(environ)}
    named = (
        ("zone", "IRODS_ENVIRONMENT_FILE"),
        ("zone_authentication", "IRODS_AUTHENTICATION_FILE"),
        ("runtime_folder", "XDG_RUNTIME_DIR"),
    )
    return usual | {name: Path(environ[variable]) for name, variable in named if environ.get(variable)}
