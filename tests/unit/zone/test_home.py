"""The folder of a zone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from lading.zone.home import Home
from lading.zone.irodsa import scramble
from lading.zone.state import ZoneSettings
from tests.unit.zone.desk import HOME, Desk, Seat


def modes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.rglob("*")}


def test_nothing_in_a_home_is_open_to_other_users(desk: Desk, rods: Seat) -> None:
    """Whatever the umask: folders 700, files 600, the vault's too."""
    before = os.umask(0o022)
    try:
        rods.mkdir(f"{HOME}/sub")
        rods.put(f"{HOME}/sub/f", b"x")
        desk.server.home.write_client_files(desk.server.settings, 1)
        desk.server.home.remember_port(1)
    finally:
        os.umask(before)
    home = desk.server.home.path

    assert 0o700 == stat.S_IMODE(home.stat().st_mode)
    assert {} == {name: mode for name, mode in modes(home).items() if int(mode, 8) & 0o077}


def test_each_home_has_a_password_of_its_own(tmp_path: Path) -> None:
    """And keeps it."""
    first, second = Home(tmp_path / "a"), Home(tmp_path / "b")
    for home in (first, second):
        home.prepare(ZoneSettings()).close()

    assert first.password() != second.password()
    assert first.password() == Home(tmp_path / "a").password()
    assert len(first.password()) >= 20


def test_the_client_files_lead_to_the_zone(tmp_path: Path) -> None:
    """As iRODS clients read them."""
    home = Home(tmp_path / "zone")
    home.prepare(ZoneSettings()).close()
    files = home.write_client_files(ZoneSettings(), 4711)
    document = json.loads(files.environment.read_text("utf-8"))

    assert ("rods", "tempZone", 4711) == (
        document["irods_user_name"],
        document["irods_zone_name"],
        document["irods_port"],
    )
    assert home.password() not in files.authentication.read_text("utf-8")


@pytest.mark.parametrize("password", ["secret", "a b~c", "x" * 40])
@pytest.mark.parametrize("uid", [0, 1000, 65534])
def test_the_client_reads_the_scrambled_password(password: str, uid: int) -> None:
    """The client's own reader is the oracle."""
    obfuscation = pytest.importorskip("irods.password_obfuscation")

    assert password == obfuscation.decode(scramble(password, uid=uid, mtime=1_700_000_000).rstrip("\0"), uid)
