"""The folder of one zone: catalogue, vault, and the client files that lead to it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lading.zone import accounts
from lading.zone.catalog import Catalog, Database
from lading.zone.catalog import seed as seeds
from lading.zone.irodsa import scramble
from lading.zone.negotiation import Policy
from lading.zone.state import ZoneSettings

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFiles:
    """What an iRODS client needs to log in."""

    environment: Path  #: for IRODS_ENVIRONMENT_FILE
    authentication: Path  #: for IRODS_AUTHENTICATION_FILE


@dataclass(frozen=True, slots=True)
class Home:
    """One zone home; all files in it are its owner's alone."""

    path: Path

    @property
    def catalog(self) -> Path:
        """Return the file of the catalogue."""
        return self.path / "catalog.sqlite3"

    @property
    def vault(self) -> Path:
        """Return the folder of the default resource."""
        return self.path / "vault"

    @property
    def control(self) -> Path:
        """Return the file that says how to control the running zone."""
        return self.path / "control.json"

    @property
    def client(self) -> ClientFiles:
        """Return the client files of the administrator."""
        return ClientFiles(environment=self.path / "irods_environment.json", authentication=self.path / ".irodsA")

    def prepare(self, settings: ZoneSettings) -> Catalog:
        """Make what is missing, close the folder to others, and open the catalogue."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self.vault.mkdir(mode=0o700, exist_ok=True)
        if not self.catalog.exists():
            self._password_file().unlink(missing_ok=True)
        self.catalog.touch(mode=0o600, exist_ok=True)
        catalog = Catalog(self.catalog)
        seed = seeds.Seed(
            zone=settings.zone,
            admin=settings.admin,
            password=self.password(),
            resource=settings.resource,
            vault=self.vault,
            host=settings.host,
        )
        seeds.plant(catalog, seed)
        return catalog

    def _password_file(self) -> Path:
        return self.path / "password"

    def password(self) -> str:
        """Return the administrator's first password, random per home."""
        file = self._password_file()
        if not file.exists():
            write_private(file, random_password())
        return file.read_text("utf-8")

    def client_of(self, user: str) -> ClientFiles:
        """Return the client files of an ordinary user."""
        folder = self.path / "users" / user
        return ClientFiles(environment=folder / "irods_environment.json", authentication=folder / ".irodsA")

    @property
    def _pam_file(self) -> Path:
        return self.path / "pam_passwords.json"

    def pam_passwords(self) -> Mapping[str, str]:
        """Return the passwords that stand in for PAM's, by user."""
        try:
            document = json.loads(self._pam_file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return {str(user): str(password) for user, password in document.items()}

    def set_pam_password(self, user: str, password: str) -> None:
        """Let a user log in by PAM with this password, also while the zone runs; an empty one takes that away."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = {name: known for name, known in self.pam_passwords().items() if name != user}
        write_private(self._pam_file, json.dumps({**others, user: password} if password else others))

    def wanted_port(self) -> int:
        """Return the port of the last run, or 0."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.path / "port").read_text("ascii"))
        return 0

    def remember_port(self, port: int) -> None:
        """Keep the port for the next run."""
        write_private(self.path / "port", str(port))

    def write_client_files(self, settings: ZoneSettings, port: int) -> ClientFiles:
        """Write the client files of the administrator."""
        return write_client_files(
            self.client, Login(host=settings.host, port=port, user=settings.admin, password=self.password()), settings
        )

    def write_users(self, catalog: Catalog, settings: ZoneSettings, port: int) -> None:
        """Make the ordinary users that are missing, and write the client files of all that are wanted."""
        for user in settings.users:
            with catalog.write() as database:
                password = _password_of(catalog, database, settings, user)
            files = self.client_of(user)
            for folder in (self.path / "users", files.environment.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            login = Login(host=settings.host, port=port, user=user, password=password)
            write_client_files(files, login, settings)


def random_password() -> str:
    """Return a new password."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(24))


def _password_of(catalog: Catalog, database: Database, settings: ZoneSettings, user: str) -> str:
    """Return the password of an ordinary user; who is not there yet is made."""
    row = database.execute(
        "SELECT user_id FROM R_USER_MAIN WHERE user_name = ? AND zone_name = ?", (user, settings.zone)
    ).fetchone()
    if row is not None:
        return accounts.lasting_password(database, row[0])
    account = accounts.NewAccount(name=user, type="rodsuser", zone=settings.zone)
    password = random_password()
    seeds.set_password(database, accounts.create(catalog, database, settings.zone, account), password)
    return password


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who logs in where."""

    host: str
    port: int
    user: str
    password: str


def write_client_files(files: ClientFiles, login: Login, settings: ZoneSettings) -> ClientFiles:
    """Write an environment file and a password file as iRODS clients read them."""
    zone = settings.zone
    document = {
        "irods_host": login.host,
        "irods_port": login.port,
        "irods_user_name": login.user,
        "irods_zone_name": zone,
        "irods_home": f"/{zone}/home/{login.user}",
        "irods_cwd": f"/{zone}/home/{login.user}",
        "irods_default_resource": settings.resource,
        "irods_authentication_scheme": "native",
        **_encryption(settings),
        "irods_default_hash_scheme": "MD5" if settings.hash_scheme == "md5" else "SHA256",
        "irods_match_hash_policy": "compatible",
    }
    write_private(files.environment, json.dumps(document, indent=2) + "\n")
    now = int(time.time())
    write_private(files.authentication, scramble(login.password, uid=os.getuid(), mtime=now))
    os.utime(files.authentication, (now, now))
    return files


def _encryption(settings: ZoneSettings) -> dict[str, object]:
    """Return what an environment file says about TLS; where it can be had it is asked for."""
    if settings.tls is None or settings.policy is Policy.REFUSE:
        return {"irods_client_server_negotiation": "none", "irods_client_server_policy": "CS_NEG_REFUSE"}
    authority = settings.tls.authority
    return {
        "irods_client_server_negotiation": "request_server_negotiation",
        "irods_client_server_policy": Policy.REQUIRE.value,
        "irods_ssl_verify_server": "hostname",
        **({"irods_ssl_ca_certificate_file": str(authority.absolute())} if authority is not None else {}),
        "irods_encryption_algorithm": "AES-256-CBC",
        "irods_encryption_key_size": 32,
        "irods_encryption_salt_size": 8,
        "irods_encryption_num_hash_rounds": 16,
    }


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
