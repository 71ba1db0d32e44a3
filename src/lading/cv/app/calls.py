"""
One call for each content, whatever is delivered twice.

A call is known by what is sent. Before it is made its row is reserved under the fence of the batch, with what it may cost;
after it the answer is written, before anything else is: whoever comes later, a second delivery or a second review,
hears that answer again.

========  ===========================  =====================================  ============================
row       whoever asks by it           this batch                             then
========  ===========================  =====================================  ============================
none      -                            any                                    ask
free      -                            any                                    ask
done      -                            any                                    hear the answer again
asked     holds its lease              any                                    wait: it is being asked
asked     died or lost its lease       any, where `model_asks_again`          ask once more
asked     died or lost its lease       any                                    lost: it may be charged already
lost      -                            of a review begun before it was lost   lost
lost      -                            of a review begun since                ask: a person wants it so
========  ===========================  =====================================  ============================
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.db.models.functions import Coalesce

from lading.base import config
from lading.base.errors import Cancelled
from lading.cv.app import allowance, consents, endpoints
from lading.cv.app.errors import BudgetSpent, CallLost, EndpointResting, ModelBusy
from lading.cv.app.models import CallState, ModelCall, Review, Spending
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.port import Answer, Finish, Prompt, Usage
from lading.orchestration.ledger import circuits
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Tick

_DAY = 86_400.0
#: seconds that a call may be on its way to the endpoint
_ON_ITS_WAY = 2.0
#: seconds between looks at a call that another review makes
_LOOK = 2.0


class Then(Enum):
    """What becomes of a call that is wanted."""

    ASK = "ask"
    REUSE = "reuse"
    WAIT = "wait"
    LOST = "lost"


def decide(state: CallState | None, *, lives: bool, is_newer: bool, asks_again: bool) -> Then:
    """Say what to do about a call whose row stands so: the table above. `is_newer`: than the loss."""
    if state is CallState.DONE:
        return Then.REUSE
    if state is CallState.ASKED and lives:
        return Then.WAIT
    if state is CallState.ASKED:
        return Then.ASK if asks_again else Then.LOST
    if state is CallState.LOST and not is_newer:
        return Then.LOST
    return Then.ASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A call that may be made now, by whoever holds the fence; or whose answer is there."""

    call_id: int
    attempts: int
    #: seconds since the first request by this batch
    since_first: float
    spending_id: int | None = None
    answer: Answer | None = None


