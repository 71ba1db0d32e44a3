"""Each code becomes the error that says what can be done."""

from __future__ import annotations

import pytest

from lading.base.errors import (
    AccessDenied,
    ChecksumMismatch,
    LadingError,
    ObjectExists,
    ObjectLocked,
    ObjectMissing,
    Refused,
    TargetFull,
    ZoneUnreachable,
)
from lading.ingest.engine.destinations.irods.codes import error_of, name_of, nominal, refuses_login


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-818000, AccessDenied),
        (-830000, AccessDenied),
        (-13000, AccessDenied),
        (-814000, ObjectMissing),
        (-310000, ObjectMissing),
        (-808000, ObjectMissing),
        (-312000, ObjectExists),
        (-314000, ChecksumMismatch),
        (-401000, ChecksumMismatch),
        (-405000, ObjectLocked),
        (-406000, ObjectLocked),
        (-1803000, ObjectLocked),
        (-110000, TargetFull),
        (-186000, TargetFull),
        (-513028, TargetFull),
        (-511122, TargetFull),
        (-105000, ZoneUnreachable),
        (-513005, Refused),
        (-827000, Refused),
        (-903000, Refused),
        (-42, Refused),
    ],
)
def test_a_code_becomes_the_error_by_its_remedy(code: int, kind: type[LadingError]) -> None:
    """The class is exactly the one of the table, and the message has path and code."""
    error = error_of(code, "/zone/file", "the server's words")
    assert kind is type(error)
    assert "/zone/file" in str(error)
    assert str(code) in str(error)
    assert "the server's words" in str(error)


def test_an_unknown_code_keeps_its_number() -> None:
    """So that a person can look it up."""
    error = error_of(-777123, "/zone/file")
    assert isinstance(error, Refused)
    assert -777123 == error.irods_code


def test_a_mismatch_says_that_a_stale_replica_stays() -> None:
    """And what repairs it."""
    assert "REPLACE" in error_of(-314000, "/zone/file").hint


@pytest.mark.parametrize(("code", "rounded"), [(-513028, -513000), (-513000, -513000), (-808999, -808000), (-1, 0)])
def test_the_errno_is_cut_off(code: int, rounded: int) -> None:
    """The last three digits are the operating system's."""
    assert rounded == nominal(code)


@pytest.mark.parametrize("code", [-826000, -827000, -840000, -993000])
def test_wrong_credentials_refuse_the_login(code: int) -> None:
    """Asking again would not help."""
    assert refuses_login(code)
    assert name_of(code)


def test_a_server_without_its_database_does_not_refuse_the_login() -> None:
    """It may work in a while."""
    assert not refuses_login(-803000)
