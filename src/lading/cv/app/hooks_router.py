"""The part of the API by which programs let themselves be told of the ends of reviews."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from lading.cv.app import webhooks
from lading.cv.app.addresses import Webhook
from lading.cv.app.asking import asker_of
from lading.cv.app.shapes import moment

router = Router(tags=["cv"])


class NewWebhook(Schema):
    """An address that shall be told."""

    url: str


class WebhookShape(Schema):
    """An address that is told."""

    id: int
    url: str
    #: public part of the token whose reviews it is told of; "": all of yours
    token: str
    created_at: datetime | None


class WebhookWithKey(WebhookShape):
    """A new one, with the key that signs what it gets."""

    key: str


@router.post("/webhooks", response={201: WebhookWithKey}, summary="Be told of the ends of reviews")
def add(request: HttpRequest, wanted: NewWebhook) -> Status[WebhookWithKey]:
    """Let an address be told of the ends of your reviews; of those that it begins, where a token asks."""
    made = webhooks.add(asker_of(request), wanted.url)
    return Status(201, WebhookWithKey(key=made.key, **_shape(made).dict()))


@router.get("/webhooks", response=list[WebhookShape])
def listed(request: HttpRequest) -> list[WebhookShape]:
    """Return the addresses that are told of your reviews; a token sees its own."""
    return [_shape(row) for row in webhooks.listed(asker_of(request))]


@router.delete("/webhooks/{webhook_id}", response={204: None})
def remove(request: HttpRequest, webhook_id: int) -> Status[None]:
    """Tell an address no more."""
    webhooks.remove(asker_of(request), webhook_id)
    return Status(204, None)


def _shape(row: Webhook) -> WebhookShape:
    return WebhookShape(id=row.pk, url=row.url, token=row.token, created_at=moment(row.created_at))
