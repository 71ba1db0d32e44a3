"""Zone profiles are read as python-irodsclient reads them, and keep their secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from irods.password_obfuscation import encode

from lading.base.errors import ProfileInvalid
from lading.ingest.engine.destinations.irods import ZoneProfile

ENVIRONMENT = {
    "irods_host": "zone.example",
    "irods_port": 1247,
    "irods_user_name": "alice",
    "irods_zone_name": "tempZone",
    "irods_default_resource": "disk",
    "irods_default_hash_scheme": "MD5",
    "irods_ssl_verify_server": "none",
}


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return written(tmp_path, ENVIRONMENT)


def written(folder: Path, content: object) -> Path:
    path = folder / "irods_environment.json"
    path.write_text(json.dumps(content))
    return path


def test_everything_is_read(environment: Path) -> None:
    """Place, user, defaults and what TLS needs."""
    profile = ZoneProfile.load(environment, password="secret")
    assert ("zone.example:1247", "alice", "tempZone") == (profile.address, profile.user, profile.zone)
    assert ("disk", "MD5", "secret") == (profile.default_resource, profile.hash_scheme, profile.password)
    assert {"irods_ssl_verify_server": "none"} == dict(profile.extras)


def test_the_password_comes_from_the_file_that_iinit_writes(environment: Path) -> None:
    """Next to the environment file, if none is named; it is a native password whatever the scheme says."""
    written(environment.parent, {**ENVIRONMENT, "irods_authentication_scheme": "pam_password"})
    (environment.parent / ".irodsA").write_text(encode("from the file"))
    profile = ZoneProfile.load(environment)
    assert ("from the file", "native") == (profile.password, profile.scheme)


def test_a_password_outright_keeps_the_scheme(environment: Path) -> None:
    """It is the PAM password then."""
    written(environment.parent, {**ENVIRONMENT, "irods_authentication_scheme": "PAM_password"})
    assert "pam_password" == ZoneProfile.load(environment, password="secret").scheme


def test_the_password_is_in_no_text(environment: Path) -> None:
    """Neither in what a log nor in what a traceback shows."""
    profile = ZoneProfile.load(environment, password="secret")
    assert "secret" not in repr(profile)
    assert "secret" not in str(profile)


@pytest.mark.parametrize("missing", ["irods_host", "irods_port", "irods_user_name", "irods_zone_name"])
def test_a_missing_key_is_named(tmp_path: Path, missing: str) -> None:
    """So that it can be added."""
    path = written(tmp_path, {key: value for key, value in ENVIRONMENT.items() if key != missing})
    with pytest.raises(ProfileInvalid, match=missing):
        ZoneProfile.load(path, password="secret")


@pytest.mark.parametrize("content", ["", "[]", '"text"', "{"])
def test_what_is_no_environment_is_refused(tmp_path: Path, content: str) -> None:
    """With the path of the file."""
    path = tmp_path / "irods_environment.json"
    path.write_text(content)
    with pytest.raises(ProfileInvalid, match=r"irods_environment\.json"):
        ZoneProfile.load(path, password="secret")


@pytest.mark.parametrize("port", [0, 65_536, "x", -1, "12 47"])
def test_a_port_is_a_port(tmp_path: Path, port: object) -> None:
    """Everything else is refused before it is tried."""
    with pytest.raises(ProfileInvalid, match="port"):
        ZoneProfile.load(written(tmp_path, {**ENVIRONMENT, "irods_port": port}), password="secret")


def test_no_file_is_refused(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(ProfileInvalid, match="No such file"):
        ZoneProfile.load(tmp_path / "missing.json")


def test_no_password_is_refused(environment: Path) -> None:
    """Unless the user is anonymous."""
    with pytest.raises(ProfileInvalid, match="password"):
        ZoneProfile.load(environment)
    written(environment.parent, {**ENVIRONMENT, "irods_user_name": "anonymous"})
    assert "" == ZoneProfile.load(environment).password


def test_a_spoilt_password_file_is_refused_without_its_content(environment: Path) -> None:
    """The content could be a password typed into the wrong place."""
    spoilt = environment.parent / ".irodsA"
    spoilt.write_text("plain")
    with pytest.raises(ProfileInvalid) as caught:
        ZoneProfile.load(environment)
    assert "plain" not in str(caught.value)
