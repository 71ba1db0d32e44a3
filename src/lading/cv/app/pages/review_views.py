"""The views of one review: what was found, what is suggested, and what a person decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from lading.base.errors import LadingError, RequestInvalid
from lading.cv.app import access, consents, deciding, endpoints, reviews
from lading.cv.app.asking import owner_of
from lading.cv.app.models import Choice, Review
from lading.cv.app.pages import showing
from lading.cv.app.pages.views import shown, to

#: suggestions of which a page asks what became of them
_MOST_HEARD = 100


@require_GET
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show findings beside the page, and suggestions as cards."""
    return _review(request, review_id, None)


def _review(request: HttpRequest, review_id: int, error: LadingError | None) -> HttpResponse:
    return shown(request, "review", {"shown": showing.review_page(owner_of(request), review_id)}, error)


@require_GET
def live(request: HttpRequest, review_id: int) -> HttpResponse:
    """
    Show how far a review is, and what its page lacks.

    The page says what it has: how much of the findings (`found`), its newest suggestion (`after`), and those that were still
    being heard (`heard`). So nothing that a person types in is ever replaced.
    """
    now, asked = showing.review_page(owner_of(request), review_id), request.GET
    after = int(asked["after"]) if asked.get("after", "").isdecimal() else 0
    heard = asked.getlist("heard")[:_MOST_HEARD]
    cards = {card.suggestion.id: card for card in now.cards}
    context: dict[str, object] = {
        "shown": now,
        "has_news": asked.get("found") != now.found.token,
        "new": [card for card in now.cards if card.pk > after],
        "whole": [card for key in heard if (card := cards.get(key)) and not card.is_partial],
        "gone": [key for key in heard if key not in cards],
    }
    return shown(request, "live", context)


def _acting(request: HttpRequest, review_id: int, act: Callable[[str], int], at: str = "") -> HttpResponse:
    """Do something to a review and lead to the one that it names; what is refused is told on the page."""
    try:
        return to("review", act(owner_of(request)), at=at)
    except LadingError as error:
        return _review(request, review_id, error)


@require_POST
def act(request: HttpRequest, review_id: int) -> HttpResponse:
    """Stop, resume or retry a review."""

    def do(owner: str) -> int:
        action = request.POST.get("action", "")
        if action == "retry":
            return reviews.again(owner, review_id).pk
        done = {"stop": reviews.stop, "resume": reviews.resume}.get(action)
        if done is None:
            raise RequestInvalid("A review can be stopped, resumed or retried", hint="Use the buttons")
        done(owner, review_id)
        return review_id

    return _acting(request, review_id, do)


@require_POST
def decide(request: HttpRequest, review_id: int) -> HttpResponse:
    """Accept, edit or reject one suggestion; or accept all that change the form only."""
    posted = request.POST
    seen = int(posted.get("version", "0")) if posted.get("version", "0").isdecimal() else 0
    choice, key = posted.get("choice", ""), posted.get("suggestion", "")

    def do(owner: str) -> int:
        if choice == "safe":
            deciding.accept_safe(owner, review_id, seen)
            return review_id
        if choice not in Choice.values:
            raise RequestInvalid("A suggestion is accepted, edited or rejected", hint="Use the buttons")
        decided = deciding.Decided(suggestion=key, choice=Choice(choice), text=posted.get("text", ""))
        deciding.decide(owner, review_id, seen, [decided])
        return review_id

    return _acting(request, review_id, do, at="#decide" if choice == "safe" else f"#{key}")


@require_POST
def ask_model(request: HttpRequest, review_id: int) -> HttpResponse:
    """Let the newest version be reviewed with the model, after its text was shown."""

    def do(owner: str) -> int:
        old, name = access.owned(Review, owner, review_id), request.POST.get("model", "")
        if request.POST.get("consent"):
            consents.give(owner, endpoints.named(name))
        wanted = reviews.Wanted(day=datetime.now(UTC).date(), job_id=old.job_id, advice=old.advice, model=name)
        return reviews.begin(owner, old.document_id, wanted).pk

    return _acting(request, review_id, do)


@require_GET
def outgoing(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show exactly what would be sent to the model, before anything is."""
    owner, endpoint = owner_of(request), endpoints.configured()
    mine = access.owned(Review, owner, review_id)
    if endpoint is None:
        return to("review", review_id)
    context: dict[str, object] = {
        "review": mine,
        "endpoint": endpoint,
        "requests": reviews.outgoing(owner, mine.document_id, endpoint.model),
        "given": consents.is_given(owner, endpoint),
    }
    return shown(request, "outgoing", context)
