"""Tar files that the server unpacks, and what one may not hold."""

from __future__ import annotations

import io
import stat
import tarfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from lading.zone.acl import Level
from lading.zone.catalog import seed
from lading.zone.codes import Code
from tests.unit.zone.desk import HOME, Desk, Seat, pairs, sha2

UNPACK = 665
TAR = f"{HOME}/bundle.tar"
TARGET = f"{HOME}/into"


def member(name: str, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.size = len(data)
    for field, value in fields.items():
        setattr(made, field, value)
    return made, data


def tar(members: Iterable[tuple[tarfile.TarInfo, bytes]], format: int = tarfile.GNU_FORMAT) -> bytes:  # noqa: A002
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=format) as archive:
        for made, data in members:
            archive.addfile(made, io.BytesIO(data))
    return packed.getvalue()


def files(**contents: bytes) -> bytes:
    return tar(member(name, data) for name, data in contents.items())


def unpack(seat: Seat, collection: str = TARGET, path: str = TAR, **keywords: str) -> int:
    named = f"<objPath>{escape(path)}</objPath><collection>{escape(collection)}</collection>"
    numbers = "<oprType>0</oprType><flags>0</flags>"
    words = pairs({"bulkOpr": "", **keywords})
    return seat.ask(UNPACK, f"<StructFileExtAndRegInp_PI>{named}{numbers}{words}</StructFileExtAndRegInp_PI>").status


def rows(seat: Seat, *columns: int) -> list[tuple[str, ...]]:
    return seat.rows([501, 403, *columns], {501: f"like '{TARGET}%'"}, 500)


@pytest.fixture
def vault(desk: Desk) -> Path:
    """Return the folder of the zone's resource."""
    return Path(desk.server.zone.resources.tree().named("demoResc").vault)


def everything(vault: Path) -> set[str]:
    return {str(path.relative_to(vault)) for path in vault.rglob("*") if path.is_file()}


def test_what_is_in_a_tar_is_registered_below_the_collection(rods: Seat, vault: Path) -> None:
    """Collections are made, sizes and permission bits noted, no checksums; the vault has the usual layout."""
    rods.put(TAR, tar([member("a", b"A"), member("deep/er/b", b"BB", mode=0o640)]))

    assert 0 == unpack(rods)

    assert [
        (TARGET, "a", "1", "", "1", f"{vault}/home/rods/into/a", str(0o644)),
        (f"{TARGET}/deep/er", "b", "2", "", "1", f"{vault}/home/rods/into/deep/er/b", str(0o640)),
    ] == rows(rods, 407, 415, 413, 410, 421)
    assert {"home/rods/bundle.tar", "home/rods/into/a", "home/rods/into/deep/er/b"} == everything(vault)
    assert b"BB" == (vault / "home/rods/into/deep/er/b").read_bytes()
    assert not (vault / "home/rods/bundle.tar.dir").exists()


def test_more_than_fifty_files_come_in_several_transactions(rods: Seat) -> None:
    """All of them are there."""
    rods.put(TAR, files(**{f"f{number}": b"x" for number in range(120)}))

    assert 0 == unpack(rods)
    assert 120 == len(rows(rods))


def test_an_object_that_is_there_stays_and_the_others_come(rods: Seat) -> None:
    """Without force the answer is the refusal; the object keeps content and checksum."""
    rods.mkdir(TARGET)
    rods.put(f"{TARGET}/a", b"old", regChksum="")
    rods.put(TAR, files(a=b"newer", b=b"B"))

    assert Code.SYS_COPY_ALREADY_IN_RESC == unpack(rods)
    assert [(TARGET, "a", "3", sha2(b"old")), (TARGET, "b", "1", "")] == rows(rods, 407, 415)


def test_force_replaces_the_file_and_forgets_to_replace_the_checksum(rods: Seat, vault: Path) -> None:
    """As a server does: the size is the new one, the checksum the old one until somebody sets it."""
    rods.mkdir(TARGET)
    rods.put(f"{TARGET}/a", b"old", regChksum="")
    rods.put(TAR, files(a=b"newer"))

    assert 0 == unpack(rods, forceFlag="")
    assert [(TARGET, "a", "5", sha2(b"old"))] == rows(rods, 407, 415)
    assert b"newer" == (vault / "home/rods/into/a").read_bytes()
    assert {"home/rods/bundle.tar", "home/rods/into/a"} == everything(vault)


