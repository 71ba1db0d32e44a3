"""A command that says the password: run without a shell, once for all, and once more after a refusal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lading.base.cancellation import Unlimited
from lading.base.errors import LoginRefused, PasswordUnavailable, ProfileInvalid
from lading.ingest.engine.destinations.irods.passwords import PasswordCommand
from lading.ingest.engine.destinations.irods.pool import Pool
from lading.ingest.engine.destinations.irods.profile import ZoneProfile
from lading.ingest.engine.destinations.irods.wire import Wire

SECRET = "what-nobody-may-see"


def test_what_is_known_of_the_profile_is_filled_in(tmp_path: Path) -> None:
    """As one word each, whatever a shell would make of it; names that are not known stay."""
    command = PasswordCommand.of([sys.executable, "-c", "import sys; print(sys.argv[1])", "{user}@{host}{other}"],
                                 {"user": "alice", "host": "zone.example"})  # fmt: skip
    assert "alice@zone.example{other}" == command.current()


@pytest.mark.parametrize("user", ["--all", "a b", "a;b", "$(id)"])
def test_a_value_that_a_program_could_misread_is_refused(user: str) -> None:
    """The profile may be somebody else's text."""
    with pytest.raises(ProfileInvalid, match="user"):
        PasswordCommand.of(["say", "{user}"], {"user": user})


def test_it_is_run_once_and_once_more_for_each_refused_password(tmp_path: Path) -> None:
    """Whoever comes late with the same refused password gets what was found for the first."""
    held = tmp_path / "held"
    held.write_text("old\n")
    command = PasswordCommand(("cat", str(held)))
    assert "old" == command.current()
    held.write_text("new\n")
    assert ["old", "new", "new"] == [command.current(), command.renewed("old"), command.renewed("old")]
    assert "new" == command.current()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (f"print('{SECRET}'); raise SystemExit(3)", "ended with 3"),
        (f"print('{SECRET}'); print('{SECRET}')", "did not say one line"),
        ("pass", "did not say one line"),
    ],
)
def test_a_command_that_fails_is_told_without_what_it_said(program: str, reason: str) -> None:
    """The program and how it ended, nothing else."""
    with pytest.raises(PasswordUnavailable, match=reason) as caught:
        PasswordCommand((sys.executable, "-c", program)).current()
    assert SECRET not in str(caught.value)


def test_a_program_that_is_not_there_is_named() -> None:
    """With the system's reason."""
    with pytest.raises(PasswordUnavailable, match="/no/such/program: No such file"):
        PasswordCommand(("/no/such/program",)).current()


def test_a_refused_password_is_not_tried_again_at_once() -> None:
    """Every thread of a process meets it; an account would be locked."""
    tried: list[ZoneProfile] = []

    def refuse(profile: ZoneProfile, _seconds: float) -> Wire:
        tried.append(profile)
        raise LoginRefused("no")

    pool = Pool(ZoneProfile(host="zone.example", port=1247, user="alice", zone="tempZone"), login=refuse)
    for _ in range(3):
        with pytest.raises(LoginRefused, match="no"):
            pool.take(Unlimited(), 1)
    assert 1 == len(tried)
