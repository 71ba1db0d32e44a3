"""What a new zone holds: tokens, users, collections, one resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lading.zone.acl import Level
from lading.zone.catalog.db import Catalog, Database, now_text
from lading.zone.catalog.stored_queries import plant_stored_queries

if TYPE_CHECKING:
    from pathlib import Path

#: ids below belong to tokens and to the seed
FIRST_ID = 10_000

USER_TYPES = ("rodsgroup", "rodsadmin", "rodsuser", "groupadmin")
DATA_TYPES = (
    "generic", "text", "ascii text", "image", "jpeg image", "gif image", "tiff image", "png image", "xml", "json",
    "html", "pdf Document", "postscript Document", "MSWord Document", "MSExcel Document", "MSPowerPoint Document",
    "print-format", "binary", "executable", "script", "link", "audio streams", "video streams", "MPEG", "WAV",
    "tar file", "bzip2 file", "gzip file", "zip file", "gzipTar", "bzip2Tar", "zipFile", "tar bundle",
    "gzip tar bundle", "bzip2 tar bundle", "zip bundle", "msso file", "mso", "database", "netcdf", "hdf file",
)  # fmt: skip
RESOURCE_TYPES = ("unixfilesystem", "passthru", "random", "replication", "deferred", "unix file system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What differs from one new zone to the next."""

    zone: str
    admin: str
    password: str
    resource: str
    vault: Path
    host: str


def is_seeded(database: Database) -> bool:
    """Say whether the catalogue already holds a zone."""
    return database.execute("SELECT 1 FROM R_ZONE_MAIN LIMIT 1").fetchone() is not None


def plant(catalog: Catalog, seed: Seed) -> None:
    """Fill an empty catalogue; a filled one stays as it is."""
    with catalog.write() as database:
        if is_seeded(database):
            return
        database.execute("INSERT INTO lading_sequence VALUES (?)", (FIRST_ID,))
        _plant_tokens(database)
        _plant_zone(catalog, database, seed)
        plant_stored_queries(database)


def _plant_tokens(database: Database) -> None:
    now = now_text()
    rows = [("access_type", level.value, level.token) for level in Level]
    rows += [("user_type", number, name) for number, name in enumerate(USER_TYPES, 200)]
    rows += [("data_type", number, name) for number, name in enumerate(DATA_TYPES, 1700)]
    rows += [("resc_type", number, name) for number, name in enumerate(RESOURCE_TYPES, 400)]
    rows += [("zone_type", 600, "local"), ("zone_type", 601, "remote"), ("object_type", 100, "data object")]
    rows += [("object_type", 101, "collection"), ("object_type", 102, "resource"), ("object_type", 103, "user")]
    database.executemany(
        "INSERT INTO R_TOKN_MAIN (token_namespace, token_id, token_name, create_ts, modify_ts) VALUES (?, ?, ?, ?, ?)",
        [(*row, now, now) for row in rows],
    )


def _plant_zone(catalog: Catalog, database: Database, seed: Seed) -> None:
    now = now_text()
    database.execute(
        "INSERT INTO R_ZONE_MAIN (zone_id, zone_name, zone_type_name, create_ts, modify_ts) VALUES (?, ?, 'local', ?, ?)",
        (catalog.new_id(), seed.zone, now, now),
    )
    public = add_user(catalog, database, name="public", kind="rodsgroup", zone=seed.zone)
    admin = add_user(catalog, database, name=seed.admin, kind="rodsadmin", zone=seed.zone)
    join_group(database, public, admin)
    set_password(database, admin, seed.password)
    database.execute(
        "INSERT INTO R_RESC_MAIN (resc_id, resc_name, zone_name, resc_type_name, resc_net, resc_def_path, create_ts,"
        " modify_ts) VALUES (?, ?, ?, 'unixfilesystem', ?, ?, ?, ?)",
        (catalog.new_id(), seed.resource, seed.zone, seed.host, str(seed.vault), now, now),
    )
    _plant_collections(catalog, database, seed, admin=admin, public=public)


def _plant_collections(catalog: Catalog, database: Database, seed: Seed, *, admin: int, public: int) -> None:
    zone = f"/{seed.zone}"
    paths = ("/", zone, f"{zone}/home", f"{zone}/trash", f"{zone}/trash/home", f"{zone}/home/public")
    readable = {"/", zone, f"{zone}/home", f"{zone}/trash", f"{zone}/trash/home"}
    for path in (*paths, f"{zone}/home/{seed.admin}", f"{zone}/trash/home/{seed.admin}", f"{zone}/trash/home/public"):
        coll_id = add_collection(catalog, database, path, owner=seed.admin, owner_zone=seed.zone)
        grant(database, coll_id, admin, Level.OWN)
        if path in readable:
            grant(database, coll_id, public, Level.READ_OBJECT)
        elif path.endswith("home/public"):
            grant(database, coll_id, public, Level.OWN)


def add_user(catalog: Catalog, database: Database, *, name: str, kind: str, zone: str) -> int:
    """Insert a user or group and its membership in itself; return its id."""
    now = now_text()
    user_id = catalog.new_id()
    database.execute(
        "INSERT INTO R_USER_MAIN (user_id, user_name, user_type_name, zone_name, create_ts, modify_ts)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (user_id, name, kind, zone, now, now),
    )
    join_group(database, user_id, user_id)
    return user_id


def join_group(database: Database, group_id: int, user_id: int) -> None:
    """Make a user a member of a group; twice is once."""
    now = now_text()
    database.execute("INSERT OR IGNORE INTO R_USER_GROUP VALUES (?, ?, ?, ?)", (group_id, user_id, now, now))


def set_password(database: Database, user_id: int, password: str) -> None:
    """Replace the lasting password of a user; temporary ones stay."""
    now = now_text()
    database.execute(
        "DELETE FROM R_USER_PASSWORD WHERE user_id = ? AND pass_expiry_ts = '9999-12-31-23.59.00'", (user_id,)
    )
    database.execute(
        "INSERT INTO R_USER_PASSWORD (user_id, rcat_password, create_ts, modify_ts) VALUES (?, ?, ?, ?)",
        (user_id, password, now, now),
    )


def add_collection(catalog: Catalog, database: Database, path: str, *, owner: str, owner_zone: str) -> int:
    """Insert one collection without any access; return its id."""
    now = now_text()
    coll_id = catalog.new_id()
    parent = path.rpartition("/")[0] or "/"
    database.execute(
        "INSERT INTO R_COLL_MAIN (coll_id, parent_coll_name, coll_name, coll_owner_name, coll_owner_zone, create_ts,"
        " modify_ts) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (coll_id, parent, path, owner, owner_zone, now, now),
    )
    return coll_id


def grant(database: Database, object_id: int, user_id: int, level: Level) -> None:
    """Set the access of one user or group to one object."""
    now = now_text()
    database.execute(
        "INSERT INTO R_OBJT_ACCESS VALUES (?, ?, ?, ?, ?) ON CONFLICT (object_id, user_id)"
        " DO UPDATE SET access_type_id = excluded.access_type_id, modify_ts = excluded.modify_ts",
        (object_id, user_id, int(level), now, now),
    )
