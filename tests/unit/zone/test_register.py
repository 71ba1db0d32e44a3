"""Registering files where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.zone.codes import Code
from tests.unit.zone.desk import HOME, UNLINK, Desk, Seat, data_object, sha2

REGISTER, BULK = 630, 688


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Return a folder outside of any vault with three files, one of them deeper."""
    folder = tmp_path / "landing"
    (folder / "deep").mkdir(parents=True)
    for name in ("a", "b", "deep/c"):
        (folder / name).write_bytes(name.encode())
    return folder


def register(seat: Seat, logical: str, physical: Path, **keywords: str) -> int:
    return seat.ask(REGISTER, data_object(logical, {"filePath": str(physical), **keywords})).status


def table(columns: dict[int, list[str]]) -> str:
    count = max(map(len, columns.values()))
    packed = "".join(
        f"<SqlResult_PI><attriInx>{number}</attriInx><reslen>64</reslen>"
        + "".join(f"<value>{value}</value>" for value in values)
        + "</SqlResult_PI>"
        for number, values in columns.items()
    )
    return f"<GenQueryOut_PI><rowCnt>{count}</rowCnt><attriCnt>{len(columns)}</attriCnt>{packed}</GenQueryOut_PI>"


def rows(landing: Path, names: list[str], operation: str = "register", **more: str) -> dict[int, list[str]]:
    return {
        403: [f"{HOME}/{name}" for name in names],
        404: ["0"] * len(names),
        406: ["generic"] * len(names),
        407: [more.get("size", "1")] * len(names),
        409: ["demoResc"] * len(names),
        410: [str(landing / name) for name in names],
        415: [more.get("checksum", "")] * len(names),
        421: ["33188"] * len(names),
        423: [more.get("resc_id", "")] * len(names),
        999999: [operation] * len(names),
    }


def test_a_registered_file_stays_where_it_is(rods: Seat, landing: Path) -> None:
    """Its size is looked at; unregistering leaves it there."""
    assert 0 == register(rods, f"{HOME}/a", landing / "a", regChksum="")

    assert [(str(landing / "a"), "1", sha2(b"a"))] == rods.rows([410, 407, 415], {403: "= 'a'"})
    assert 0 == rods.ask(UNLINK, data_object(f"{HOME}/a", {}, operation=26)).status
    assert (landing / "a").exists()


def test_a_second_registration_needs_force_and_records_the_file_again(rods: Seat, landing: Path) -> None:
    """Size and place of the new look count."""
    register(rods, f"{HOME}/a", landing / "a")
    (landing / "a").write_bytes(b"longer")

    assert Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME == register(rods, f"{HOME}/a", landing / "a")
    assert 0 == register(rods, f"{HOME}/a", landing / "a", forceFlag="")
    assert [("6",)] == rods.rows([407], {403: "= 'a'"})


def test_a_folder_is_registered_with_all_below_it(rods: Seat, landing: Path) -> None:
    """Collections are made on the way."""
    assert 0 == register(rods, f"{HOME}/tree", landing, collection="")

    found = rods.rows([501, 403], {501: f"like '{HOME}/tree%'"})
    assert [(f"{HOME}/tree", "a"), (f"{HOME}/tree", "b"), (f"{HOME}/tree/deep", "c")] == found


def test_what_is_not_there_is_not_registered(rods: Seat, landing: Path) -> None:
    """Unless its size is given, which is taken on trust."""
    assert Code.UNIX_FILE_STAT_ERR - 2 == register(rods, f"{HOME}/gone", landing / "gone")
    assert Code.USER_CHKSUM_MISMATCH == register(rods, f"{HOME}/a", landing / "a", verifyChksum=sha2(b"other"))
    assert 0 == register(rods, f"{HOME}/later", landing / "later", dataSize="7")


def test_only_administrators_register(desk: Desk, landing: Path) -> None:
    """A path of the server's disk is not everyone's to name."""
    desk.add_user("alice")

    assert Code.PATH_REG_NOT_ALLOWED == register(desk.seat("alice"), "/tempZone/home/alice/a", landing / "a")


def test_a_bulk_registration_is_one_transaction(rods: Seat, landing: Path) -> None:
    """One name that is taken, and none of the request is there."""
    rods.put(f"{HOME}/b", b"taken")

    assert Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME == rods.ask(BULK, table(rows(landing, ["a", "b"]))).status
    assert [] == rods.rows([403], {403: "= 'a'"})
    assert 0 == rods.ask(BULK, table(rows(landing, ["a", "deep"]))).status
    assert 2 == len(rods.rows([403], {403: "in ('a', 'deep')"}))


def test_a_bulk_modification_sets_size_and_checksum(rods: Seat, landing: Path) -> None:
    """Taken on trust."""
    rods.ask(BULK, table(rows(landing, ["a"])))

    assert 0 == rods.ask(BULK, table(rows(landing, ["a"], "modify", size="9", checksum="sha2:x"))).status
    assert [("9", "sha2:x")] == rods.rows([407, 415], {403: "= 'a'"})


