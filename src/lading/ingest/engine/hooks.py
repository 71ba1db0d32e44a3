"""
Calling a handler: within its time limit, with its errors translated, and its answers read.

======================  ==========================================  ==================
a method                then the path                               code
======================  ==========================================  ==================
raises                  fails (after its retries)                   HOOK_FAILED
takes too long          fails                                       HOOK_TIMED_OUT
returns nonsense        fails                                       HANDLER_ANSWER
a pre-hook: `LeaveOut`  is left out                                 HANDLER_SKIPPED
is not defined          nothing is called, nothing is waited for
======================  ==========================================  ==================
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from lading.base.cancellation import Token, Unlimited
from lading.base.errors import Cancelled, HookFailed, HookTimedOut, LeftOut
from lading.ingest.engine import answers, time_limits
from lading.ingest.engine.values import Operation
from lading.ingest.handlers import Event, Handler, Hook, LeaveOut, Question, User, defines

_LOG = logging.getLogger(__name__)

#: questions about one file, asked together right before it is done
_OF_A_FILE = (
    Question.SKIP,
    Question.OPERATION,
    Question.RESOURCE,
    Question.RESOURCE_HIERARCHY,
    Question.TARGET_PATH,
    Question.ACT_AS,
    Question.MAX_RETRIES,
)


#: hooks before a path is done
_MAY_LEAVE_OUT = frozenset(hook for hook in Hook if hook.value.startswith("pre_")) - {Hook.PRE_JOB}


class Lent(Protocol):
    """A python-irodsclient session."""

    def session(self) -> Any:  # noqa: ANN401 - the library has no types
        """Return the library's session."""

    def close(self) -> None:
        """End it, also while another thread waits on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a handler says of one file; None: as the job says."""

    skip: str | None = None
    operation: Operation | None = None
    #: a root resource, or a whole hierarchy
    resource: str | None = None
    target_path: str | None = None
    user: User | None = None
    max_retries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """Under which a handler is called."""

    handler: Handler | None = None
    token: Token = field(default_factory=Unlimited)
    #: seconds that one call may take where the handler does not say
    timeout: float = 3600.0
    #: opens a session as a user; None: the job's own
    lend: Callable[[User | None], Lent] | None = None


