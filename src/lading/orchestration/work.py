"""How a task carries a batch: claim, do, record. What went wrong decides what becomes of the batch."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import current_task
from django.db import InterfaceError, OperationalError, close_old_connections, transaction

from lading.base import config
from lading.base.errors import Cancelled, LadingError, LedgerUnreachable, Remedy
from lading.orchestration import enqueue, progress
from lading.orchestration.keeper import keeper
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger import claims, runs
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, Run

log = logging.getLogger(__name__)

#: seconds before a batch that met a closed door is tried again
_RETRY_LATER = 5.0

Handler = Callable[[Claim, progress.Meter], Ending]


def carry(batch_id: int, version: int, handler: Handler) -> None:
    """Carry one batch to its end; a second delivery, or one of a newer version, finds nothing to do."""
    if version > enqueue.MESSAGE_VERSION:
        log.warning("batch %d: its message is of a newer version, left to newer workers", batch_id)
        return
    close_old_connections()
    me = keeper()
    held = claims.claim(batch_id, me.token)
    if held is not None:
        with me.holding(held, _delivery_tag()) as meter:
            _carry(held, meter, handler)
        progress.batch_ended(held.run_id, batch_id)
    enqueue.pump()


def _carry(held: Claim, meter: progress.Meter, handler: Handler) -> None:
    try:
        claims.finish(held, handler(held, meter))
    except Cancelled as why:
        log.info("batch %d: let go, %s", held.batch_id, why)
        claims.let_go(held)
    except LadingError as error:
        _refused(held, error)
    except (OperationalError, InterfaceError) as error:
        # nothing is wrong with the batch: it goes on when the ledger does
        close_old_connections()
        _refused(held, LedgerUnreachable(f"The ledger did not answer: {error}", hint="Look at its disk and its server"))
    except Exception as error:
        log.exception("batch %d", held.batch_id)
        _fault(held, f"{type(error).__name__}: {error}")


def _refused(held: Claim, error: LadingError) -> None:
    """Let the error's remedy decide."""
    log.warning("batch %d: %s: %s", held.batch_id, error.code, error)
    if error.remedy is Remedy.RETRY_LATER:
        delay = error.retry_after.total_seconds() if error.retry_after else _RETRY_LATER
        claims.give_back(held, delay=delay * config.current().time_scale)
        runs.wait(held.run_id, str(error))
    elif error.remedy is Remedy.ASK_PERSON:
        claims.give_back(held)
        runs.rest(held.run_id, str(error))
    elif error.remedy in {Remedy.STOP_RUN, Remedy.MEND_COMMAND}:
        claims.give_back(held)
        runs.fail(held.run_id, str(error))
    else:
        _fault(held, str(error))


def _fault(held: Claim, reason: str) -> None:
    """Try a batch that met something unforeseen again; give it up after a number of times."""
    batch = Batch.objects.get(pk=held.batch_id)
    if batch.faults + 1 < config.current().lease.attempts:
        claims.give_back(held, delay=2.0**batch.faults * config.current().time_scale, fault=True)
        return
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=held.run_id)
        batch = Batch.objects.get(pk=held.batch_id)
        if batch.fence == held.fence:
            claims.park(batch, "INTERNAL", reason)
            runs.close_if_over(run)


def _delivery_tag() -> str:
    request = getattr(current_task, "request", None)
    properties = getattr(request, "properties", None) or {}
    return str(properties.get("delivery_tag") or "")
