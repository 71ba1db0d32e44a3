"""Whose text may go where: an address off this machine needs the person's word, which ends by itself."""

from __future__ import annotations

from lading.base import config
from lading.cv.app.models import Consent
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.errors import ConsentNeeded
from lading.orchestration.ledger.clock import now

_DAY = 86_400


def give(owner: str, endpoint: Endpoint) -> None:
    """Note that this person's text may go to the endpoint, for as long as CVs are kept."""
    until = now() + config.current().cv.keep_days * _DAY
    Consent.objects.update_or_create(
        owner=owner,
        endpoint=endpoint.url[:300],
        defaults={"expires_at": until},
        create_defaults={"expires_at": until, "created_at": now()},
    )


def take_back(owner: str) -> None:
    """Forget every consent of this person; what is being sent just now is broken off by stopping the review."""
    Consent.objects.filter(owner=owner).delete()


def is_given(owner: str, endpoint: Endpoint) -> bool:
    """Say whether a person's text may go to an endpoint: on this machine it may, if the model is named."""
    if endpoint.is_on_this_machine:
        return True
    return Consent.objects.filter(owner=owner, endpoint=endpoint.url[:300], expires_at__gt=now()).exists()


def check(owner: str, endpoint: Endpoint) -> None:
    """Raise `ConsentNeeded` where nobody has agreed."""
    if not is_given(owner, endpoint):
        raise ConsentNeeded(
            f"Nothing was sent: your text would go to {endpoint.url}, which is not this machine",
            hint="Read the outgoing text, and agree",
        )
