"""
The outbox: what is to be told is written with the end of its run, and sent by a task until it has arrived.

==========================  ==============================================================
what happens                what becomes of the message
==========================  ==============================================================
the run ends                a row, in the same transaction; a task right after it
a task gets it through      done
a task does not             again after `pause`; where nobody answers all others to that server not before
a task, or its message,     the sweep sends it again after `pause`; it may arrive twice,
is lost                     under the same number
as often as the settings    given up; the log says so
say
==========================  ==============================================================
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from django.db import transaction
from django.db.models import Q, QuerySet

from lading.base import config
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from lading.orchestration.celery_app import app
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.why import Why
from lading.orchestration.models import Notification, Run, RunState
from lading.orchestration.notifications import content, sending
from lading.orchestration.notifications.orders import Audience, Channel, Order, wanted

log = logging.getLogger(__name__)

DELIVER_TASK = "orchestration.deliver"

#: kind of run -> who wants to be told of it; kinds that are not here are told to nobody
audiences: dict[str, Callable[[Run], Audience]] = {}

#: seconds before a second try, and at most
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 3600.0
#: messages handed over in one sweep
_LIMIT = 50
#: seconds that messages are kept after they arrived or were given up
_KEPT = 30 * 86_400.0


def pause(attempts: int) -> float:
    """Return how many seconds to wait after so many attempts: twice as long each time, at most an hour."""
    return float(min(_FIRST_PAUSE * 2 ** min(max(attempts, 1) - 1, 16), _LONGEST_PAUSE))


def note(run: Run, state: RunState, because: Why) -> None:
    """Write what is to be told of a run that ends: for `runs.when_ending`, in the transaction that ends it."""
    audience_of = audiences.get(run.kind)
    if audience_of is None:
        return
    audience = audience_of(run)
    known = () if audience.own_words else _of_settings()
    orders = {(one.channel, one.address, one.key): one for one in (*known, *audience.orders)}
    if not orders:
        return
    told = (
        audience.own_words(str(state))
        if audience.own_words
        else content.of_run(run, state, because.reason, audience.name())
    )
    at = now()
    rows = [
        Notification(
            run_id=run.pk,
            channel=order.channel.value,
            address=order.address,
            key=order.key,
            is_guarded=order.is_guarded,
            content=told,
            made_at=at,
            due_at=at,
        )
        for order in orders.values()
        if wanted(order.when, str(state), told.get("counts", {}))
    ]
    Notification.objects.bulk_create(rows)
    if rows:
        transaction.on_commit(tick)


def _of_settings() -> list[Order]:
    """Return who is told of all runs."""
    settings = config.current().notify
    found = [Order(when=settings.when, channel=Channel.EMAIL, address=address) for address in settings.email]
    if settings.webhook_url is not None:
        found.append(Order(when=settings.when, channel=Channel.WEBHOOK, address=""))
    return found


def tick() -> None:
    """Hand over what is due: after a run's end, and with each sweep. Nothing is sent here: a server may take its time."""
    due = _due()
    keys = list(due.order_by("due_at").values_list("pk", flat=True)[:_LIMIT])
    with suppress(BrokerUnreachable):
        for key in keys:
            _hand_over(key)


def _due() -> QuerySet[Notification]:
    """Return what is due; what lies further ahead than any pause waits for a clock that was set back since."""
    at = now()
    ahead = at + 2 * _LONGEST_PAUSE
    return Notification.objects.filter(Q(due_at__lte=at) | Q(due_at__gt=ahead), done_at__isnull=True)


def _hand_over(key: int) -> None:
    """Give a message to a task, once for each attempt. Raise `BrokerUnreachable`: it is tried again as one that was lost."""
    with transaction.atomic():
        row = _due().select_for_update().filter(pk=key).first()
        if row is None:
            return
        row.attempts += 1
        row.due_at = now() + pause(row.attempts) * config.current().time_scale
        row.save(update_fields=["attempts", "due_at"])
    with broker.translated():
        app.send_task(DELIVER_TASK, args=[key, row.attempts], ignore_result=True, retry=False)


def deliver(key: int, attempt: int) -> None:
    """Send a message, unless it arrived or a later attempt was begun."""
    row = Notification.objects.filter(pk=key, attempts=attempt, done_at__isnull=True).first()
    if row is None:
        return
    try:
        sending.send(_letter(row), now())
    except sending.NotDelivered as error:
        _not_delivered(row, str(error))
        if error.is_away:
            _put_off_others(row)
        return
    Notification.objects.filter(pk=key).update(done_at=now(), error="")
    Notification.objects.filter(done_at__lt=now() - _KEPT).delete()


def _letter(row: Notification) -> sending.Letter:
    return sending.Letter(
        channel=Channel(row.channel),
        address=row.address,
        told=row.content,
        number=row.pk,
        key=row.key,
        is_guarded=row.is_guarded,
    )


def _not_delivered(row: Notification, error: str) -> None:
    gives_up = row.attempts >= config.current().notify.attempts
    log.log(
        logging.ERROR if gives_up else logging.WARNING,
        "run %d: %s by %s after %d attempts: %s",
        row.run_id,
        "given up to tell" if gives_up else "not told",
        row.channel,
        row.attempts,
        error,
    )
    done = {"done_at": now(), "is_given_up": True} if gives_up else {}
    Notification.objects.filter(pk=row.pk, done_at__isnull=True).update(error=error[:2000], **done)


def _put_off_others(row: Notification) -> None:
    """Ask a server that does not answer for one message at a time: all e-mails go by one, a webhook is its own."""
    waiting = Notification.objects.filter(channel=row.channel, done_at__isnull=True, due_at__lt=row.due_at)
    same = waiting if row.channel == Channel.EMAIL.value else waiting.filter(address=row.address)
    same.exclude(pk=row.pk).update(due_at=row.due_at)
