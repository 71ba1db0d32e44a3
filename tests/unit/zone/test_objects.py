"""What else is done to data objects: stat, checksum, fields, times, sizes, copies, transfers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest

from lading.zone import paths
from lading.zone.codes import Code
from lading.zone.registry import IrodsError
from tests.unit.zone.desk import HOME, READ, WRITE, Desk, Seat, data_object, envelope, pairs, sha2

FILE = f"{HOME}/file"
STAT, CHECKSUM, MODIFY, MODIFY_OWN, TOUCH, TRUNCATE, REPLICATE, COPY = 633, 629, 622, 20001, 20007, 802, 695, 696
GET, PUT, COMPLETE = 608, 606, 626


def modify(seat: Seat, number: int, info: str = "", **changes: str) -> int:
    inner = f"<DataObjInfo_PI><objPath>{FILE}</objPath>{info}{pairs({})}</DataObjInfo_PI>"
    return seat.ask(number, f"<ModDataObjMeta_PI>{inner}{pairs(changes)}</ModDataObjMeta_PI>").status


def said(message: object) -> str:
    found = re.search(r"<myStr>(.*?)</myStr>", str(message), re.DOTALL)
    assert found is not None
    return unescape(found[1], {"&quot;": '"', "&apos;": "'"})


def two_replicas(desk: Desk, rods: Seat, folder: Path) -> None:
    """Make FILE, with a second replica on the resource `second`."""
    desk.add_resource("second", folder / "second")
    rods.put(FILE, b"content")
    assert 0 == rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"})).status


def test_a_stat_tells_object_from_collection_from_nothing(desk: Desk, rods: Seat) -> None:
    """And what may not be seen is nothing."""
    desk.add_user("alice")
    rods.put(FILE, b"content")

    assert (1, 2) == (rods.ask(STAT, data_object(FILE, {})).status, rods.ask(STAT, data_object(HOME, {})).status)
    assert "<objSize>7</objSize>" in str(rods.ask(STAT, data_object(FILE, {})).msg)
    assert Code.USER_FILE_DOES_NOT_EXIST == rods.ask(STAT, data_object(f"{HOME}/gone", {})).status
    assert Code.USER_FILE_DOES_NOT_EXIST == desk.seat("alice").ask(STAT, data_object(FILE, {})).status


def test_a_recorded_checksum_is_believed_unless_forced(rods: Seat, desk: Desk) -> None:
    """Forced, the stored file is read."""
    rods.put(FILE, b"content", regChksum="")
    (desk.server.home.vault / "home/rods/file").write_bytes(b"changed")

    assert sha2(b"content") == said(rods.ask(CHECKSUM, data_object(FILE, {})).msg)
    assert sha2(b"changed") == said(rods.ask(CHECKSUM, data_object(FILE, {"forceChksum": ""})).msg)


@pytest.mark.parametrize(
    ("stored", "codes"),
    [
        (b"changed", [Code.USER_CHKSUM_MISMATCH]),
        (b"longer than before", [Code.USER_FILE_SIZE_MISMATCH, Code.USER_CHKSUM_MISMATCH]),
    ],
)
def test_a_verification_reports_and_changes_nothing(rods: Seat, desk: Desk, stored: bytes, codes: list[Code]) -> None:
    """Bytes that differ; a size that differs, and then the bytes as well; nothing to say of a replica that is right."""
    rods.put(FILE, b"content", regChksum="")
    assert 0 == rods.ask(CHECKSUM, data_object(FILE, {"verifyChksum": ""})).status
    (desk.server.home.vault / "home/rods/file").write_bytes(stored)

    reply = rods.ask(CHECKSUM, data_object(FILE, {"verifyChksum": "", "replNum": "0"}))

    assert Code.CHECK_VERIFICATION_RESULTS == reply.status
    assert codes == [report["error_code"] for report in json.loads(said(reply.msg))]
    assert [(sha2(b"content"),)] == rods.rows([415], {403: "= 'file'"})


def test_an_administrator_sets_any_field_of_one_replica_or_of_all(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """By number, by hierarchy, or all."""
    two_replicas(desk, rods, tmp_path)

    assert 0 == modify(rods, MODIFY, "<replNum>1</replNum>", replStatus="2")
    assert {0: 1, 1: 2} == rods.states(FILE)
    assert 0 == modify(rods, MODIFY, "<rescHier>second</rescHier>", replStatus="0")
    assert {0: 1, 1: 0} == rods.states(FILE)
    assert 0 == modify(rods, MODIFY, dataModify="4096", all="")
    assert [("0", "00000004096"), ("1", "00000004096")] == rods.rows([404, 420], {403: "= 'file'"})
    assert Code.SYS_REPLICA_DOES_NOT_EXIST == modify(rods, MODIFY, "<replNum>7</replNum>", replStatus="0")
    assert Code.USER_BAD_KEYWORD_ERR == modify(rods, MODIFY, nonsense="1")


def test_owners_set_what_is_theirs(desk: Desk, rods: Seat) -> None:
    """Comments, but no states; and nobody else does."""
    desk.add_user("alice")
    rods.put(FILE, b"content")

    assert 0 == modify(rods, MODIFY_OWN, dataComments="mine")
    assert [("mine",)] == rods.rows([418], {403: "= 'file'"})
    assert Code.USER_BAD_KEYWORD_ERR == modify(rods, MODIFY_OWN, replStatus="0")
    assert Code.CAT_NO_ACCESS_PERMISSION == modify(desk.seat("alice"), MODIFY_OWN, dataComments="hers")
    assert Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL == modify(desk.seat("alice"), MODIFY, dataComments="hers")


def touch(seat: Seat, path: str, **options: object) -> int:
    return seat.ask(TOUCH, envelope({"logical_path": path, "options": options})).status


def test_touching_sets_times_and_makes_what_is_missing(rods: Seat) -> None:
    """Objects, collections; by seconds, by the time of something else."""
    assert 0 == touch(rods, f"{HOME}/none", no_create=True)
    assert {} == rods.states(f"{HOME}/none")
    assert 0 == touch(rods, FILE, seconds_since_epoch=1_400_000_000)
    assert {0: 1} == rods.states(FILE)
    rods.mkdir(f"{HOME}/c")
    assert 0 == touch(rods, f"{HOME}/c", reference=FILE)

    assert [("01400000000",)] == rods.rows([420], {403: "= 'file'"})
    assert [("01400000000",)] == rods.rows([509], {501: f"= '{HOME}/c'"})
    assert Code.USER_INCOMPATIBLE_PARAMS == touch(rods, FILE, reference=FILE, seconds_since_epoch=1)
    assert Code.SYS_REPLICA_DOES_NOT_EXIST == touch(rods, FILE, replica_number=3)


def truncate(seat: Seat, size: int, **keywords: str) -> int:
    return seat.ask(TRUNCATE, data_object(FILE, keywords, size=size)).status


def test_a_truncated_replica_is_good_and_the_others_are_not(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """Shorter or longer; the same size changes nothing."""
    two_replicas(desk, rods, tmp_path)

    assert 0 == truncate(rods, 7)
    assert {0: 1, 1: 1} == rods.states(FILE)
    assert 0 == truncate(rods, 3, rescName="second")
    assert {0: 0, 1: 1} == rods.states(FILE)
    assert [("0", "7"), ("1", "3")] == rods.rows([404, 407], {403: "= 'file'"})
    assert Code.UNIX_FILE_TRUNCATE_ERR - 22 == truncate(rods, -1)
    assert {0: 0, 1: 1} == rods.states(FILE)


def test_an_update_refreshes_stale_replicas(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """A good one is left alone, and said so."""
    two_replicas(desk, rods, tmp_path)
    rods.put(FILE, b"newer", forceFlag="")
    assert {0: 1, 1: 0} == rods.states(FILE)

    assert 0 == rods.ask(REPLICATE, data_object(FILE, {"updateRepl": "", "all": ""})).status
    assert {0: 1, 1: 1} == rods.states(FILE)
    assert {b"newer"} == {Path(row[0]).read_bytes() for row in rods.rows([410], {403: "= 'file'"})}
    assert Code.SYS_NOT_ALLOWED == rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"})).status


def copy(seat: Seat, target: str, **keywords: str) -> int:
    inner = data_object(FILE, {}) + data_object(target, keywords)
    return seat.ask(COPY, f"<DataObjCopyInp_PI>{inner}</DataObjCopyInp_PI>").status


def test_a_copy_has_the_bytes_and_a_checksum_if_the_original_has_one(rods: Seat, desk: Desk) -> None:
    """An existing target needs force."""
    rods.put(FILE, b"content", regChksum="")

    assert 0 == copy(rods, f"{HOME}/copy")
    assert [(sha2(b"content"), "7")] == rods.rows([415, 407], {403: "= 'copy'"})
    assert Code.OVERWRITE_WITHOUT_FORCE_FLAG == copy(rods, f"{HOME}/copy")
    assert 0 == copy(rods, f"{HOME}/copy", forceFlag="")
    assert b"content" == (desk.server.home.vault / "home/rods/copy").read_bytes()


def test_a_large_put_and_get_go_over_the_same_connection(rods: Seat) -> None:
    """Clients that expect ports are told that there are none."""
    opened = rods.ask(PUT, data_object(FILE, {}, size=8))
    descriptor = int(re.search(r"<l1descInx>(\d+)", str(opened.msg))[1])  # type: ignore[index]
    rods.on_descriptor(WRITE, descriptor, b"in parts")

    assert {0: 2} == rods.states(FILE)
    assert 0 == rods.ask(COMPLETE, f"<INT_PI><myInt>{descriptor}</myInt></INT_PI>").status
    assert {0: 1} == rods.states(FILE)
    assert b"in parts" == rods.ask(GET, data_object(FILE, {})).bs
    assert Code.SYS_BAD_FILE_DESCRIPTOR == rods.on_descriptor(READ, descriptor).status


@pytest.mark.parametrize(
    ("text", "path"),
    [("/a/b", "/a/b"), ("/a//b/", "/a/b"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/..", "/"), ("/", "/")],
)
def test_paths_are_made_normal(text: str, path: str) -> None:
    """Doubled and trailing slashes, dots."""
    assert path == paths.normal(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("relative", Code.USER_INPUT_PATH_ERR), ("/" + "x" * paths.MAX_PATH, Code.USER_PATH_EXCEEDS_MAX)],
)
def test_paths_that_are_none_are_refused(text: str, code: Code) -> None:
    """Relative, too long."""
    with pytest.raises(IrodsError) as refused:
        paths.normal(text)
    assert code == refused.value.code
