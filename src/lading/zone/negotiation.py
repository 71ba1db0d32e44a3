"""What client and server agree on before the login: encryption, or none."""

from __future__ import annotations

from enum import Enum


class Policy(Enum):
    """What one side wants."""

    REFUSE = "CS_NEG_REFUSE"
    DONT_CARE = "CS_NEG_DONT_CARE"
    REQUIRE = "CS_NEG_REQUIRE"


class Agreement(Enum):
    """What comes of two policies."""

    PLAIN = "CS_NEG_USE_TCP"
    ENCRYPTED = "CS_NEG_USE_SSL"
    NONE = "CS_NEG_FAILURE"


def agreement(client: Policy, server: Policy) -> Agreement:
    """
    Say what comes of two policies.

    =========  =========  =========  =========
    client     REFUSE     DONT_CARE  REQUIRE    <- server
    =========  =========  =========  =========
    REFUSE     PLAIN      PLAIN      NONE
    DONT_CARE  PLAIN      ENCRYPTED  ENCRYPTED
    REQUIRE    NONE       ENCRYPTED  ENCRYPTED
    =========  =========  =========  =========
    """
    both = {client, server}
    if Policy.REFUSE not in both:
        return Agreement.ENCRYPTED
    return Agreement.NONE if Policy.REQUIRE in both else Agreement.PLAIN


def answered(result: str, server: Policy) -> Agreement:
    """
    Return what a client's answer comes to: it has done the sum, and a server believes only what can come of its own policy.

    `result` is the text of its message; a client of before 4.1 sends the word alone.
    """
    word = result.rpartition("cs_neg_result_kw=")[2].partition(";")[0].strip()
    possible = {agreement(client, server) for client in Policy} - {Agreement.NONE}
    return next((found for found in possible if found.value == word), Agreement.NONE)
