"""What `lading doctor` says about who can read and change what goes over a connection."""

from __future__ import annotations

import pytest

from lading.base.config_tls import Verification
from lading.cli import checks
from lading.cli.checks import Health

WHOLE = Verification(encrypted=True, certificate=True, host=True, signer="/etc/ca.pem")
IN_CLEAR = Verification()


@pytest.mark.parametrize(
    ("host", "found", "health"),
    [
        ("127.0.0.1", IN_CLEAR, Health.GOOD),
        ("localhost", WHOLE, Health.GOOD),
        ("queue.example", WHOLE, Health.GOOD),
        ("queue.example", IN_CLEAR, Health.NOTE),
        ("queue.example", Verification(encrypted=True, certificate=True), Health.NOTE),
        ("queue.example", Verification(encrypted=True), Health.NOTE),
    ],
)
def test_whatever_is_not_verified_of_another_machine_is_noted(host: str, found: Verification, health: Health) -> None:
    """With the way to mend it; on this machine nobody is between."""
    check = checks._trust("broker", host, found, "Use rediss://")
    assert health is check.health
    assert check.detail.startswith(str(found))
    assert (health is Health.NOTE) is ("docs/howto/tls.md" in check.mend)
