"""A handler is asked and called within bounds; its nonsense is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from lading.base.errors import AnswerRefused, HookFailed, HookTimedOut
from lading.ingest import Event, Handler, Hook, User
from lading.ingest.engine import answers
from lading.ingest.engine.answers import read
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.values import Operation
from lading.ingest.handlers import Question


class Opened:
    """Stands for a session of the client library."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.closed = False

    def session(self) -> Opened:
        return self

    def close(self) -> None:
        self.closed = True


def hooks(handler: Handler, **more: Any) -> Hooks:
    return Hooks(Calling(handler=handler, **more))


def test_undefined_hooks_are_not_called() -> None:
    """And cost no thread."""
    of = hooks(Handler())
    of.call_hook(Event(hook=Hook.PRE_JOB))

    assert 0 == of.calls
    assert of.ask(Question.DELAY, Event()) is None
    assert not of.defines(*Hook)


def test_all_questions_about_a_file_are_asked_together() -> None:
    """The hierarchy goes before the resource."""

    class Mine(Handler):
        def resource(self, event: Event) -> str:
            return "root"

        def resource_hierarchy(self, event: Event) -> str | None:
            return "root;leaf" if event.path == "a" else None

        def act_as(self, event: Event) -> str:
            return "alice#other"

        def operation(self, event: Event) -> str:
            return "put"

        def max_retries(self, event: Event) -> int:
            return 2

    asked = hooks(Mine()).ask_of_file(Event(path="a"))

    assert ("root;leaf", User("alice", "other"), Operation.PUT, 2) == (
        asked.resource,
        asked.user,
        asked.operation,
        asked.max_retries,
    )
    assert "root" == hooks(Mine()).ask_of_file(Event(path="b")).resource


def test_a_hook_that_raises_says_which_and_what() -> None:
    """With the exception's own words."""

    class Mine(Handler):
        def pre_job(self, event: Event) -> None:
            raise KeyError(event.job)

    with pytest.raises(HookFailed, match="pre_job: KeyError: 'nightly'"):
        hooks(Mine()).call_hook(Event(hook=Hook.PRE_JOB, job="nightly"))


def test_the_time_limit_is_the_handlers_for_this_path() -> None:
    """Without an answer the job's."""

    class Slow(Handler):
        def timeout(self, event: Event) -> float | None:
            return 0.1 if event.path == "hasty" else None

        def skip(self, event: Event) -> None:
            time.sleep(0.3)

    of = hooks(Slow())

    assert of.ask_of_file(Event(path="patient")).skip is None
    with pytest.raises(HookTimedOut, match="longer than"):
        of.ask_of_file(Event(path="hasty"))


def test_a_session_is_opened_once_used_and_used_again() -> None:
    """As the user of the path; it ends with the work."""
    lent: list[Opened] = []

    def lend(user: User | None) -> Opened:
        lent.append(Opened(user))
        return lent[-1]

    class Mine(Handler):
        def post_data_object_create(self, event: Event) -> None:
            if event.path != "without":
                assert event.irods() is event.irods()

    of = hooks(Mine(), lend=lend)
    for path, user in (("without", None), ("a", None), ("b", None), ("c", User("alice"))):
        of.call_hook(Event(hook=Hook.POST_DATA_OBJECT_CREATE, path=path, user=user))
    of.close()

    assert [(None, True), (User("alice"), True)] == [(one.user, one.closed) for one in lent]


def test_a_session_in_use_is_closed_when_its_time_is_up() -> None:
    """The call may wait for the zone: it gets an error then."""
    lent = Opened(None)

    class Mine(Handler):
        def pre_job(self, event: Event) -> None:
            event.irods()
            time.sleep(1)

    with pytest.raises(HookTimedOut):
        hooks(Mine(), lend=lambda _user: lent, timeout=0.1).call_hook(Event(hook=Hook.PRE_JOB))

    assert lent.closed


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Question.OPERATION, "put-everything"),
        (Question.OPERATION, 3),
        (Question.TARGET_PATH, "relative"),
        (Question.TARGET_PATH, ""),
        (Question.RESOURCE, "root;leaf"),
        (Question.RESOURCE, True),
        (Question.RESOURCE_HIERARCHY, "root;;leaf"),
        (Question.ACT_AS, ("alice",)),
        (Question.ACT_AS, "#zone"),
        (Question.MAX_RETRIES, -1),
        (Question.MAX_RETRIES, True),
        (Question.MAX_RETRIES, 1.5),
        (Question.DELAY, float("nan")),
        (Question.DELAY, float("inf")),
        (Question.DELAY, "soon"),
        (Question.TIMEOUT, 0),
        (Question.SKIP, True),
        (Question.NAME_MAP, "abc"),
        (Question.NAME_MAP, [("a", 1)]),
        (Question.DELETE_MODE, 0),
    ],
)
def test_nonsense_is_refused(question: Question, answer: object) -> None:
    """The message has the question and the answer."""
    with pytest.raises(AnswerRefused, match=question.value):
        read(question, answer)


@pytest.mark.parametrize(
    ("question", "answer", "means"),
    [
        (Question.OPERATION, Operation.PUT, Operation.PUT),
        (Question.OPERATION, None, None),
        (Question.ACT_AS, User("alice"), User("alice")),
        (Question.ACT_AS, ("alice", "zone"), User("alice", "zone")),
        (Question.MAX_RETRIES, 0, 0),
        (Question.DELAY, 0, 0.0),
        (Question.TIMEOUT, 1.5, 1.5),
        (Question.NAME_MAP, {"a": "b"}, [("a", "b")]),
        (Question.DELETE_MODE, Operation.PUT, "put"),
        (Question.SKIP, "too old", "too old"),
    ],
)
def test_each_question_has_its_reading(question: Question, answer: object, means: object) -> None:
    """None is always: as the job says."""
    assert means == answers.read(question, answer)
