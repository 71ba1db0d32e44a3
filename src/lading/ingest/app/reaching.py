"""Batches whose requests were lost, of the zone or of the store: whether those answer at all decides what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps

from lading.base.errors import ConnectionLost
from lading.ingest.app import context, stores
from lading.ingest.engine.reaching import require_answer
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter
from lading.orchestration.work import Handler


def reaching(handler: Handler) -> Handler:
    """
    Return the handler, which raises `ZoneUnreachable` instead of `ConnectionLost` where nothing is answered.

    It keeps to the circuit of the store that its run reads, too.
    """
    return _reaching(handler, stores.asking)


def reaching_zone(handler: Handler) -> Handler:
    """Return the same of a handler that seldom asks the source for anything: it goes on while the store is away."""
    return _reaching(handler, lambda _held: nullcontext())


def _reaching(handler: Handler, asking: Callable[[Claim], AbstractContextManager[None]]) -> Handler:
    @wraps(handler)
    def carried(held: Claim, meter: Meter) -> Ending:
        try:
            with asking(held):
                return handler(held, meter)
        except ConnectionLost:
            of = context.of(held)
            with of.destination.session() as session:
                require_answer(session, of.rules.destination)
            raise

    return carried