def test_an_object_that_lies_elsewhere_keeps_its_fifty_out(rods: Seat, vault: Path, tmp_path: Path) -> None:
    """The transaction is rolled back and no file of it stays in the vault."""
    rods.mkdir(TARGET)
    (tmp_path / "b").write_bytes(b"registered")
    rods.ask(
        630,
        f"<D_PI><objPath>{TARGET}/b</objPath><dataSize>-1</dataSize>{pairs({'filePath': str(tmp_path / 'b')})}</D_PI>",
    )
    rods.put(TAR, files(a=b"A", b=b"B", c=b"C"))

    assert Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME == unpack(rods)
    assert [(TARGET, "b", "10")] == rows(rods, 407)
    assert {"home/rods/bundle.tar"} == everything(vault)


def test_a_file_that_no_row_names_gives_way(rods: Seat, vault: Path) -> None:
    """It goes to the orphans of the vault."""
    (vault / "home/rods/into").mkdir(parents=True)
    (vault / "home/rods/into/a").write_bytes(b"stray")
    rods.put(TAR, files(a=b"A"))

    assert 0 == unpack(rods)
    assert b"A" == (vault / "home/rods/into/a").read_bytes()
    assert [b"stray"] == [path.read_bytes() for path in (vault / "orphan").rglob("a*") if path.is_file()]


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        (member("/etc/evil", b"x"), Code.SYS_INVALID_FILE_PATH),
        (member("../evil", b"x"), Code.SYS_INVALID_FILE_PATH),
        (member("a/../../evil", b"x"), Code.SYS_INVALID_FILE_PATH),
        (member("caf\udce9", b"x"), Code.SYS_INVALID_FILE_PATH),
        (member("l", type=tarfile.SYMTYPE, linkname="/etc/passwd"), Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR),
        (member("l", type=tarfile.LNKTYPE, linkname="a"), Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR),
        (member("d", type=tarfile.CHRTYPE), Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR),
        (member("d", type=tarfile.BLKTYPE), Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR),
        (member("p", type=tarfile.FIFOTYPE), Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR),
    ],
    ids=["absolute", "climbing", "climbing inside", "not UTF-8", "link", "hard link", "device", "disk", "pipe"],
)
def test_a_hostile_member_keeps_everything_out(
    rods: Seat, vault: Path, hostile: tuple[tarfile.TarInfo, bytes], code: Code
) -> None:
    """Nothing is unpacked, nothing registered, nothing left behind."""
    rods.put(TAR, tar([member("a", b"A"), hostile]))

    assert code == unpack(rods)
    assert [] == rows(rods)
    assert {"home/rods/bundle.tar"} == everything(vault)
    assert not (vault / "home/rods/bundle.tar.dir").exists()


def test_the_last_of_two_members_with_one_name_counts(rods: Seat) -> None:
    """As in any extraction."""
    rods.put(TAR, tar([member("a", b"first"), member("a", b"2nd")]))

    assert 0 == unpack(rods)
    assert [(TARGET, "a", "3")] == rows(rods, 407)


def test_a_file_in_the_way_of_a_folder_is_refused(rods: Seat, vault: Path) -> None:
    """A member cannot be both."""
    rods.put(TAR, tar([member("a", b"A"), member("a/b", b"B")]))

    assert Code.UNIX_FILE_CREATE_ERR - 17 == unpack(rods)
    assert {"home/rods/bundle.tar"} == everything(vault)


@pytest.mark.parametrize(
    ("name", "code"),
    [("n" * 256, Code.UNIX_FILE_CREATE_ERR - 36), ("/".join(["d" * 200] * 6), Code.USER_PATH_EXCEEDS_MAX)],
    ids=["element", "path"],
)
def test_a_name_over_the_limits_is_refused(rods: Seat, name: str, code: int) -> None:
    """An element that no file system takes, and a path that no catalogue takes."""
    rods.put(TAR, tar([member(name, b"x")], tarfile.PAX_FORMAT))

    assert code == unpack(rods)
    assert [] == rows(rods)


@pytest.mark.parametrize("cut", [0, 700, 1100, 512 + 1024], ids=["no tar", "file", "header", "whole block of a file"])
def test_what_is_no_whole_tar_is_refused(rods: Seat, vault: Path, cut: int) -> None:
    """Cut anywhere but between two members."""
    rods.put(TAR, files(a=b"A" * 3000, b=b"B" * 300)[:cut] if cut else b"no tar at all" * 1000)

    assert Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR == unpack(rods)
    assert {"home/rods/bundle.tar"} == everything(vault)


