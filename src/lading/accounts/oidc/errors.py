"""What can go wrong with single sign-on."""

from __future__ import annotations

from lading.base.errors import AskPerson, RetryLater


class SignOnRefused(AskPerson):
    """What came back from the provider proves nobody's identity."""

    code = "SIGN_ON_REFUSED"


class SignOnUnreachable(RetryLater):
    """The provider does not answer, or not as one does."""

    code = "SIGN_ON_UNREACHABLE"
