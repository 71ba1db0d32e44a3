"""
What goes wrong with stored CVs and their reviews.

No sentence here holds a word of a document: they go to logs and to the reasons of runs.
"""

from __future__ import annotations

from datetime import timedelta

from lading.base.errors import LadingError, RetryLater, SkipFile, UsageError


class NotFound(UsageError):  # noqa: N818 - the tree is named by the remedy
    """There is no such thing, or it is somebody else's: nobody is told which."""

    code = "CV_NOT_FOUND"


class NotReady(UsageError):  # noqa: N818 - as above
    """What is asked for was not made yet, or could not be."""

    code = "CV_NOT_READY"


class WebhookRefused(UsageError):  # noqa: N818 - as above
    """Nothing is sent to this address: it is none of the internet by https, and nobody listed it."""

    code = "CV_WEBHOOK_REFUSED"


class QuotaSpent(RetryLater):
    """One person has done so much in this time as one person may."""

    code = "CV_QUOTA_SPENT"

    def __init__(self, message: str, *, retry_after: timedelta, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ModelBusy(RetryLater):
    """The limits of the endpoint are reached, or another review asks the same just now."""

    code = "CV_MODEL_BUSY"

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BudgetSpent(SkipFile):
    """The tokens of this review, or of this person's day, are spent."""

    code = "CV_MODEL_BUDGET_SPENT"


class CallLost(SkipFile):
    """The worker died while the model was asked: nobody knows whether it was charged, so it is not asked again by itself."""

    code = "CV_MODEL_CALL_LOST"


class EndpointResting(SkipFile):
    """The endpoint failed several times in a row and is left alone for a while."""

    code = "CV_MODEL_RESTING"


class StepFailed(SkipFile):
    """A step of a review met what nobody foresaw; the log has the place in the program, never a text."""

    code = "CV_STEP_FAILED"


def without_words(error: LadingError) -> LadingError:
    """
    Return an error of the same kind that says nothing but what its class says.

    An endpoint may repeat what it was sent, and a reader what it read. Those of this module stay as they are.
    """
    if type(error).__module__ == __name__:
        return error
    plain = LadingError.__new__(type(error))
    LadingError.__init__(plain, " ".join((type(error).__doc__ or "").split()).rstrip("."))
    plain.retry_after = error.retry_after
    return plain
