"""
What goes wrong with a model, by what the caller can do about it.

The codes are promised. Try later: `CV_MODEL_RATE_LIMITED`, `CV_MODEL_UNAVAILABLE`; at once: `CV_MODEL_CUT_OFF`. A person
has to change something: key, name, context size, address. One section cannot be done: the others can.
"""

from __future__ import annotations

from lading.base.errors import AskPerson, RetryLater, RetryNow, SkipFile, UsageError


class RateLimited(RetryLater):
    """The endpoint wants fewer requests; `retry_after` says for how long, where it does."""

    code = "CV_MODEL_RATE_LIMITED"


class Unavailable(RetryLater):
    """The endpoint did not answer, not in time, or with a fault of its own."""

    code = "CV_MODEL_UNAVAILABLE"


class CutOff(RetryNow):
    """The answer broke off in the middle; what had come whole is kept by the caller."""

    code = "CV_MODEL_CUT_OFF"


class KeyRefused(AskPerson):
    """The endpoint wants a key, or refuses the one it got."""

    code = "CV_MODEL_KEY_REFUSED"


class ModelUnknown(AskPerson):
    """The endpoint has no model of this name, or nothing at this address."""

    code = "CV_MODEL_UNKNOWN"


class ContextTooSmall(AskPerson):
    """The model takes fewer words than one section has, or quietly cut off what it was sent."""

    code = "CV_MODEL_CONTEXT_TOO_SMALL"


class RequestRefused(AskPerson):
    """The endpoint does not take requests as they are sent."""

    code = "CV_MODEL_REQUEST_REFUSED"


class ConsentNeeded(AskPerson):
    """Nothing was sent: the person has not agreed yet that their text goes to this address."""

    code = "CV_MODEL_CONSENT_NEEDED"


class Declined(SkipFile):
    """The model does not want to answer to this section."""

    code = "CV_MODEL_DECLINED"


class Malformed(SkipFile):
    """The answer is not what was asked for, also when asked again."""

    code = "CV_MODEL_MALFORMED"


class NotConfigured(UsageError):  # noqa: N818 - the tree is named by the remedy
    """No model is named in the settings."""

    code = "CV_MODEL_NOT_CONFIGURED"
