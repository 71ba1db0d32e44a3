"""
Programs that are told of the ends of reviews: addresses that people name, and what is sent there.

=====================================  ==========================================================================
an address is                          then
=====================================  ==========================================================================
one of `allowed.webhooks`, word by     it is told, wherever it is
word
of the internet, by https              it is told; what its name leads to is looked at with each message
of this machine or this network        refused: when it is named, or when its name leads there
named with a token                     it is told of the reviews that this token began, as long as the token holds
named by a person                      it is told of all of that person's reviews
=====================================  ==========================================================================

A message holds numbers, a state and a code; it is written with the end of the run and goes by the outbox of the backbone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q

from lading.accounts.models import Token
from lading.base import config
from lading.base.config_groups import When
from lading.cv.app.access import Asker, not_found
from lading.cv.app.addresses import Webhook
from lading.cv.app.errors import WebhookRefused
from lading.cv.app.models import Review
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Run
from lading.orchestration.notifications.orders import Audience, Channel, Order, checked_webhook
from lading.orchestration.notifications.public import refuse_literal

#: addresses of one person
_MOST = 10
_LONGEST = 500


def add(asker: Asker, url: str) -> Webhook:
    """
    Let an address be told; the same one once more is the same one, under its key.

    Raise `WebhookRefused` for what is no address of the internet by https, or one too many.
    """
    _refuse(url)
    with transaction.atomic():
        found = Webhook.objects.filter(owner=asker.owner)
        known = found.filter(token=asker.token, url=url).first()
        if known is not None:
            return known
        if found.count() >= _MOST:
            raise WebhookRefused(f"You have {_MOST} webhooks", hint="Delete one that you do not need")
        made, _ = Webhook.objects.get_or_create(
            owner=asker.owner,
            token=asker.token,
            url=url,
            defaults={"created_at": now(), "key": secrets.token_hex(32)},
        )
    return made


def _refuse(url: str) -> None:
    if url in config.current().allowed.webhooks:
        return
    try:
        _check(url)
    except ValueError as error:
        raise WebhookRefused(f"Nothing is sent there: {error}", hint="Name https://host/path of the internet") from None


def _check(url: str) -> None:
    """Raise `ValueError` for what is no address of the internet by https, as far as it can be seen."""
    if len(url) > _LONGEST:
        raise ValueError(f"the address has more than {_LONGEST} characters")
    parts = urlsplit(checked_webhook(url))
    if parts.scheme != "https":
        raise ValueError("it is not spoken to by https")
    if parts.port == 0:  # asking for it raises for what is no port
        raise ValueError("no server has the port 0")
    refuse_literal(parts.hostname or "")


def listed(asker: Asker) -> Sequence[Webhook]:
    """Return a person's addresses; a program sees those of its token."""
    found = Webhook.objects.filter(owner=asker.owner).order_by("pk")
    return list(found.filter(token=asker.token) if asker.token else found)


def remove(asker: Asker, webhook_id: int) -> None:
    """Tell an address no more; what waits for it is not sent any more. Raise `NotFound`."""
    found = next((one for one in listed(asker) if one.pk == webhook_id), None)
    if found is None:
        raise not_found(Webhook)
    found.delete()


def audience(run: Run) -> Audience:
    """Return who is told of the end of a review."""
    review = Review.objects.filter(run_id=run.pk).only("pk", "owner", "token", "document_id").first()
    if review is None:
        return Audience(orders=(), name=str, own_words=lambda _state: {})
    allowed = config.current().allowed.webhooks
    orders = [
        Order(
            when=When.ALWAYS,
            channel=Channel.WEBHOOK,
            address=one.url,
            key=one.key,
            is_guarded=one.url not in allowed,
        )
        for one in _told(review)
    ]
    return Audience(orders=orders, name=str, own_words=lambda state: _words(review, run.pk, state))


def _told(review: Review) -> Sequence[Webhook]:
    """Return the addresses of the person, and of the token that began the review where it still holds."""
    by_token = Q(pk__in=())
    if review.token:
        holds = Token.objects.filter(prefix=review.token, revoked_at=None, user__is_active=True)
        if holds.filter(Q(expires_at=None) | Q(expires_at__gt=now())).exists():
            by_token = Q(token=review.token)
    return list(Webhook.objects.filter(Q(token="") | by_token, owner=review.owner).order_by("pk"))


def _words(review: Review, run_id: int, state: str) -> dict[str, Any]:
    """Return what is told: numbers, a state, a code; never a word of a CV."""
    notes = Run.objects.values_list("notes", flat=True).get(pk=run_id)
    return {
        "schema": 1,
        "event": "cv.review.ended" if state in ENDED else "cv.review.waits",
        "review": review.pk,
        "document": review.document_id,
        "run": run_id,
        "state": state,
        "degraded": notes.get("degraded", ""),
    }
