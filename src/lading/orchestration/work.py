"""How a task carries a batch: claim, do, record. What went wrong decides what becomes of the batch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from celery import current_task
from django.db import InterfaceError, OperationalError, close_old_connections

from lading.base import config, crash
from lading.base.errors import Cancelled, LadingError, LedgerUnreachable, Remedy, ServiceUnreachable
from lading.orchestration import enqueue, progress
from lading.orchestration.keeper import keeper
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import circuits, claims, runs, troubles, why
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.patience import patiently
from lading.orchestration.limits.circuit import Evidence

log = logging.getLogger(__name__)

#: seconds before a batch that met a closed door is tried again
_RETRY_LATER = 5.0
#: the same where a circuit keeps all others from that door after a few tries
_NEXT_TRY = 1.0

Handler = Callable[[Claim, progress.Meter], Ending]


def carry(batch_id: int, version: int, handler: Handler) -> None:
    """Carry one batch to its end; a second delivery, or one of a newer version, finds nothing to do."""
    if version > enqueue.MESSAGE_VERSION:
        log.warning("batch %d: its message is of a newer version, left to newer workers", batch_id)
        return
    close_old_connections()
    me = keeper()
    held = patiently(partial(claims.claim, batch_id, me.token))
    if held is not None:
        with me.holding(held, _delivery_tag()) as meter:
            # a ledger that is away is waited for: what was done must not be done again for want of a word
            patiently(_carried(held, meter, handler))
            crash.point("after_finish")
        progress.batch_ended(held.run_id, batch_id)
    enqueue.pump()


def _carried(held: Claim, meter: progress.Meter, handler: Handler) -> Callable[[], None]:
    """Do the work; return what tells the ledger how it ended, which may be called again."""
    crash.point("after_claim")
    try:
        ending = handler(held, meter)
    except (OperationalError, InterfaceError) as error:
        # nothing is wrong with the batch: it goes on when the ledger does
        close_old_connections()
        away = LedgerUnreachable(f"The ledger did not answer: {error}", hint="Look at its disk and its server")
        return partial(_refused, held, away)
    except Exception as error:  # noqa: BLE001 - each one has a consequence
        return _consequence(held, error)
    crash.point("before_finish")
    return partial(_finished, held, ending)


def _finished(held: Claim, ending: Ending) -> None:
    try:
        claims.finish(held, ending)
        if ending.counts.get("requests"):
            circuits.note(held, Evidence.ANSWERED)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - each one has a consequence
        _consequence(held, error)()


def _consequence(held: Claim, error: Exception) -> Callable[[], None]:
    """Return what becomes of a batch whose work ended with an error."""
    if isinstance(error, Cancelled):
        log.info("batch %d: let go, %s", held.batch_id, error)
        return partial(claims.let_go, held)
    if isinstance(error, LadingError):
        return partial(_refused, held, error)
    log.error("batch %d", held.batch_id, exc_info=error)
    return partial(troubles.fault, held, f"{type(error).__name__}: {error}")


def _refused(held: Claim, error: LadingError) -> None:
    """Let the error's remedy decide."""
    log.warning("batch %d: %s: %s", held.batch_id, error.code, error)
    if isinstance(error, ServiceUnreachable) and held.circuit:
        # first, or the next probe could go before this one has counted
        is_open = circuits.note(held, Evidence.FAILED, str(error))
        claims.give_back(held, delay=0 if is_open else _NEXT_TRY * config.current().time_scale)
        if not is_open:
            runs.wait(held.run_id, why.of(error))
    elif error.remedy is Remedy.RETRY_LATER:
        delay = error.retry_after.total_seconds() if error.retry_after else _RETRY_LATER
        claims.give_back(held, delay=delay * config.current().time_scale)
        runs.wait(held.run_id, why.of(error))
    elif error.remedy is Remedy.ASK_PERSON:
        claims.give_back(held)
        runs.rest(held.run_id, why.of(error))
    elif error.remedy in {Remedy.STOP_RUN, Remedy.MEND_COMMAND}:
        claims.give_back(held)
        runs.fail(held.run_id, why.of(error))
    else:
        troubles.fault(held, str(error), error.code)


def _delivery_tag() -> str:
    request = getattr(current_task, "request", None)
    properties = getattr(request, "properties", None) or {}
    return str(properties.get("delivery_tag") or "")
