"""Collections, trash, renaming."""

from __future__ import annotations

from pathlib import Path

from lading.zone.codes import Code
from tests.unit.zone.desk import HOME, MKDIR, RMDIR, UNLINK, Desk, Seat, data_object, pairs

RENAME = 627
TRASH = "/tempZone/trash/home/rods"


def rmdir(seat: Seat, path: str, **keywords: str) -> int:
    return seat.ask(RMDIR, f"<C_PI><collName>{path}</collName>{pairs(keywords)}</C_PI>").status


def move(seat: Seat, source: str, target: str) -> int:
    inner = data_object(source, {}) + data_object(target, {})
    return seat.ask(RENAME, f"<DataObjCopyInp_PI>{inner}</DataObjCopyInp_PI>").status


def physical(seat: Seat, name: str) -> Path:
    return Path(seat.rows([410], {403: f"= '{name}'"})[0][0])


def test_a_collection_is_made_once_unless_parents_are_asked_for(rods: Seat) -> None:
    """`recursiveOpr` makes what is missing and minds nothing."""
    assert Code.CAT_UNKNOWN_COLLECTION == rods.mkdir(f"{HOME}/a/b")
    assert 0 == rods.mkdir(f"{HOME}/a/b", recursiveOpr="")
    assert Code.CATALOG_ALREADY_HAS_ITEM_BY_THAT_NAME == rods.mkdir(f"{HOME}/a")
    assert 0 == rods.mkdir(f"{HOME}/a", recursiveOpr="")


def test_a_full_collection_goes_only_when_asked_to_go_with_its_content(rods: Seat) -> None:
    """With force its files leave the vault, and its empty folders."""
    rods.mkdir(f"{HOME}/a")
    rods.put(f"{HOME}/a/f", b"x")
    stored = physical(rods, "f")

    assert Code.CAT_COLLECTION_NOT_EMPTY == rmdir(rods, f"{HOME}/a")
    assert 0 == rmdir(rods, f"{HOME}/a", recursiveOpr="", forceFlag="")
    assert not stored.parent.exists()
    assert [] == rods.rows([500], {501: f"= '{HOME}/a'"})


def test_unlink_without_force_moves_to_the_trash_and_the_second_one_gets_another_name(rods: Seat) -> None:
    """The file follows its object."""
    for _ in range(2):
        rods.put(f"{HOME}/f", b"x")
        assert 0 == rods.ask(UNLINK, data_object(f"{HOME}/f", {})).status

    found = sorted(row[0] for row in rods.rows([403], {501: f"= '{TRASH}'"}))
    assert "f" == found[0]
    assert found[1].startswith("f.")
    assert b"x" == physical(rods, "f").read_bytes()


def test_a_renamed_collection_takes_all_below_it_along(rods: Seat) -> None:
    """Logical paths and files."""
    rods.mkdir(f"{HOME}/a/b", recursiveOpr="")
    rods.put(f"{HOME}/a/b/f", b"x")

    assert 0 == move(rods, f"{HOME}/a", f"{HOME}/z")
    assert {0: 1} == rods.states(f"{HOME}/z/b/f")
    assert str(physical(rods, "f")).endswith("/home/rods/z/b/f")
    assert b"x" == physical(rods, "f").read_bytes()


def test_a_name_with_wildcards_takes_no_stranger_along(rods: Seat) -> None:
    """`a_` is no pattern."""
    for name in ("a_", "ab"):
        rods.mkdir(f"{HOME}/{name}/sub", recursiveOpr="")

    assert 0 == move(rods, f"{HOME}/a_", f"{HOME}/moved")
    assert 1 == len(rods.rows([500], {501: f"= '{HOME}/ab/sub'"}))


def test_nothing_is_renamed_onto_something(rods: Seat) -> None:
    """Objects and collections have a code of their own."""
    for name in ("f", "g"):
        rods.put(f"{HOME}/{name}", b"x")
    rods.mkdir(f"{HOME}/c")

    assert Code.CAT_NAME_EXISTS_AS_DATAOBJ == move(rods, f"{HOME}/f", f"{HOME}/g")
    assert Code.CAT_NAME_EXISTS_AS_COLLECTION == move(rods, f"{HOME}/f", f"{HOME}/c")
    assert Code.CAT_RECURSIVE_MOVE == move(rods, f"{HOME}/c", f"{HOME}/c/d")


def test_what_lies_in_another_home_keeps_the_name_of_that_home_in_the_trash(desk: Desk, rods: Seat) -> None:
    """Only the own home is left out of a path, as servers do."""
    desk.add_user("alice")
    with desk.catalog.write() as database:
        (coll,) = database.execute(
            "SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = '/tempZone/home/alice'"
        ).fetchone()
        database.execute(
            "INSERT INTO R_OBJT_ACCESS SELECT ?, user_id, 1200, '', '' FROM R_USER_MAIN WHERE user_name = 'rods'",
            (coll,),
        )
    rods.put("/tempZone/home/alice/f", b"x")

    assert 0 == rods.ask(UNLINK, data_object("/tempZone/home/alice/f", {})).status
    assert {0: 1} == rods.states(f"{TRASH}/alice/f")


def test_the_collections_of_the_zone_stay(rods: Seat) -> None:
    """Not even with force."""
    assert Code.SYS_NOT_ALLOWED == rmdir(rods, "/tempZone/home", recursiveOpr="", forceFlag="")


def test_children_of_an_inheriting_collection_get_its_access_list(desk: Desk, rods: Seat) -> None:
    """Objects and collections, and the flag goes on to the collections."""
    alice = desk.add_user("alice")
    rods.mkdir(f"{HOME}/shared")
    with desk.catalog.write() as database:
        coll = database.execute("SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = ?", (f"{HOME}/shared",)).fetchone()
        database.execute("UPDATE R_COLL_MAIN SET coll_inheritance = '1' WHERE coll_id = ?", coll)
        database.execute("INSERT INTO R_OBJT_ACCESS VALUES (?, ?, 1050, '', '')", (*coll, alice))

    rods.mkdir(f"{HOME}/shared/sub")
    rods.put(f"{HOME}/shared/sub/f", b"x")

    assert [("f",)] == desk.seat("alice").rows([403], {403: "= 'f'"})


def test_others_see_neither_object_nor_collection(desk: Desk, rods: Seat) -> None:
    """No permission looks like no object."""
    desk.add_user("alice")
    rods.mkdir(f"{HOME}/private")
    rods.put(f"{HOME}/f", b"x")
    alice = desk.seat("alice")

    assert [] == alice.rows([403], {403: "= 'f'"})
    assert [] == alice.rows([501], {501: f"= '{HOME}/private'"})
    assert Code.CAT_NO_ACCESS_PERMISSION == alice.ask(MKDIR, f"<C_PI><collName>{HOME}/x</collName></C_PI>").status
    assert Code.CAT_NO_ACCESS_PERMISSION == alice.open(f"{HOME}/f")
