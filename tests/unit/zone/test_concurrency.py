"""Several connections on the same few objects."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from lading.zone import vault
from lading.zone.codes import Code
from lading.zone.moving import Relocation
from lading.zone.replicas import replicas
from tests.unit.zone.desk import CLOSE, HOME, O_CREAT, O_RDWR, O_TRUNC, UNLINK, WRITE, Desk, Seat, data_object, sha2
from tests.unit.zone.test_collections import move

#: what one of several may be told: somebody else was quicker, or is at it
FAIR = {
    0,
    int(Code.INTERMEDIATE_REPLICA_ACCESS),
    int(Code.LOCKED_DATA_OBJECT_ACCESS),
    int(Code.CAT_NO_ROWS_FOUND),
    int(Code.CAT_UNKNOWN_FILE),
    int(Code.CAT_NAME_EXISTS_AS_DATAOBJ),
    int(Code.SAME_SRC_DEST_PATHS_ERR),
}


def something(seat: Seat, chance: random.Random) -> int:
    """Put, stream, move or remove one of three objects; return the status."""
    path, other = (f"{HOME}/{chance.choice('abc')}" for _ in range(2))
    data = chance.randbytes(chance.randrange(1, 5000))
    match chance.randrange(5):
        case 0 | 1:
            return seat.put(path, data, forceFlag="", verifyChksum=sha2(data))
        case 2:
            return seat.ask(UNLINK, data_object(path, {"forceFlag": ""} if chance.random() < 0.5 else {})).status
        case 3:
            return move(seat, path, other)
        case _:
            descriptor = seat.open(path, O_RDWR | O_CREAT | O_TRUNC, regChksum="")
            if descriptor < 0:
                return descriptor
            seat.on_descriptor(WRITE, descriptor, data)
            return seat.on_descriptor(CLOSE, descriptor).status


def test_whatever_they_do_catalogue_and_vault_agree_afterwards(desk: Desk) -> None:
    """Every row is good and names a file of its size and checksum; every file has a row."""
    statuses: Counter[int] = Counter()

    def work(number: int) -> None:
        seat, chance = desk.seat(), random.Random(number)
        statuses.update(something(seat, chance) for _ in range(60))
        desk.catalog.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= FAIR
    rows = desk.catalog.read().execute("SELECT data_is_dirty, data_size, data_path, data_checksum FROM R_DATA_MAIN")
    named = set()
    for state, size, physical, checksum in rows:
        stored = Path(physical).read_bytes()
        named.add(physical)
        assert (1, len(stored)) == (state, size)
        assert checksum in {"", sha2(stored)}
    assert named == {str(path) for path in desk.server.home.vault.rglob("*") if path.is_file()}


def test_an_error_in_a_renaming_leaves_every_file_under_its_old_name(desk: Desk, rods: Seat) -> None:
    """The new names are taken back with the rows."""
    rods.put(f"{HOME}/file", b"content")
    found = replicas(desk.catalog.read(), f"{HOME}/file")

    def interrupted() -> None:
        with desk.catalog.write() as database, Relocation(desk.server.zone) as relocation:
            relocation.follow(database, found, f"{HOME}/new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    files = {path.name: path.read_bytes() for path in desk.server.home.vault.rglob("*") if path.is_file()}
    assert {"file": b"content"} == files
    assert found == replicas(desk.catalog.read(), f"{HOME}/file")


def test_a_folder_that_is_tidied_away_meanwhile_is_made_again(tmp_path: Path) -> None:
    """Files are created and linked although somebody else removes the empty folder all the time."""
    folder, over = tmp_path / "vault" / "home" / "x", threading.Event()

    def tidying() -> None:
        while not over.wait(0.001):
            vault.tidy(str(folder), str(tmp_path / "vault"))

    tidier = threading.Thread(target=tidying)
    tidier.start()
    try:
        for number in range(1500):
            descriptor, path = vault.create(str(folder / f"{number}"))
            os.close(descriptor)
            kept = vault.link(path, str(tmp_path / "vault" / "home" / "y" / f"{number}"))
            vault.remove(path)
            vault.remove(kept)
    finally:
        over.set()
        tidier.join()
