"""What is derived from the settings: addresses, files and folders."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lading.base.config import Settings, load

#: what an address with TLS says where its reader wrote nothing
VERIFIED = "?ssl_cert_reqs=required&ssl_check_hostname=true"


def settings(tmp_path: Path, **variables: str) -> Settings:
    """Return the settings for these variables and a home in `tmp_path`."""
    return load({"HOME": str(tmp_path), "LADING_HOME": str(tmp_path / "home"), **variables}, tmp_path)


def test_passwords_show_in_no_text(tmp_path: Path) -> None:
    """Neither the settings nor their parts show a password; the derived addresses hold it."""
    found = settings(tmp_path, LADING_REDIS_URL="redis://u:pw1@h:1/3", LADING_DATABASE_URL="postgresql://u:pw2@h/n")

    assert "pw1" not in f"{found!r} {found} {found.redis_url!r} {found.redis_url}"
    assert "pw2" not in f"{found!r} {found} {found.database_url!r} {found.database_url}"
    assert str(found.redis_url) == "redis://h:1/3"
    assert found.broker_url == "redis://u:pw1@h:1/3"


@pytest.mark.parametrize(
    ("url", "broker", "result"),
    [
        ("redis://h", "redis://h/0", "redis://h/1"),
        ("redis://h:7/4", "redis://h:7/4", "redis://h:7/5"),
        (f"rediss://:p@h/2{VERIFIED}", f"rediss://:p@h/2{VERIFIED}", None),
        ("unix:///s.sock", "redis+socket:///s.sock?virtual_host=0", "redis+socket:///s.sock?virtual_host=1"),
        ("unix:///s.sock?db=3", "redis+socket:///s.sock?virtual_host=3", "redis+socket:///s.sock?virtual_host=4"),
    ],
)
def test_queues_and_results_have_databases_of_their_own(
    tmp_path: Path, url: str, broker: str, result: str | None
) -> None:
    """The named database holds the queues, the next one the results."""
    found = settings(tmp_path, LADING_REDIS_URL=url)

    assert found.broker_url == broker
    assert found.result_url == (result or broker.replace("/2", "/3"))
    assert found.redis_client_url == url


def test_the_embedded_redis_is_reached_by_a_socket(tmp_path: Path) -> None:
    """The broker, the results and redis-py share the socket in the run folder."""
    found = settings(tmp_path)

    assert found.redis_client_url == f"unix://{found.redis_socket}?db=0"
    assert found.broker_url == f"redis+socket://{found.redis_socket}?virtual_host=0"
    assert found.result_url == f"redis+socket://{found.redis_socket}?virtual_host=1"
    found.run_folder.rmdir()


def test_the_usual_irods_variable_names_the_zone(tmp_path: Path) -> None:
    """IRODS_ENVIRONMENT_FILE is honoured; LADING_ZONE wins over it."""
    usual = {"IRODS_ENVIRONMENT_FILE": "/a/env.json", "IRODS_AUTHENTICATION_FILE": "/a/.irodsA"}

    assert settings(tmp_path, **usual).zone_files == (Path("/a/env.json"), Path("/a/.irodsA"))
    assert settings(tmp_path, **usual, LADING_ZONE="/b.json").zone_files[0] == Path("/b.json")
    assert not settings(tmp_path, **usual).is_zone_embedded


def test_the_usual_irods_variable_may_name_the_embedded_zone(tmp_path: Path) -> None:
    """A shell set up for icommands against the embedded zone still has it started."""
    own = tmp_path / "home/zone/irods_environment.json"

    found = settings(tmp_path, IRODS_ENVIRONMENT_FILE=str(own))

    assert found.is_zone_embedded
    assert found.zone_files == (own, own.with_name(".irodsA"))


def test_a_sqlite_address_is_an_absolute_path(tmp_path: Path) -> None:
    """Three slashes or four name the same file."""
    for url in ("sqlite:///var/l.db", "sqlite:////var/l.db"):
        assert settings(tmp_path, LADING_DATABASE_URL=url).database_file == Path("/var/l.db")


def test_a_server_has_no_database_file(tmp_path: Path) -> None:
    """PostgreSQL is not embedded."""
    found = settings(tmp_path, LADING_DATABASE_URL="postgresql://h/n")

    assert found.database_file is None
    assert not found.is_database_embedded


def test_the_run_folder_is_private_and_named_after_the_home(tmp_path: Path) -> None:
    """Two homes have two run folders; nobody else can enter them."""
    one, two = (settings(tmp_path, LADING_HOME=str(tmp_path / name)).run_folder for name in ("one", "two"))
    mode = stat.S_IMODE(one.stat().st_mode)
    one.rmdir()
    two.rmdir()

    assert one != two
    assert mode == 0o700
    assert len(os.fsencode(one / "redis.sock")) < 107
