"""Batches whose requests were lost, of the zone or of the store: whether those answer at all decides what becomes of them."""

from __future__ import annotations

from functools import wraps

from lading.base.errors import ConnectionLost
from lading.ingest.app import context, stores
from lading.ingest.engine.reaching import require_answer
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.progress import Meter
from lading.orchestration.work import Handler


def reaching(handler: Handler) -> Handler:
    """Return the handler, which raises `ZoneUnreachable` instead of `ConnectionLost` where nothing is answered, and keeps to the store's circuit."""

    @wraps(handler)
    def carried(held: Claim, meter: Meter) -> Ending:
        try:
            with stores.asking(held):
                return handler(held, meter)
        except ConnectionLost:
            of = context.of(held)
            with of.destination.session() as session:
                require_answer(session, of.rules.destination)
            raise

    return carried
