"""606: one request, one file."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lading.zone.codes import Code
from tests.unit.zone.desk import HOME, Desk, Seat, sha2

FILE = f"{HOME}/file"
STATE, CHECKSUM, SIZE, PHYSICAL = 413, 415, 407, 410


def recorded(seat: Seat, path: str, column: int) -> str:
    parent, _, name = path.rpartition("/")
    return seat.rows([column], {501: f"= '{parent}'", 403: f"= '{name}'"})[0][0]


def test_a_put_is_good_when_it_is_answered(rods: Seat) -> None:
    """Size, state, checksum and the stored bytes are all there after the reply."""
    assert 0 == rods.put(FILE, b"hello", verifyChksum=sha2(b"hello"))

    assert {0: 1} == rods.states(FILE)
    assert "5" == recorded(rods, FILE, SIZE)
    assert sha2(b"hello") == recorded(rods, FILE, CHECKSUM)
    assert b"hello" == Path(recorded(rods, FILE, PHYSICAL)).read_bytes()


def test_an_existing_object_is_overwritten_with_force_only(rods: Seat) -> None:
    """Without force nothing changes, neither row nor file."""
    rods.put(FILE, b"one")

    assert Code.OVERWRITE_WITHOUT_FORCE_FLAG == rods.put(FILE, b"other")
    assert b"one" == Path(recorded(rods, FILE, PHYSICAL)).read_bytes()
    assert 0 == rods.put(FILE, b"other", forceFlag="")
    assert b"other" == Path(recorded(rods, FILE, PHYSICAL)).read_bytes()


def test_the_lost_file_of_a_replica_is_made_again_by_a_put(rods: Seat) -> None:
    """A server that died between row and file leaves such a replica; its folder has to be there, as on a real server."""
    rods.put(FILE, b"one")
    lost = Path(recorded(rods, FILE, PHYSICAL))
    lost.unlink()

    assert 0 == rods.put(FILE, b"other", forceFlag="")
    assert b"other" == lost.read_bytes()

    lost.unlink()
    lost.parent.rmdir()
    assert Code.UNIX_FILE_OPEN_ERR - errno.ENOENT == rods.put(FILE, b"third", forceFlag="")
    assert {0: 1} == rods.states(FILE)


def test_a_wrong_checksum_leaves_a_stale_replica_with_the_checksum_of_what_is_stored(rods: Seat) -> None:
    """As a real server answers it."""
    assert Code.USER_CHKSUM_MISMATCH == rods.put(FILE, b"data", verifyChksum=sha2(b"other"))

    assert {0: 0} == rods.states(FILE)
    assert sha2(b"data") == recorded(rods, FILE, CHECKSUM)


def test_a_size_that_is_not_the_announced_one_is_no_good_replica(rods: Seat) -> None:
    """`dataSize` and the byte stream disagree."""
    from tests.unit.zone.desk import PUT, data_object

    reply = rods.ask(PUT, data_object(FILE, {"dataIncluded": ""}, size=7), b"four")

    assert Code.SYS_COPY_LEN_ERR == reply.status
    assert {0: 0} == rods.states(FILE)


def test_avus_and_access_go_in_the_same_call(desk: Desk, rods: Seat) -> None:
    """Escaped separators are text; the last unit may be missing."""
    desk.add_user("alice")

    assert 0 == rods.put(FILE, b"x", metadataIncluded="k1;v1;u1;k2;v\\;2", aclIncluded="read alice")

    avus = rods.rows([600, 601, 602], {403: "= 'file'"})
    assert [("k1", "v1", "u1"), ("k2", "v;2", "")] == sorted(avus)
    assert [("file",)] == desk.seat("alice").rows([403], {403: "= 'file'"})


def test_an_unknown_user_in_the_access_list_leaves_a_stale_replica_with_its_avus(rods: Seat) -> None:
    """A repeat with force repairs it."""
    extras = {"metadataIncluded": "k;v;u", "aclIncluded": "read nobody"}

    assert Code.CAT_INVALID_USER == rods.put(FILE, b"x", **extras)
    assert {0: 0} == rods.states(FILE)
    assert [("k",)] == rods.rows([600], {403: "= 'file'"})
    assert 0 == rods.put(FILE, b"x", forceFlag="", metadataIncluded="k;v;u")
    assert {0: 1} == rods.states(FILE)


@pytest.mark.parametrize("extra", [{"metadataIncluded": "only"}, {"aclIncluded": "read"}])
def test_a_malformed_list_is_refused_before_anything_is_written(rods: Seat, extra: dict[str, str]) -> None:
    """No row, no file."""
    assert rods.put(FILE, b"x", **extra) < 0

    assert {} == rods.states(FILE)


def test_who_may_not_write_the_collection_leaves_no_trace(desk: Desk, rods: Seat) -> None:
    """The refusal comes before the row and before the file."""
    desk.add_user("alice")

    assert Code.CAT_NO_ACCESS_PERMISSION == desk.seat("alice").put(FILE, b"x")
    assert {} == rods.states(FILE)


def test_a_missing_collection_is_said_so(rods: Seat) -> None:
    """The parent is not made."""
    assert Code.CAT_UNKNOWN_COLLECTION == rods.put(f"{HOME}/nowhere/file", b"x")


def test_a_collection_is_not_overwritten_by_an_object(rods: Seat) -> None:
    """The name is taken."""
    rods.mkdir(f"{HOME}/taken")

    assert Code.CAT_NAME_EXISTS_AS_COLLECTION == rods.put(f"{HOME}/taken", b"x", forceFlag="")


def test_a_disk_that_takes_no_more_leaves_nothing_registered_as_good(rods: Seat, desk: Desk) -> None:
    """The device that is always full stands for the disk; the code is the family of failed writes and ENOSPC."""
    rods.put(FILE, b"old")
    stored = Path(recorded(rods, FILE, PHYSICAL))
    stored.unlink()
    stored.symlink_to("/dev/full")

    assert Code.UNIX_FILE_WRITE_ERR - 28 == rods.put(FILE, b"new", forceFlag="")
    assert {0: 0} == rods.states(FILE)


def test_a_vault_that_cannot_be_written_takes_the_row_back(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """A file where the vault should be a folder."""
    (tmp_path / "no-folder").write_text("")
    desk.add_resource("broken", tmp_path / "no-folder" / "vault")

    assert rods.put(FILE, b"x", destRescName="broken") < 0
    assert {} == rods.states(FILE)


def test_what_lies_in_the_vault_already_is_not_overwritten(rods: Seat, desk: Desk) -> None:
    """A file that the catalogue does not know keeps its bytes."""
    stray = desk.server.home.vault / "home/rods/file"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"stray")

    assert 0 == rods.put(FILE, b"mine")
    assert b"stray" == stray.read_bytes()
    assert b"mine" == Path(recorded(rods, FILE, PHYSICAL)).read_bytes()


@pytest.mark.parametrize("name", ["a b", "it's", 'say "hi"', "new\nline", "ünï", "%_\\", "&amp;<x>"])
def test_any_name_comes_back_as_it_went(rods: Seat, name: str) -> None:
    """Blanks, quotes, newlines, wildcards, entities."""
    assert 0 == rods.put(f"{HOME}/{name}", b"x")

    assert [name] == [row[0].replace("&apos;", "'").replace("&quot;", '"') for row in rows_of(rods)]


def rows_of(seat: Seat) -> list[tuple[str, ...]]:
    return seat.rows([403], {501: f"= '{HOME}'"})


def test_an_object_on_another_resource_is_an_object_that_is_there(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """Without force it is not overwritten, with force there is none to overwrite on that resource."""
    desk.add_resource("other", tmp_path / "other")
    rods.put(f"{HOME}/a", b"a")

    assert Code.OVERWRITE_WITHOUT_FORCE_FLAG == rods.put(f"{HOME}/a", b"b", destRescName="other")
    assert Code.HIERARCHY_ERROR == rods.put(f"{HOME}/a", b"b", destRescName="other", forceFlag="")