def key_of(endpoint: Endpoint, prompt: Prompt) -> str:
    """Return what a call is known by: everything that is sent, and where to."""
    parts = [
        endpoint.url,
        endpoint.model,
        prompt.version,
        prompt.instructions,
        prompt.material,
        prompt.schema,
        prompt.longest_answer,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def reserve(held: Claim, review: Review, endpoint: Endpoint, prompt: Prompt) -> Reserved:
    """
    Return the right to make a call, or its answer.

    Raise `ModelBusy` (later: that is no attempt), `CallLost`, `ConsentNeeded`, `BudgetSpent`, `EndpointResting`, or
    `Cancelled` where the lease is gone.
    """
    with transaction.atomic():
        # one decides at a time what is asked of an endpoint: two would find the same room
        Tick.objects.select_for_update().get_or_create(name=_lock(endpoint))
        reserved = _reserved(held, review, endpoint, prompt)
    if reserved is None:
        raise CallLost("A worker died while it asked the model", hint="Retry the review to ask once more")
    return reserved


def _reserved(held: Claim, review: Review, endpoint: Endpoint, prompt: Prompt) -> Reserved | None:
    mine = Batch.objects.filter(pk=held.batch_id, fence=held.fence, state=BatchState.LEASED)
    if not mine.exists() or not Review.objects.filter(pk=review.pk).exists():
        raise Cancelled("the lease or the review is gone")
    at = now()
    call, _ = ModelCall.objects.get_or_create(
        owner=review.owner,
        key=key_of(endpoint, prompt),
        defaults={"created_at": at, "document_id": review.document_id},
    )
    then = decide(
        CallState(call.state),
        lives=_lives(call.batch_id, call.fence),
        is_newer=review.created_at > call.lost_at,
        asks_again=config.current().cv.model_asks_again,
    )
    if then is Then.REUSE:
        return Reserved(call_id=call.pk, attempts=call.attempts, since_first=0, answer=_answer(call))
    if then is Then.WAIT:
        raise ModelBusy("Another review asks the model the same", retry_after=timedelta(seconds=_LOOK))
    if then is Then.LOST:
        if call.state != CallState.LOST:
            ModelCall.objects.filter(pk=call.pk).update(state=CallState.LOST, lost_at=at)
        return None
    return _begin(held, call, endpoint, endpoints.estimate(prompt))


def _begin(held: Claim, call: ModelCall, endpoint: Endpoint, tokens: int) -> Reserved:
    """Write that the call is made now, if consent, budget, limits and circuit let it."""
    consents.check(call.owner, endpoint)  # it may have been taken back since the review began
    at, is_first = now(), call.batch_id != held.batch_id
    _within_budget(call.owner, held.run_id, tokens, at)
    seconds = _wait(endpoint, tokens, at)
    if seconds > 0:
        raise ModelBusy("As much is asked of the model as may be", retry_after=timedelta(seconds=seconds))
    if not circuits.admits(endpoints.circuit(endpoint), held.batch_id, held.fence):
        raise EndpointResting("The model's endpoint does not answer just now", hint="Suggestions by rules are there")
    attempts = 1 if is_first else call.attempts + 1
    first_at = at if is_first else call.first_at
    ModelCall.objects.filter(pk=call.pk).update(
        state=CallState.ASKED, batch_id=held.batch_id, fence=held.fence, attempts=attempts, first_at=first_at
    )
    spending = Spending.objects.create(
        owner=call.owner,
        endpoint=endpoint.url[:300],
        run_id=held.run_id,
        batch_id=held.batch_id,
        fence=held.fence,
        at=at,
        reserved=tokens,
    )
    return Reserved(call_id=call.pk, attempts=attempts, since_first=at - first_at, spending_id=spending.pk)


def settle(held: Claim, reserved: Reserved, answer: Answer) -> None:
    """Write the answer and what it cost; a lease that was lost meanwhile is no matter: it was paid for, and is kept."""
    _settle_spending(reserved, answer.usage, is_charged=True)
    ModelCall.objects.filter(pk=reserved.call_id, batch_id=held.batch_id, fence=held.fence).update(
        state=CallState.DONE,
        code="",
        answer=answer.text,
        finish=answer.finish.value,
        prompt_tokens=answer.usage.prompt,
        answer_tokens=answer.usage.answer,
    )


def release(held: Claim, reserved: Reserved, code: str, *, is_charged: bool) -> None:
    """Write that the call failed, and let it be made again; what may have been charged stays counted as reserved."""
    _settle_spending(reserved, Usage(), is_charged=is_charged)
    mine = ModelCall.objects.filter(pk=reserved.call_id, batch_id=held.batch_id, fence=held.fence)
    mine.filter(state=CallState.ASKED).update(state=CallState.FREE, code=code)


def _settle_spending(reserved: Reserved, usage: Usage, *, is_charged: bool) -> None:
    prices = endpoints.Prices.of(config.current().cv)
    values: dict[str, float | None] = {
        "ended_at": now(),
        "prompt_tokens": usage.prompt if is_charged else 0,
        "answer_tokens": usage.answer if is_charged else 0,
        "cost": prices.cost(usage) if is_charged else 0.0,
    }
    # once: what was settled stays as it is, whatever is heard of it later
    Spending.objects.filter(pk=reserved.spending_id or 0, ended_at=None).update(**values)


def _within_budget(owner: str, run_id: int, tokens: int, at: float) -> None:
    """Raise `BudgetSpent` where a call would go beyond what a review, or a person's day, may cost."""
    settings = config.current().cv
    day = Spending.objects.filter(owner=owner, at__gt=at - _DAY)
    for most, spent, whose in (
        (settings.model_tokens_per_review, Spending.objects.filter(run_id=run_id), "this review"),
        (settings.model_tokens_per_day, day, "your day"),
    ):
        if most is not None and _tokens(spent) + tokens > most:
            raise BudgetSpent(f"The tokens of {whose} are spent", hint="Suggestions by rules are there")


def _tokens(rows: object) -> int:
    counted = Coalesce("prompt_tokens", 0) + Coalesce("answer_tokens", 0)
    settled = rows.filter(prompt_tokens__isnull=False, answer_tokens__isnull=False)  # type: ignore[attr-defined]
    open_ones = rows.exclude(prompt_tokens__isnull=False, answer_tokens__isnull=False)  # type: ignore[attr-defined]
    known: int | None = settled.aggregate(sum=Sum(counted))["sum"]
    reserved: int | None = open_ones.aggregate(sum=Sum("reserved"))["sum"]
    return (known or 0) + (reserved or 0)


def _wait(endpoint: Endpoint, tokens: int, at: float) -> float:
    """Return the seconds until there is room at the endpoint."""
    settings = config.current().cv
    # a call reaches the endpoint some time after it is written down: what it counts by its own clock must not be more
    minute = config.current().scaled(60).total_seconds() + _ON_ITS_WAY
    mine = Spending.objects.filter(endpoint=endpoint.url[:300])
    recent = mine.filter(at__gt=at - minute).order_by("at")
    asked = [
        allowance.Asked(at=one.at, tokens=_cost_of(one))
        for one in recent.only("at", "reserved", "prompt_tokens", "answer_tokens")
    ]
    # a call is under way as long as its lease is: one whose worker died keeps nobody out
    holders = Batch.objects.filter(pk=OuterRef("batch_id"), fence=OuterRef("fence"), state=BatchState.LEASED)
    under_way = mine.filter(Exists(holders.filter(lease_until__gte=at)), ended_at__isnull=True).count()
    allowed = allowance.Allowance(
        requests=settings.model_requests_per_minute,
        tokens=settings.model_tokens_per_minute,
        at_once=settings.model_calls_at_once,
        minute=minute,
    )
    return allowance.wait(asked, under_way, tokens, allowed, at)


def _cost_of(one: Spending) -> int:
    if one.prompt_tokens is None or one.answer_tokens is None:
        return one.reserved
    return one.prompt_tokens + one.answer_tokens


def _lives(batch_id: int, fence: int) -> bool:
    """Say whether the lease under which a call was reserved still holds."""
    leased = Batch.objects.filter(pk=batch_id, fence=fence, state=BatchState.LEASED)
    return leased.filter(lease_until__gte=now()).exists()


def _answer(call: ModelCall) -> Answer:
    usage = Usage(prompt=call.prompt_tokens, answer=call.answer_tokens)
    return Answer(text=call.answer, finish=Finish(call.finish), usage=usage)


def _lock(endpoint: Endpoint) -> str:
    return f"model:{hashlib.sha256(endpoint.url.encode()).hexdigest()[:20]}"
