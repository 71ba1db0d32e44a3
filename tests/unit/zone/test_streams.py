"""Open replicas: locks, tokens, and what stays after a writer is gone."""

from __future__ import annotations

import pytest

from lading.zone.codes import Code
from tests.unit.zone.desk import (
    CLOSE,
    HOME,
    O_CREAT,
    O_RDWR,
    O_TRUNC,
    READ,
    UNLINK,
    WRITE,
    Desk,
    Seat,
    data_object,
    envelope,
    opened,
    sha2,
)

FILE = f"{HOME}/file"
NEW = O_RDWR | O_CREAT | O_TRUNC
INFO, REPLICA_CLOSE, REPLICATE = 20000, 20004, 695


def test_a_replica_is_intermediate_until_it_is_closed(rods: Seat) -> None:
    """Size and state change at close, not at write."""
    descriptor = rods.open(FILE, NEW)
    rods.on_descriptor(WRITE, descriptor, b"hello")

    assert {0: 2} == rods.states(FILE)
    assert [("0",)] == rods.rows([407], {403: "= 'file'"})
    assert 0 == rods.on_descriptor(CLOSE, descriptor).status
    assert {0: 1} == rods.states(FILE)
    assert [("5",)] == rods.rows([407], {403: "= 'file'"})


@pytest.mark.parametrize("flags", [0, O_RDWR])
def test_nobody_else_opens_what_is_being_written(desk: Desk, rods: Seat, flags: int) -> None:
    """Neither for reading nor for writing."""
    rods.open(FILE, NEW)

    assert Code.INTERMEDIATE_REPLICA_ACCESS == desk.seat().open(FILE, flags)


def test_nobody_removes_what_is_being_written(desk: Desk, rods: Seat) -> None:
    """The lock holds against unlink too."""
    rods.open(FILE, NEW)

    reply = desk.seat().ask(UNLINK, data_object(FILE, {"forceFlag": ""}))

    assert Code.INTERMEDIATE_REPLICA_ACCESS == reply.status


def test_a_writer_that_vanishes_leaves_a_stale_replica_and_no_lock(desk: Desk, rods: Seat) -> None:
    """The next writer with force repairs it."""
    descriptor = rods.open(FILE, NEW)
    rods.on_descriptor(WRITE, descriptor, b"half")
    rods.leave()

    assert {0: 0} == desk.seat().states(FILE)
    assert 0 == desk.seat().put(FILE, b"whole", forceFlag="")
    assert {0: 1} == desk.seat().states(FILE)


def test_with_the_token_several_connections_write_one_replica(desk: Desk, rods: Seat) -> None:
    """The joined ones close without recording; the holder's close records all."""
    descriptor = rods.open(FILE, NEW)
    told = opened(rods.ask(INFO, envelope({"fd": descriptor})))
    second = desk.seat()
    joined = second.open(FILE, O_RDWR, replicaToken=str(told["replica_token"]), resc_hier="demoResc")
    second.ask(674, f"<L_PI><l1descInx>{joined}</l1descInx><whence>0</whence><offset>4</offset></L_PI>")
    second.on_descriptor(WRITE, joined, b"s\n")
    rods.on_descriptor(WRITE, descriptor, b"book")
    unfinished = {"fd": joined, "update_size": False, "update_status": False, "compute_checksum": False}

    assert 0 == second.ask(REPLICA_CLOSE, envelope(unfinished)).status
    assert {0: 2} == rods.states(FILE)
    assert 0 == rods.on_descriptor(CLOSE, descriptor).status
    assert {0: 1} == rods.states(FILE)
    assert b"books\n" == rods.on_descriptor(READ, rods.open(FILE)).bs


def test_a_wrong_token_opens_nothing(desk: Desk, rods: Seat) -> None:
    """A guess is as good as no token."""
    rods.open(FILE, NEW)

    refused = desk.seat().open(FILE, O_RDWR, replicaToken="guess", resc_hier="demoResc")

    assert Code.INTERMEDIATE_REPLICA_ACCESS == refused


def test_the_checksum_asked_for_at_the_open_is_verified_at_the_close(rods: Seat) -> None:
    """A mismatch leaves a stale replica."""
    descriptor = rods.open(FILE, NEW, verifyChksum=sha2(b"right"))
    rods.on_descriptor(WRITE, descriptor, b"wrong")

    assert Code.USER_CHKSUM_MISMATCH == rods.on_descriptor(CLOSE, descriptor).status
    assert {0: 0} == rods.states(FILE)


def test_a_write_stales_the_other_replicas_and_opening_alone_does_not(desk: Desk, rods: Seat, tmp_path: object) -> None:
    """The siblings are write-locked meanwhile."""
    desk.add_resource("second", f"{tmp_path}/second")
    rods.put(FILE, b"old")
    assert 0 == rods.ask(REPLICATE, data_object(FILE, {"destRescName": "second"})).status
    untouched = rods.open(FILE, O_RDWR)
    assert {0: 2, 1: 4} == rods.states(FILE)
    rods.on_descriptor(CLOSE, untouched)
    assert {0: 1, 1: 1} == rods.states(FILE)

    descriptor = rods.open(FILE, O_RDWR)
    rods.on_descriptor(WRITE, descriptor, b"new")
    rods.on_descriptor(CLOSE, descriptor)

    assert {0: 1, 1: 0} == rods.states(FILE)


def test_a_descriptor_that_is_not_open_is_refused(rods: Seat) -> None:
    """Read, write and close say the same."""
    codes = {rods.on_descriptor(number, 9).status for number in (READ, WRITE, CLOSE)}

    assert {int(Code.SYS_BAD_FILE_DESCRIPTOR)} == codes