class Hooks:
    """A handler as one piece of work uses it; any number of threads may."""

    def __init__(self, calling: Calling) -> None:
        self._with = calling
        handler = calling.handler
        every: tuple[Hook | Question, ...] = (*Hook, *Question)
        self._defined = frozenset(one for one in every if handler is not None and defines(handler, one))
        self._lock = threading.Lock()
        self._idle: dict[User | None, list[Lent]] = {}
        #: how many hooks were called
        self.calls = 0

    def defines(self, *methods: Hook | Question) -> bool:
        """Say whether the handler has any of these methods."""
        return not self._defined.isdisjoint(methods)

    @property
    def asks_of_files(self) -> bool:
        """Whether the handler is asked anything about single files."""
        return not self._defined.isdisjoint(_OF_A_FILE)

    def ask(self, question: Question, event: Event) -> Any:  # noqa: ANN401 - one type a question
        """Return the answer to one question, None for none; raise `HookFailed`."""
        if question not in self._defined:
            return None
        return answers.read(question, self._called(question, event))

    def ask_of_file(self, event: Event) -> Asked:
        """Return what the handler says of a file; raise `HookFailed`."""
        asked = [question for question in _OF_A_FILE if question in self._defined]
        if not asked:
            return NOTHING
        said = self._guarded("the handler", event, partial(self._all_of, asked))
        found = {question: answers.read(question, answer) for question, answer in said.items()}
        return Asked(
            skip=found.get(Question.SKIP),
            operation=found.get(Question.OPERATION),
            resource=found.get(Question.RESOURCE_HIERARCHY) or found.get(Question.RESOURCE),
            target_path=found.get(Question.TARGET_PATH),
            user=found.get(Question.ACT_AS),
            max_retries=found.get(Question.MAX_RETRIES),
        )

    def call_hook(self, event: Event) -> None:
        """Call the hook that the event names, if the handler has it; raise `HookFailed` or, before a path, `LeftOut`."""
        if event.hook is None or event.hook not in self._defined:
            return
        with self._lock:
            self.calls += 1
        try:
            self._called(event.hook, event)
        except HookFailed as error:
            if isinstance(error.__cause__, LeaveOut) and event.hook in _MAY_LEAVE_OUT:
                raise LeftOut(str(error.__cause__) or "the handler leaves it out") from error
            raise

    def close(self) -> None:
        """End the sessions that were lent, and what the handler still has open."""
        break_off = getattr(self._with.handler, "break_off", None)
        if break_off is not None:
            break_off()
        with self._lock:
            idle, self._idle = self._idle, {}
        for one in (lent for several in idle.values() for lent in several):
            with suppress(Exception):
                one.close()

    # --- one call ------------------------------------------------------------------------------------------------

    def _all_of(self, asked: Iterable[Question], event: Event) -> dict[Question, object]:
        return {question: getattr(self._with.handler, question.value)(event) for question in asked}

    def _called(self, method: Hook | Question, event: Event) -> Any:  # noqa: ANN401 - what the method returns
        return self._guarded(method.value, event, getattr(self._with.handler, method.value))

    def _guarded(self, name: str, event: Event, call: Callable[[Event], Any]) -> Any:  # noqa: ANN401 - as above
        """Return what the call returns, within the time that it may take."""
        limit = self._limit(event)
        with self._lent(event) as told:
            return self._within(limit, name, lambda: call(told))

    def _within(self, limit: float, name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        """Return what the call returns; whatever it raises is the handler's failure, and no more than that."""
        try:
            return time_limits.within(limit, self._with.token, call)
        except HookTimedOut as error:
            raise HookTimedOut(f"{name}: {error}") from error
        except time_limits.Raised as error:
            _LOG.warning("%s raised", name, exc_info=error.__cause__)
            raise HookFailed(f"{name}: {error}") from error.__cause__

    def _limit(self, event: Event) -> float:
        """Return the seconds that one call may take."""
        handler = self._with.handler
        if handler is None or Question.TIMEOUT not in self._defined:
            return self._with.timeout
        said = self._within(self._with.timeout, Question.TIMEOUT.value, lambda: handler.timeout(event))
        limit: float | None = answers.read(Question.TIMEOUT, said)
        return self._with.timeout if limit is None else limit

    @contextmanager
    def _lent(self, event: Event) -> Iterator[Event]:
        """Yield the event with a session that is opened on first use; one that was left behind is broken off."""
        borrowed = _Borrowed(lambda: self._take(event.user))
        try:
            yield replace(event, opens=borrowed.session)
        except (HookTimedOut, Cancelled):
            borrowed.break_off()
            raise
        finally:
            lent = borrowed.give_back()
            if lent is not None:
                with self._lock:
                    self._idle.setdefault(event.user, []).append(lent)

    def _take(self, user: User | None) -> Lent:
        with self._lock:
            idle = self._idle.get(user)
            if idle:
                return idle.pop()
        if self._with.lend is None:
            raise RuntimeError("there is no zone to speak with")
        return self._with.lend(user)


class _Borrowed:
    """The session of one call."""

    def __init__(self, take: Callable[[], Lent]) -> None:
        self._take = take
        self._lent: Lent | None = None
        self._over = False

    def session(self) -> Any:  # noqa: ANN401 - the library has no types
        if self._over:
            raise RuntimeError("the call that this session belonged to is over")
        if self._lent is None:
            self._lent = self._take()
        return self._lent.session()

    def break_off(self) -> None:
        """Close it under the hands of a call that takes too long."""
        self._over = True
        lent, self._lent = self._lent, None
        if lent is not None:
            with suppress(Exception):
                lent.close()

    def give_back(self) -> Lent | None:
        """Return what was borrowed, if it is good for the next call."""
        self._over = True
        lent, self._lent = self._lent, None
        return lent


#: what is said of a file about which nobody is asked
NOTHING = Asked()

#: what a job without a handler has
NO_HOOKS = Hooks(Calling())
