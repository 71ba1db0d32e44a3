"""The parts of the replay that could be wrong on both sides are checked against known answers."""

from __future__ import annotations

import pytest

from lading.zone.passwords import reveal_changed, reveal_first, temporary
from tests.contract.zone import client, normal

#: taken from a recording: challenge, password and the digest that the real server accepted
RECORDED_LOGIN = (
    "f828c3d81e0f521083e5b82f3e15fc7cda46085bc451ace3ac6e9c766cfc4399",
    "rods",
    "EtRfchaWtEaGsirLYr5UGA==",
)


def test_the_digest_is_the_one_that_the_real_server_accepted() -> None:
    """The replay's login is no invention."""
    challenge, password, accepted = RECORDED_LOGIN

    assert accepted == client.digest(challenge, password)


@pytest.mark.parametrize("password", ["abc", "with space & <signs>", "x" * 24, "x" * 25, "x" * 42])
def test_the_zone_reveals_what_a_client_hid(password: str) -> None:
    """Short passwords come with filler, long ones without."""
    hidden = client.hide_password(password, "own password", "0123456789abcdef")

    assert password == reveal_changed(hidden, own_password="own password", signature="0123456789abcdef")
    assert password == client.show_password(hidden, "own password", "0123456789abcdef")


def test_the_password_of_a_new_user_is_the_recorded_one() -> None:
    """A group administrator's own password is the key."""
    recorded = '.%RDG()YL"o+6EQmvKH4$T%jcMMoU"3A#/$N,So4'

    assert "newPassword" == reveal_first(recorded, own_password="my-gpadmin-passw")
    assert "newPassword" == client.show_first_password(recorded, "my-gpadmin-passw")


def test_both_sides_make_the_same_temporary_password() -> None:
    """The text of the server and the password of who asked make it."""
    assert temporary("4f2a", "secret") == client.temporary_password("4f2a", "secret")


def test_ids_stay_one_to_one() -> None:
    """Two ids of the recording never mean one id of the zone."""
    ids = normal.Ids()

    assert ids.same("10010", "20010")
    assert not ids.same("10011", "20010")
    assert not ids.same("10010", "20011")


def test_rows_in_another_order_are_the_same_unless_the_query_ordered_them() -> None:
    """A server promises no order that nobody asked for."""
    recorded = normal.Table((501,), [("/a",), ("/b",)], 0, "0")
    ours = normal.Table((501,), [("/b",), ("/a",)], 0, "0")

    assert [] == normal.differing_tables(recorded, ours, normal.Ids(), ordered=False, blank=normal.blank)
    assert [] != normal.differing_tables(recorded, ours, normal.Ids(), ordered=True, blank=normal.blank)


def test_a_different_value_is_found() -> None:
    """The comparison can fail."""
    recorded = normal.Table((403, 407), [("file", "5")], 0, "0")
    ours = normal.Table((403, 407), [("file", "6")], 0, "0")

    found = normal.differing_tables(recorded, ours, normal.Ids(), ordered=False, blank=normal.blank)

    assert ["column 407: '5' != '6'"] == found