def test_a_bulk_modification_keeps_path_and_a_checksum_that_it_does_not_name(rods: Seat, landing: Path) -> None:
    """The physical path of the row is for the resource only."""
    rods.ask(BULK, table(rows(landing, ["a"], checksum="sha2:x")))

    assert 0 == rods.ask(BULK, table({**rows(landing, ["a"], "modify", size="9"), 410: ["/elsewhere"]})).status
    assert [(str(landing / "a"), "9", "sha2:x")] == rods.rows([410, 407, 415], {403: "= 'a'"})


def test_after_a_bulk_modification_the_replica_is_the_good_one(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """The others are stale; a replication resource makes them good again."""
    desk.add_resource("other", tmp_path / "other")
    rods.put(f"{HOME}/a", b"a")
    rods.ask(695, data_object(f"{HOME}/a", {"destRescName": "other"}))
    assert {0: 1, 1: 1} == rods.states(f"{HOME}/a")

    assert 0 == rods.ask(BULK, table({**rows(tmp_path, ["a"], "modify"), 404: ["1"]})).status
    assert {0: 0, 1: 1} == rods.states(f"{HOME}/a")


def test_a_bulk_modification_needs_the_object_its_replica_and_the_right_to_change_it(desk: Desk, rods: Seat) -> None:
    """One row that cannot be done, and none of the request is."""
    desk.add_user("alice")
    there = rows(Path("/x"), ["a"], "modify", checksum="sha2:x")
    rods.put(f"{HOME}/a", b"a")

    assert Code.CAT_UNKNOWN_FILE == rods.ask(BULK, table(rows(Path("/x"), ["a", "b"], "modify"))).status
    assert Code.SYS_REPLICA_DOES_NOT_EXIST == rods.ask(BULK, table({**there, 404: ["7"]})).status
    assert Code.CAT_NO_ACCESS_PERMISSION == desk.seat("alice").ask(BULK, table(there)).status
    assert [("1", "")] == rods.rows([407, 415], {403: "= 'a'"})


@pytest.mark.parametrize("column", [403, 404, 406, 407, 409, 410, 421, 423, 999999])
def test_a_bulk_request_names_all_its_columns(rods: Seat, landing: Path, column: int) -> None:
    """A server reads none of it otherwise; only checksums may be left out."""
    whole = rows(landing, ["a"])

    assert Code.UNMATCHED_KEY_OR_INDEX == rods.ask(BULK, table({**whole, column: []})).status
    assert 0 == rods.ask(BULK, table({number: values for number, values in whole.items() if number != 415})).status


def tree_of_resources(desk: Desk, tmp_path: Path) -> None:
    """Make `top` above `middle` above the leaf `low`."""
    desk.add_resource("top", kind="random")
    desk.add_resource("middle", kind="random", parent="top")
    desk.add_resource("low", tmp_path / "low", parent="middle")


@pytest.mark.parametrize("resource", ["top", "low"])
def test_a_file_is_registered_at_a_root_or_at_a_leaf(
    desk: Desk, rods: Seat, landing: Path, tmp_path: Path, resource: str
) -> None:
    """Both ways it has the whole hierarchy."""
    tree_of_resources(desk, tmp_path)

    assert 0 == register(rods, f"{HOME}/a", landing / "a", destRescName=resource)
    assert [("top;middle;low",)] == rods.rows([422], {403: "= 'a'"})


def test_nothing_is_registered_in_the_middle_of_a_hierarchy(
    desk: Desk, rods: Seat, landing: Path, tmp_path: Path
) -> None:
    """The request names neither a place nor who chooses one."""
    tree_of_resources(desk, tmp_path)

    assert Code.HIERARCHY_ERROR == register(rods, f"{HOME}/a", landing / "a", destRescName="middle")


def test_a_registration_has_the_time_that_the_request_says(rods: Seat, landing: Path) -> None:
    """The catalogue's time is that of the file; without one it is now."""
    register(rods, f"{HOME}/a", landing / "a", dataModify="01700000000")
    register(rods, f"{HOME}/b", landing / "b")

    times = {row[0]: row[1] for row in rods.rows([403, 420], {501: f"= '{HOME}'"})}
    assert "01700000000" == times["a"]
    assert "01700000000" < times["b"]


@pytest.fixture
def taken(desk: Desk, rods: Seat, tmp_path: Path) -> str:
    """Return the path of an object that has a checksum and a second resource beside it."""
    desk.add_resource("second", tmp_path / "second")
    rods.put(f"{HOME}/a", b"same", verifyChksum=sha2(b"same"))
    return f"{HOME}/a"


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"same", ({}, {0: 1, 1: 1})),
        (b"othr", ({}, {0: 0, 1: 1})),
        (b"more bytes", ({}, {0: 0, 1: 1})),
        (b"same", ({"dataSize": "4"}, {0: 0, 1: 1})),
    ],
)
def test_a_registered_replica_of_other_content_is_the_new_truth(
    rods: Seat, taken: str, tmp_path: Path, data: bytes, outcome: tuple[dict[str, str], dict[int, int]]
) -> None:
    """A copy leaves the others as they are; a file of other size or checksum, or a size in the request, does not."""
    keywords, states = outcome
    (tmp_path / "copy").write_bytes(data)

    assert 0 == register(rods, taken, tmp_path / "copy", destRescName="second", regRepl="", **keywords)
    assert states == rods.states(taken)
    assert (str(len(data)), sha2(data)) in rods.rows([407, 415], {403: "= 'a'", 404: "= '1'"})
