"""Which error an endpoint's refusal is: decided once, by its status and its words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from lading.base.errors import LadingError
from lading.cv.engine.model import errors

_CONTEXT = re.compile(
    r"context[ _](?:length|window|size)|maximum context|too many tokens|prompt is too long|n_ctx|exceed\w* .{0,40}tokens",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"response_format|json_schema|json_object|structured output|grammar", re.IGNORECASE)
_DECLINED = re.compile(r"content[ _](?:filter|policy|management)|safety", re.IGNORECASE)
_NAMED = re.compile(
    r"model.{0,60}(?:not found|does not exist|unknown|not loaded|invalid)|no such model|invalid model", re.IGNORECASE
)
_QUOTA = re.compile(r"insufficient_quota|billing|payment required", re.IGNORECASE)
#: of an endpoint's own words
_SHOWN = 200
_LONGEST_WAIT = timedelta(hours=1)


def refusal(  # noqa: PLR0911 - one exit for each line of the table
    status: int, headers: Mapping[str, str], body: str, *, now: datetime
) -> LadingError:
    """
    Return the error that an answer other than 200 is.

    ==============  ============================  ===================
    status          words                         error
    ==============  ============================  ===================
    401, 403        any                           `KeyRefused`
    402             any                           `KeyRefused`
    429             of quota                      `KeyRefused`
    429             any other                     `RateLimited`
    408, 409, 5xx   of context                    `ContextTooSmall`
    408, 409, 5xx   any other                     `Unavailable`
    404             any                           `ModelUnknown`
    400, 413, 422   of context                    `ContextTooSmall`
    400, 422        of the model's name           `ModelUnknown`
    400, 422        of a content filter           `Declined`
    any other       any                           `RequestRefused`
    ==============  ============================  ===================
    """
    words = said(body)
    if status in {401, 403, 402} or (status == 429 and _QUOTA.search(words)):  # noqa: PLR2004 - HTTP
        return errors.KeyRefused(
            f"The endpoint refused the key: {words}", hint="Look at cv.model_key and at the account"
        )
    if status == 429:  # noqa: PLR2004 - HTTP
        limited = errors.RateLimited("The endpoint wants fewer requests", hint="It is tried again later")
        limited.retry_after = retry_after(headers, now)
        return limited
    if _CONTEXT.search(words) or status == 413:  # noqa: PLR2004 - HTTP
        return errors.ContextTooSmall(
            f"The section is too long for the model: {words}", hint="Give it a larger context"
        )
    if status in {408, 409, 425} or status >= 500:  # noqa: PLR2004 - HTTP
        down = errors.Unavailable(
            f"The endpoint failed with {status}: {words}", hint="Look whether the model is running"
        )
        down.retry_after = retry_after(headers, now)
        return down
    if status == 404 or _NAMED.search(words):  # noqa: PLR2004 - HTTP
        return errors.ModelUnknown(
            f"The endpoint does not know it: {words}", hint="Look at cv.model_url and cv.model_name"
        )
    if _DECLINED.search(words):
        return errors.Declined(f"The endpoint declined: {words}")
    return errors.RequestRefused(f"The endpoint refused with {status}: {words}", hint="Look at cv.model_url")


def is_about_format(status: int, body: str) -> bool:
    """Say whether the endpoint does not know the way in which JSON is asked for; another one may do."""
    return status in {400, 404, 415, 422, 500, 501} and _FORMAT.search(body) is not None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the endpoint asks to wait: seconds or a date, an hour at most; None where it does not say."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return min(timedelta(seconds=min(float(text), _LONGEST_WAIT.total_seconds())), _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(timedelta(), min(when - now, _LONGEST_WAIT))


def said(body: str) -> str:
    """Return an endpoint's own words, short and on one line."""
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    error = value.get("error", value) if isinstance(value, dict) else body
    if isinstance(error, dict):
        error = " ".join(str(error[key]) for key in ("message", "code", "type") if error.get(key))
    words = " ".join("".join(char if char.isprintable() else " " for char in str(error)).split())
    return words[:_SHOWN] or "no words"
