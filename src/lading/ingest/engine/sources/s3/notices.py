"""
What a store's notices of events are about: which objects are to be looked at again, and nothing more.

Notices come at least once and in no order, so that what they say has happened need not be what is there by now: a run
looks. Three forms are read: the store's own, the same wrapped by a topic (SNS), and that of an event bus (EventBridge).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from lading.ingest.engine.sources.s3 import keys
from lading.ingest.engine.sources.s3.location import LONGEST_KEY, Location

_TEST = "s3:TestEvent"
#: whose records may have keys as they are, and which form it is cannot be told: both are looked at
_PLAIN = "ceph:"


class NotUnderstood(Exception):  # noqa: N818 - the answer is to look at everything
    """A message that is no notice of a store."""


def paths_in(body: str, location: Location) -> tuple[str, ...]:
    """
    Return the relative paths that a message is about, none twice; none for what lies elsewhere.

    Raise `NotUnderstood`. An object that lies beside a folder of its name is not found by its notice: the whole run that
    follows finds it.
    """
    try:
        found = [key for bucket, key in _objects(json.loads(body)) if bucket == location.bucket]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotUnderstood(f"no notice of a store: {body:.200}") from error
    below = (key.removeprefix(location.root) for key in found if key.startswith(location.root) and _can_be_one(key))
    return tuple(dict.fromkeys(keys.path_of(key.rstrip("/")) for key in below if key.rstrip("/")))


def _can_be_one(key: str) -> bool:
    """Say whether any object can have that key; to ask a store for another one is an error, of a whole run."""
    try:
        return len(key.encode()) <= LONGEST_KEY
    except UnicodeEncodeError:
        return False


def _objects(message: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever JSON holds
    """Yield bucket and key of each object."""
    if message.get("Event") == _TEST:
        return
    if message.get("Type") == "Notification":
        yield from _objects(json.loads(message["Message"]))
    elif "detail" in message:
        yield message["detail"]["bucket"]["name"], message["detail"]["object"]["key"]
    else:
        for record in message["Records"]:
            bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
            # stores write keys as a form does
            yield bucket, unquote_plus(key)
            if str(record.get("eventSource", "")).startswith(_PLAIN):
                yield bucket, key
