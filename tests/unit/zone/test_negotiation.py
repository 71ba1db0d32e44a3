"""What client and server agree on."""

from __future__ import annotations

import pytest

from lading.zone.negotiation import Agreement, Policy, agreement, answered
from lading.zone.state import ZoneSettings

REFUSE, DONT_CARE, REQUIRE = Policy.REFUSE, Policy.DONT_CARE, Policy.REQUIRE
PLAIN, ENCRYPTED, NONE = Agreement.PLAIN, Agreement.ENCRYPTED, Agreement.NONE


@pytest.mark.parametrize(
    ("client", "server", "found"),
    [
        (REFUSE, REFUSE, PLAIN),
        (REFUSE, DONT_CARE, PLAIN),
        (REFUSE, REQUIRE, NONE),
        (DONT_CARE, REFUSE, PLAIN),
        (DONT_CARE, DONT_CARE, ENCRYPTED),
        (DONT_CARE, REQUIRE, ENCRYPTED),
        (REQUIRE, REFUSE, NONE),
        (REQUIRE, DONT_CARE, ENCRYPTED),
        (REQUIRE, REQUIRE, ENCRYPTED),
    ],
)
def test_two_policies_come_to_one_agreement(client: Policy, server: Policy, found: Agreement) -> None:
    """The table of the protocol."""
    assert found is agreement(client, server)


@pytest.mark.parametrize(
    ("server", "believed"),
    [(REFUSE, {PLAIN}), (DONT_CARE, {PLAIN, ENCRYPTED}), (REQUIRE, {ENCRYPTED})],
)
@pytest.mark.parametrize("form", ["cs_neg_result_kw={};", "{}"])
def test_a_client_is_believed_what_can_be(server: Policy, believed: set[Agreement], form: str) -> None:
    """Nobody talks a server that requires TLS out of it."""
    answers = {answered(form.format(word.value), server) for word in Agreement}
    assert believed == answers - {NONE}
    assert NONE is answered("", server)


def test_a_policy_that_may_encrypt_needs_a_certificate() -> None:
    """Said when the settings are made, not at the first client."""
    with pytest.raises(ValueError, match="certificate"):
        ZoneSettings(policy=REQUIRE)
