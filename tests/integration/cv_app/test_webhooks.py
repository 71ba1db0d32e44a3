"""Programs are told of the ends of reviews: numbers and states, signed, to where they may be told, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lading.accounts import people, tokens
from lading.accounts.roles import Area, Role
from lading.accounts.tokens import Scope
from lading.base import config
from lading.base.errors import LadingError
from lading.cv.app import access, deletion, reviews, webhooks
from lading.cv.app.access import Asker
from lading.cv.app.models import Document, Webhook
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Notification, Run
from lading.orchestration.notifications import outbox, signing
from tests.integration.cv_app.conftest import CONTENT, OWNER, STRANGER, begin, reviewed, to_end
from tests.receiving import Hook, webhook

PERSON = Asker(owner=OWNER)
PLANTED = ("Marlene", "Beispiel", "Nordlicht", "Pegelamt", "marlene", "buoys")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """Return a receiver on this machine that whoever runs the installation has listed."""
    with webhook() as found:
        monkeypatch.setenv("LADING_ALLOWED__WEBHOOKS", found.url)
        config.current.cache_clear()
        yield found
    monkeypatch.undo()
    config.current.cache_clear()


def sent() -> list[Notification]:
    """Do what the tasks of the outbox do; return what is in it."""
    for row in Notification.objects.filter(done_at__isnull=True):
        outbox.deliver(row.pk, row.attempts)
    return list(Notification.objects.order_by("pk"))


def test_the_end_of_a_review_is_told_signed_and_without_a_word(document: Document, hook: Hook) -> None:
    """Numbers, a state, a code; whoever has the key sees that it is genuine; it is told once."""
    made = webhooks.add(PERSON, hook.url)
    review = reviewed(document)
    (row,) = sent()
    sent()

    (post,) = hook.posts
    told = json.loads(post.body)
    assert {
        "schema": 1,
        "event": "cv.review.ended",
        "review": review.pk,
        "document": document.pk,
        "run": review.run_id,
        "state": "done",
        "degraded": "",
    } == told
    assert signing.is_genuine(
        made.key, post.headers[signing.TIMESTAMP], post.headers[signing.SIGNATURE], post.body, now=now()
    )
    assert (False, str(row.pk)) == (row.is_guarded, post.headers[signing.DELIVERY])
    everything = json.dumps([dict(Notification.objects.values()[0]), post.headers]) + post.body.decode()
    assert [] == [word for word in PLANTED if word in everything]


def test_a_refused_file_and_a_stopped_review_are_told_as_what_they_are(worker: None, hook: Hook) -> None:
    """Every end is told; what is told is the state."""
    webhooks.add(PERSON, hook.url)
    reviewed(reviews.upload(OWNER, "broken.pdf", b"%PDF-1.7\nnothing of a PDF follows"))
    stopped = begin(reviews.upload(OWNER, "cv.json", CONTENT))
    reviews.stop(OWNER, stopped.pk)
    to_end(stopped.run_id)
    sent()

    assert ["done_with_failures", "stopped"] == [json.loads(post.body)["state"] for post in hook.posts]


def test_nobody_elses_reviews_are_told(document: Document, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not to a stranger's address, nor to those that hear of all jobs: a review is one person's own."""
    monkeypatch.setenv("LADING_NOTIFY__WEBHOOK_URL", hook.url)
    monkeypatch.setenv("LADING_NOTIFY__WHEN", "always")
    config.current.cache_clear()
    webhooks.add(Asker(owner=STRANGER), hook.url)
    reviewed(document)

    assert [] == sent()
    assert [] == hook.posts


def test_an_address_of_a_token_hears_of_that_token_while_it_holds(worker: None, hook: Hook) -> None:
    """A program hears what it began; once its token is revoked nothing goes there any more."""
    people.create("ada", Role.VIEWER, "three green bicycles")
    made = tokens.make(people.find("ada"), Scope(only=Area.CV))[0]
    owner = access.owner_of(people.find("ada").pk)
    program = Asker(owner=owner, token=made.prefix)
    webhooks.add(program, hook.url)
    document = reviews.upload(owner, "cv.json", CONTENT)
    reviewed(document)
    by_token = reviewed(document, token=made.prefix)
    assert [by_token.run_id] == [row.run_id for row in sent()]
    tokens.revoke(made.prefix)
    reviewed(document, token=made.prefix)

    assert 1 == len(sent())
    assert [by_token.pk] == [json.loads(post.body)["review"] for post in hook.posts]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/told",
        "https://127.0.0.1/told",
        "https://[::1]/told",
        "https://[::ffff:10.0.0.1]/told",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/told",
        "https://user:secret@hooks.example/told",
        "ftp://hooks.example/told",
        "https://hooks.example:0/told",
        "https://hooks.example:99999/told",
        "https://hooks.example/" + "a" * 500,
        "nonsense",
    ],
)
def test_what_nobody_listed_has_to_be_of_the_internet(worker: None, url: str) -> None:
    """Refused when it is named, with a code; nothing is kept of it."""
    with pytest.raises(LadingError) as refused:
        webhooks.add(PERSON, url)

    assert "CV_WEBHOOK_REFUSED" == refused.value.code
    assert not Webhook.objects.exists()


def test_a_name_that_leads_inside_gets_nothing(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that was listed when it was named is looked at again when something is sent."""
    with webhook() as found:
        monkeypatch.setenv("LADING_ALLOWED__WEBHOOKS", found.url)
        config.current.cache_clear()
        webhooks.add(PERSON, found.url)
        monkeypatch.delenv("LADING_ALLOWED__WEBHOOKS")
        config.current.cache_clear()
        reviewed(document)
        (row,) = sent()

        assert (True, None) == (row.is_guarded, row.done_at)
        assert "NotPublic" in row.error
        assert [] == found.posts


def test_a_receiver_that_fails_is_tried_again(document: Document, hook: Hook) -> None:
    """Under the same number; what it says is in nobody's log."""
    hook.answers.append(500)
    webhooks.add(PERSON, hook.url)
    reviewed(document)
    (row,) = sent()
    assert (None, True) == (row.done_at, "500" in row.error)
    (row,) = sent()

    assert row.done_at is not None
    assert 1 == len({post.headers[signing.DELIVERY] for post in hook.posts})


def test_addresses_are_few_and_go_with_everything(worker: None, hook: Hook) -> None:
    """The same one twice is one; an eleventh is refused; a person's word deletes them all."""
    assert webhooks.add(PERSON, hook.url).pk == webhooks.add(PERSON, hook.url).pk
    for number in range(9):
        webhooks.add(PERSON, f"https://hooks.example/{number}")
    with pytest.raises(LadingError, match="10 webhooks"):
        webhooks.add(PERSON, "https://hooks.example/one-too-many")
    deletion.delete_all(OWNER)

    assert not Webhook.objects.exists()


def test_deleting_the_cv_tells_no_word_of_it(document: Document, hook: Hook) -> None:
    """A review that is deleted while it goes on is told as stopped, or not at all."""
    webhooks.add(PERSON, hook.url)
    review = begin(document)
    deletion.delete_document(OWNER, document.pk)
    sent()

    assert {"stopped"} >= {json.loads(post.body)["state"] for post in hook.posts}
    assert not Run.objects.filter(pk=review.run_id).exists()
