"""A model that is asked once for each content, within its limits, and whose every call is accounted for: a `ChatModel`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol

from django.db import InterfaceError, OperationalError, connection

from lading.base.errors import Cancelled, LadingError, Remedy
from lading.cv.app import calls
from lading.cv.app.models import Review
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.errors import CutOff, RateLimited, Unavailable
from lading.cv.engine.model.port import Answer, ChatModel, Listener, Prompt, deaf
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.patience import patiently
from lading.orchestration.models import Run, RunState

#: seconds between looks whether the work was called off: one statement each, for each call under way
_LOOK = 0.4
#: of a run that nobody wants any more
_STOPPED = (RunState.STOPPING, RunState.STOPPED)


class Abortable(ChatModel, Protocol):
    """A model whose call another thread can break off."""

    def abort(self) -> None:
        """Close the connection of the call under way; it ends with an error then."""


class OnceModel:
    """See the module."""

    def __init__(self, inner: Abortable, held: Claim, review: Review, endpoint: Endpoint) -> None:
        self._inner, self._held, self._review, self._endpoint = inner, held, review, endpoint
        #: the last call that was made; None where every answer was there already
        self.last: calls.Reserved | None = None

    def outgoing(self, prompt: Prompt) -> str:
        """Return what would be sent."""
        return self._inner.outgoing(prompt)

    def complete(self, prompt: Prompt, listen: Listener = deaf) -> Answer:
        """Return the answer, asked for now or known already; see `calls.reserve` for what else may happen."""
        reserved = calls.reserve(self._held, self._review, self._endpoint, prompt)
        if reserved.answer is not None:
            listen(reserved.answer.text)
            return reserved.answer
        self.last = reserved
        try:
            with breaking_off(self._inner, self._held):
                answer = self._inner.complete(prompt, self._attentive(listen))
        except Cancelled:
            calls.release(self._held, reserved, "", is_charged=True)
            raise
        except LadingError as error:
            calls.release(self._held, reserved, error.code, is_charged=may_be_charged(error))
            self._held.lease.check()  # whoever calls the work off breaks the connection: that is no failure of the model
            raise
        # a ledger that is away is waited for: what was answered must not be lost for want of a word
        patiently(partial(calls.settle, self._held, reserved, answer))
        return answer

    def _attentive(self, listen: Listener) -> Listener:
        def heard(piece: str) -> None:
            self._held.lease.check()
            listen(piece)

        return heard


def may_be_charged(error: LadingError) -> bool:
    """
    Say whether a call that failed so may have cost something.

    ==============================  ===
    error                           may
    ==============================  ===
    fewer requests are wanted       no
    key, name or request refused    no
    not reached, a fault of its own yes
    broke off, was declined         yes
    ==============================  ===
    """
    return error.remedy is not Remedy.ASK_PERSON and not isinstance(error, RateLimited)


def is_outage(error: LadingError) -> bool:
    """Say whether an error tells against the endpoint itself."""
    return isinstance(error, Unavailable | CutOff)


@contextmanager
def breaking_off(model: Abortable, held: Claim) -> Iterator[None]:
    """
    Break the call off within a second of the work being called off, also while the model is silent.

    The lease would be told with its next renewal; a person who stops a review, or deletes the CV, need not wait for that.
    """
    ending = threading.Event()

    def watch() -> None:
        try:
            while not ending.wait(_LOOK):
                if _is_called_off(held):
                    with suppress(OSError):
                        model.abort()
                    return
        finally:
            connection.close()

    watcher = threading.Thread(target=watch, name="breaking-off", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ending.set()
        watcher.join()


def _is_called_off(held: Claim) -> bool:
    try:
        held.lease.check()
        if not Run.objects.filter(pk=held.run_id).exclude(state__in=_STOPPED).exists():
            held.lease.call_off("the review was stopped")
            return True
    except Cancelled:
        return True
    except (OperationalError, InterfaceError):
        return False  # a ledger that is away says nothing; the lease has its own end
    return False