def test_an_empty_file_a_long_name_and_odd_characters_come_in(rods: Seat) -> None:
    """Names as they are, in either form of long names."""
    odd = ["empty", "n" * 200, "Übersicht & <mehr>", " ", "-rf", "*"]
    for number, form in enumerate((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
        rods.put(f"{TAR}{number}", tar([member(name) for name in odd], form))

        assert 0 == unpack(rods, f"{TARGET}{number}", f"{TAR}{number}")

        found = rods.rows([403, 407], {501: f"= '{TARGET}{number}'"})
        assert sorted((name, "0") for name in odd) == sorted(found)


def test_sparse_members_are_refused(rods: Seat) -> None:
    """A few bytes of tar could claim to be terabytes."""
    made, _ = member("s", type=tarfile.GNUTYPE_SPARSE)
    rods.put(TAR, tar([(made, b"")]))

    assert Code.SYS_TAR_STRUCT_FILE_EXTRACT_ERR == unpack(rods)


def test_who_unpacks_needs_to_read_the_tar_and_to_delete_in_the_collection(desk: Desk, rods: Seat) -> None:
    """To modify is not enough, and a collection is only made where that is allowed."""
    alice_id = desk.add_user("alice")
    alice = desk.seat("alice")
    home = "/tempZone/home/alice"
    rods.put(TAR, files(a=b"A"))
    alice.put(f"{home}/own.tar", files(a=b"A"))
    rods.mkdir(TARGET)
    with desk.catalog.write() as database:
        coll = database.execute("SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = ?", (TARGET,)).fetchone()[0]
        seed.grant(database, coll, alice_id, Level.MODIFY_OBJECT)

    assert Code.CAT_NO_ACCESS_PERMISSION == unpack(alice, home)
    assert Code.CAT_NO_ACCESS_PERMISSION == unpack(alice, TARGET, f"{home}/own.tar")
    assert Code.CAT_NO_ACCESS_PERMISSION == unpack(alice, f"{HOME}/new", f"{home}/own.tar")
    assert 0 == unpack(alice, f"{home}/new", f"{home}/own.tar")
    assert [("a", "alice")] == alice.rows([403, 411], {501: f"= '{home}/new'"})


def test_what_is_not_there_or_in_another_zone_is_refused(rods: Seat) -> None:
    """The tar, and a collection of a zone that this is not."""
    assert Code.OBJ_PATH_DOES_NOT_EXIST == unpack(rods)
    rods.put(TAR, files(a=b"A"))
    assert Code.SYS_CROSS_ZONE_MV_NOT_SUPPORTED == unpack(rods, "/otherZone/home/rods")


def test_files_go_to_where_the_tar_lies(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """The resource of the tar counts."""
    desk.add_resource("other", tmp_path / "other")
    rods.put(TAR, files(a=b"A"), destRescName="other")

    assert 0 == unpack(rods, destRescName="other")
    assert [(TARGET, "a", "other", f"{tmp_path}/other/home/rods/into/a")] == rows(rods, 422, 410)


def test_replication_resources_hear_of_it(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """Each file gets its second replica, and keeps it when its checksum is set in bulk."""
    desk.add_resource("both", kind="replication")
    for leaf in ("left", "right"):
        desk.add_resource(leaf, tmp_path / leaf, parent="both")
    rods.put(TAR, files(a=b"A"), destRescName="both")

    assert 0 == unpack(rods)
    assert [("0", "1"), ("1", "1")] == sorted(rods.rows([404, 413], {501: f"= '{TARGET}'"}))


def test_one_by_one_without_the_keyword_for_bulk(rods: Seat, tmp_path: Path) -> None:
    """One that is refused keeps no other out, wherever its object lies."""
    rods.mkdir(TARGET)
    (tmp_path / "b").write_bytes(b"registered")
    rods.ask(
        630,
        f"<D_PI><objPath>{TARGET}/b</objPath><dataSize>-1</dataSize>{pairs({'filePath': str(tmp_path / 'b')})}</D_PI>",
    )
    rods.put(TAR, files(a=b"A", b=b"B"))
    words = pairs({})
    message = f"<S_PI><objPath>{TAR}</objPath><collection>{TARGET}</collection>{words}</S_PI>"

    assert Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME == rods.ask(UNPACK, message).status
    assert [(TARGET, "a", "1"), (TARGET, "b", "10")] == rows(rods, 407)


def test_files_of_the_vault_are_closed_to_others(rods: Seat, vault: Path) -> None:
    """Whatever bits a member has."""
    rods.put(TAR, tar([member("a", b"A", mode=0o777)]))

    unpack(rods)

    assert 0o600 == stat.S_IMODE((vault / "home/rods/into/a").stat().st_mode)
