"""Where things may lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lading.base import config_places as places
from lading.base.errors import UsageError

MOUNTS = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 27 0:40 / /home rw,relatime shared:5 master:1 - nfs4 server:/home rw,vers=4.2
31 30 0:41 / /home/ada/local rw - xfs /dev/vdb rw
32 27 0:42 / /mnt/two\040words rw - cifs //server/share rw
33 27 0:43 / /srv rw - ext4 /dev/vdc rw
34 27 0:44 / /srv rw - lustre mgs:/fs rw
35 27 0:45 / /data rw - fuse.sshfs host:/ rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib", "ext4"),
        ("/home/ada/.local/share/lading", "nfs4"),
        ("/home/ada/local/lading", "xfs"),
        ("/homes/ada", "ext4"),
        ("/mnt/two words/x", "cifs"),
        ("/srv/x", "lustre"),
        ("/data/x", "fuse.sshfs"),
    ],
)
def test_the_deepest_and_latest_mount_says_the_filesystem(path: str, kind: str) -> None:
    """Of two mounts on one folder the later one covers the earlier."""
    assert places.filesystem_of(Path(path), MOUNTS) == kind


def test_a_machine_without_mount_table_says_nothing() -> None:
    """Where the kernel does not tell, nothing is refused."""
    assert places.filesystem_of(Path("/x"), "") == ""
    places.refuse_network_filesystem(Path("/x"), setting="LADING_HOME", mounts="")


@pytest.mark.parametrize("path", ["/home/ada/x", "/mnt/two words/x", "/srv/x", "/data/x"])
def test_a_home_on_a_network_filesystem_is_refused_with_the_line_to_set(path: str) -> None:
    """The message says the kind and what to type."""
    with pytest.raises(UsageError, match=r"network filesystem \(.+\).*export LADING_HOME=/"):
        places.refuse_network_filesystem(Path(path), setting="LADING_HOME", mounts=MOUNTS)


def test_a_home_on_a_local_disk_is_taken() -> None:
    """A local disk mounted inside a network home is local."""
    places.refuse_network_filesystem(Path("/home/ada/local/x"), setting="LADING_HOME", mounts=MOUNTS)


def test_the_run_folder_lies_in_the_runtime_folder(tmp_path: Path) -> None:
    """A private $XDG_RUNTIME_DIR is used."""
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)

    assert places.run_folder(tmp_path / "home", runtime).parent == runtime


def test_the_run_folder_stays_where_it_was_first_made(tmp_path: Path) -> None:
    """A process without $XDG_RUNTIME_DIR finds the folder of one that has it."""
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)
    first = places.run_folder(tmp_path / "home", runtime)

    assert places.run_folder(tmp_path / "home", None) == first


def test_a_lost_run_folder_is_made_anew(tmp_path: Path) -> None:
    """After a logout or a reboot the old place is gone."""
    runtime = tmp_path / "r"
    runtime.mkdir(mode=0o700)
    first = places.run_folder(tmp_path / "home", runtime)
    first.rmdir()
    runtime.rmdir()
    second = places.run_folder(tmp_path / "home", runtime)

    assert second != first
    assert second.is_dir()
    second.rmdir()


@pytest.mark.parametrize("bad", ["open", "long"])
def test_a_runtime_folder_that_cannot_hold_sockets_is_not_used(tmp_path: Path, bad: str) -> None:
    """Others could enter an open one; the path of a socket in a long one would not fit."""
    runtime = tmp_path / ("x" * 80 if bad == "long" else "r")
    runtime.mkdir(mode=0o755 if bad == "open" else 0o700)

    found = places.run_folder(tmp_path / "home", runtime)

    assert found.parent == Path("/tmp")
    found.rmdir()


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    """Somebody who made the folder first gains nothing."""
    (tmp_path / "run").mkdir(mode=0o755)

    with pytest.raises(UsageError, match="not a private folder"):
        places.private_folder(tmp_path / "run")


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    """A link could lead anywhere."""
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "real")

    with pytest.raises(UsageError, match="not a private folder"):
        places.private_folder(tmp_path / "run")


def test_an_empty_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    """`mkdir x; LADING_HOME=x lading up` works, and nobody else reads the ledger."""
    (tmp_path / "home").mkdir(mode=0o755)

    assert places.data_folder(tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_a_filled_data_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A folder that holds something is not changed, but the line to type is said."""
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home/x").touch()

    with pytest.raises(UsageError, match=r"chmod 700"):
        places.data_folder(tmp_path / "home")


def test_a_data_folder_that_cannot_be_made_is_told_with_the_line_to_set(tmp_path: Path) -> None:
    """A user without a home folder learns which variable helps."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match=r"file/home cannot be made: Not a directory\. export LADING_HOME="):
        places.data_folder(tmp_path / "file/home")


def test_a_name_with_any_bytes_has_a_run_folder(tmp_path: Path) -> None:
    """A home need not be valid Unicode."""
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))

    found = places.run_folder(home, None)

    assert found.is_dir()
    found.rmdir()
