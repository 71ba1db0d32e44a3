"""Why a decision is refused. Nothing is changed then; the codes are promised."""

from __future__ import annotations

from lading.base.errors import UsageError


class DecisionRefused(UsageError):  # noqa: N818 - the tree is named by the remedy
    """A decision cannot be carried out."""

    code = "CV_DECISION_REFUSED"


class BaseChanged(DecisionRefused):
    """The suggestion was made for another version of the resume."""

    code = "CV_BASE_CHANGED"


class SuggestionStale(DecisionRefused):
    """The text at the place is not the one that the suggestion was made for."""

    code = "CV_SUGGESTION_STALE"


class SuggestionUnknown(DecisionRefused):
    """No such suggestion was made."""

    code = "CV_SUGGESTION_UNKNOWN"


class SuggestionsConflict(DecisionRefused):
    """Two accepted suggestions change the same text, or one suggestion was decided twice."""

    code = "CV_SUGGESTIONS_CONFLICT"


class AnswerNeeded(DecisionRefused):
    """A question cannot be accepted; it wants an answer in the person's words."""

    code = "CV_ANSWER_NEEDED"


class AnswerUnreadable(DecisionRefused):
    """The typed text is empty, or no date where a date belongs."""

    code = "CV_ANSWER_UNREADABLE"


class SuggestionBlocked(DecisionRefused):
    """The suggestion states a fact that the person never told; it can be edited, not accepted."""

    code = "CV_SUGGESTION_BLOCKED"
