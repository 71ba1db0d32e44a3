"""Trees of resources."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.zone.codes import Code
from lading.zone.registry import IrodsError
from lading.zone.resources import Resource, Tree
from tests.unit.zone.desk import HOME, UNLINK, Desk, Seat, data_object

FILE = f"{HOME}/file"
REPLICATE, TRIM, CHECKSUM = 695, 632, 629


def resource(
    number: int, name: str, kind: str = "unixfilesystem", parent: int | None = None, status: str = ""
) -> Resource:
    return Resource(id=number, name=name, type=kind, vault=f"/v/{name}", status=status, context="", parent=parent)


def tree(*resources: Resource) -> Tree:
    return Tree({one.id: one for one in resources})


def test_a_hierarchy_names_every_resource_from_the_root_down() -> None:
    """Semicolons between them."""
    deep = tree(resource(1, "root", "passthru"), resource(2, "mid", "random", 1), resource(3, "leaf", parent=2))

    assert "root;mid;leaf" == deep.leaf_names[3]
    assert "leaf" == deep.leaf_for_create(deep.root("root")).name


def test_a_child_is_not_named_by_a_request() -> None:
    """Only roots are."""
    two = tree(resource(1, "root", "passthru"), resource(2, "leaf", parent=1))

    with pytest.raises(IrodsError) as refused:
        two.root("leaf")
    assert Code.DIRECT_CHILD_ACCESS == refused.value.code


@pytest.mark.parametrize(
    ("resources", "code"),
    [
        ((resource(1, "root", status="down"),), Code.SYS_RESC_IS_DOWN),
        ((resource(1, "root", "passthru"),), Code.NO_NEXT_RESC_FOUND),
        ((resource(1, "root", "random"), resource(2, "leaf", parent=1, status="down")), Code.NO_NEXT_RESC_FOUND),
    ],
)
def test_where_nothing_can_lie_the_reason_is_said(resources: tuple[Resource, ...], code: Code) -> None:
    """Out of service, or without a child in service."""
    with pytest.raises(IrodsError) as refused:
        tree(*resources).leaf_for_create(resources[0])
    assert code == refused.value.code


def test_a_replication_resource_keeps_a_copy_on_every_child(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """New objects and overwritten ones."""
    desk.add_resource("both", kind="replication")
    for name in ("left", "right"):
        desk.add_resource(name, tmp_path / name, parent="both")

    assert 0 == rods.put(FILE, b"one", destRescName="both")
    assert {0: 1, 1: 1} == rods.states(FILE)
    assert 0 == rods.put(FILE, b"two", destRescName="both", forceFlag="")
    assert {0: 1, 1: 1} == rods.states(FILE)
    assert {b"two"} == {Path(row[0]).read_bytes() for row in rods.rows([410], {403: "= 'file'"})}


def test_a_put_to_a_place_without_a_replica_is_a_hierarchy_error(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """Overwriting never adds a replica elsewhere."""
    desk.add_resource("second", tmp_path / "second")
    rods.put(FILE, b"one")

    assert Code.HIERARCHY_ERROR == rods.put(FILE, b"two", destRescName="second", forceFlag="")
    assert {0: 1} == rods.states(FILE)


def test_trimming_never_takes_the_last_good_replica(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """By number, as far as the wanted copies allow."""
    desk.add_resource("second", tmp_path / "second")
    rods.put(FILE, b"one")
    rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"}))

    assert (
        0 == rods.ask(TRIM, data_object(FILE, {"replNum": "1"})).status
    )  # two are kept unless another number is named
    assert {0: 1, 1: 1} == rods.states(FILE)
    assert 1 == rods.ask(TRIM, data_object(FILE, {"replNum": "0", "copies": "1"})).status
    assert {1: 1} == rods.states(FILE)
    assert 0 == rods.ask(TRIM, data_object(FILE, {"replNum": "1", "copies": "1"})).status
    assert {1: 1} == rods.states(FILE)


def test_trimming_leaves_no_object_of_stale_replicas_only(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """The one that is good stays although another one would be left."""
    desk.add_resource("second", tmp_path / "second")
    rods.put(FILE, b"one")
    rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"}))
    rods.put(FILE, b"two", forceFlag="")
    assert {0: 1, 1: 0} == rods.states(FILE)

    assert Code.USER_INCOMPATIBLE_PARAMS == rods.ask(TRIM, data_object(FILE, {"replNum": "0", "copies": "1"})).status
    assert 1 == rods.ask(TRIM, data_object(FILE, {"replNum": "1", "copies": "1"})).status
    assert {0: 1} == rods.states(FILE)


def test_a_removal_takes_all_replicas_whatever_number_it_names(desk: Desk, rods: Seat, tmp_path: Path) -> None:
    """As servers from 4.3 on: they do not read the number there."""
    desk.add_resource("second", tmp_path / "second")
    rods.put(FILE, b"one")
    rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"}))

    assert 0 == rods.ask(UNLINK, data_object(FILE, {"replNum": "1"}, operation=26)).status
    assert {} == rods.states(FILE)


def test_an_administrator_rules_over_the_replicas_of_others_only_when_saying_so(desk: Desk, rods: Seat) -> None:
    """And nobody else does by saying so."""
    desk.add_user("alice")
    alice = desk.seat("alice")
    path = "/tempZone/home/alice/file"
    alice.put(path, b"x")
    rods.put(FILE, b"x")

    assert Code.CAT_NO_ACCESS_PERMISSION == rods.ask(CHECKSUM, data_object(path, {})).status
    assert 0 == rods.ask(CHECKSUM, data_object(path, {"irodsAdmin": ""})).status
    refused = alice.ask(CHECKSUM, data_object(FILE, {"irodsAdmin": ""})).status
    assert Code.CAT_INSUFFICIENT_PRIVILEGE_LEVEL == refused
