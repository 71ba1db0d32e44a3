"""Messages about the ends of runs: written with the end, sent until they arrive, by real HTTP and SMTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from lading import services
from lading.base import config
from lading.base.config_groups import Notify, When
from lading.base.outcomes import Outcome as Kind
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims, runs
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.why import Why
from lading.orchestration.models import Notification, Run
from lading.orchestration.notifications import outbox, signing
from lading.orchestration.notifications.orders import Audience, Channel, Order
from tests.integration.orchestration.conftest import KIND, Start, only_batch
from tests.receiving import Hook, Mail, mail_server, webhook

Orders = list[Order]
UseSettings = Callable[..., None]


@pytest.fixture
def orders() -> Iterator[Orders]:
    """Return who is told of toy runs; to be filled."""
    wanted: Orders = []
    outbox.audiences[KIND] = lambda _run: Audience(orders=wanted, name=lambda: "toys")
    yield wanted
    del outbox.audiences[KIND]


@pytest.fixture(autouse=True)
def use(embedded: services.Holder, db: None, monkeypatch: pytest.MonkeyPatch) -> UseSettings:
    """Return a function that lets the process have other settings of `notify`; pauses last as long as in earnest."""
    plain = config.current().model_copy(update={"time_scale": 1.0})

    def use_settings(**values: object) -> None:
        changed = plain.model_copy(update={"notify": Notify.model_validate(values)})
        monkeypatch.setattr(config, "current", lambda: changed)

    use_settings()
    return use_settings


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as found:
        yield found


@pytest.fixture
def mail() -> Iterator[Mail]:
    with mail_server(refuses="nobody") as found:
        yield found


def to_hook(hook: Hook, when: When = When.ALWAYS) -> Order:
    return Order(when=when, channel=Channel.WEBHOOK, address=hook.url)


def by_mail(address: str, when: When = When.ALWAYS) -> Order:
    return Order(when=when, channel=Channel.EMAIL, address=address)


def ended(start: Start, *outcomes: Kind) -> Run:
    """Return a run that ended with these outcomes."""
    run = start("a")
    held = claims.claim(only_batch(run).pk, "test")
    assert held is not None
    told = [NewOutcome(subject=str(number), outcome=kind, code="X") for number, kind in enumerate(outcomes)]
    claims.finish(held, Ending(outcomes=told))
    run.refresh_from_db()
    return run


def send_due() -> list[Notification]:
    """Do what the sweep and its tasks do; return what is in the outbox then."""
    before = set(Notification.objects.filter(done_at__isnull=True, due_at__lte=now()).values_list("pk", flat=True))
    outbox.tick()
    for row in Notification.objects.filter(pk__in=before):
        outbox.deliver(row.pk, row.attempts)
    return list(Notification.objects.order_by("pk"))


def make_due() -> None:
    Notification.objects.filter(done_at__isnull=True).update(due_at=now() - 1)


def test_a_webhook_gets_what_a_run_did_signed(start: Start, orders: Orders, hook: Hook, use: UseSettings) -> None:
    """And whoever knows the secret can see that it is genuine."""
    use(webhook_secret="s3cret", link="https://lading.example.org/runs/{run}")
    orders.append(to_hook(hook))
    run = ended(start, Kind.CREATED, Kind.FAILED)
    (row,) = send_due()

    (post,) = hook.posts
    told = json.loads(post.body)
    assert ("/told?by=lading", "application/json") == (post.path, post.headers["Content-Type"])
    assert (run.pk, "toys", "done_with_failures") == (told["run"], told["job"], told["state"])
    assert {"created": 1, "failed": 1} == {name: count for name, count in told["counts"].items() if count}
    assert ("run.ended", 1, f"https://lading.example.org/runs/{run.pk}") == (
        told["event"],
        told["schema"],
        told["link"],
    )
    timestamp, given = post.headers[signing.TIMESTAMP], post.headers[signing.SIGNATURE]
    assert signing.is_genuine("s3cret", timestamp, given, post.body, now=now())
    assert not signing.is_genuine("other", timestamp, given, post.body, now=now())
    assert str(row.pk) == post.headers[signing.DELIVERY]
    assert (True, 1, "") == (row.done_at is not None, row.attempts, row.error)
    send_due()
    assert 1 == len(hook.posts)


def test_an_email_reaches_each_address(start: Start, orders: Orders, mail: Mail, use: UseSettings) -> None:
    """In words; one that the server does not know keeps no other one from being told."""
    use(smtp_url=f"smtp://127.0.0.1:{mail.port}", sender="lading@example.org", email="ops@example.org", when="always")
    orders += [by_mail("nobody@example.org"), by_mail("a@example.org")]
    ended(start, Kind.CREATED)
    rows = send_due()

    assert {"ops@example.org": True, "nobody@example.org": False, "a@example.org": True} == {
        row.address: row.done_at is not None for row in rows
    }
    assert 2 == len(mail.messages)
    assert all("Subject: [Lading] toys: done (run" in message for message in mail.messages)
    assert "550" in next(row.error for row in rows if row.done_at is None)


def test_only_ends_that_somebody_wants_to_hear_of_are_written(start: Start, orders: Orders) -> None:
    """A run that nobody wants to hear of leaves nothing; one that failed as a whole is told of."""
    orders += [by_mail("f@x.org", When.FAILURE), by_mail("c@x.org", When.CHANGE), by_mail("c@x.org", When.CHANGE)]
    quiet, changed, failed = ended(start), ended(start, Kind.DELETED), start("a")
    runs.fail(failed.pk, Why("LOGIN_REFUSED", "the login was refused"))

    assert [(changed.pk, "c@x.org"), (failed.pk, "f@x.org"), (failed.pk, "c@x.org")] == list(
        Notification.objects.order_by("pk").values_list("run_id", "address")
    )
    assert not Notification.objects.filter(run_id=quiet.pk).exists()
    told = Notification.objects.filter(run_id=failed.pk).values_list("content", flat=True)[0]
    assert ("failed", "the login was refused") == (told["state"], told["reason"])


def test_what_is_refused_is_tried_again_later_and_given_up_at_last(
    start: Start, orders: Orders, hook: Hook, use: UseSettings
) -> None:
    """Not at once; with the same number; as often as the settings say."""
    use(attempts=3)
    hook.answers += [503, 404, 500]
    orders.append(to_hook(hook))
    ended(start)
    (row,) = send_due()
    assert (1, "127.0.0.1 answered 503 Service Unavailable so it is") == (row.attempts, row.error)
    assert row.due_at > now()
    send_due()
    assert 1 == len(hook.posts), "it is not due yet"

    make_due()
    send_due()
    make_due()
    (row,) = send_due()
    assert (3, True, True) == (row.attempts, row.is_given_up, row.done_at is not None)
    assert 1 == len({post.headers[signing.DELIVERY] for post in hook.posts})
    make_due()
    send_due()
    assert 3 == len(hook.posts)


def test_a_redirect_is_no_delivery(start: Start, orders: Orders, hook: Hook) -> None:
    """What is meant for one address goes to no other one."""
    hook.answers.append(307)
    orders.append(to_hook(hook))
    ended(start)
    (row,) = send_due()

    assert (None, ["/told?by=lading"]) == (row.done_at, [post.path for post in hook.posts])


def test_a_server_that_is_away_is_asked_for_one_message_at_a_time(
    start: Start, orders: Orders, use: UseSettings
) -> None:
    """Many messages to it would keep a worker busy with waiting."""
    with webhook() as gone:
        port = gone.port
    use(smtp_url=f"smtp://127.0.0.1:{port}")
    orders += [by_mail(f"{name}@example.org") for name in "abc"]
    ended(start)
    first = Notification.objects.order_by("pk")[0]
    outbox._hand_over(first.pk)
    outbox.deliver(first.pk, 1)
    first.refresh_from_db()

    assert "Refused" in first.error
    assert {first.due_at} == set(Notification.objects.values_list("due_at", flat=True))


def test_nothing_is_said_in_clear_where_tls_is_wanted(
    start: Start, orders: Orders, mail: Mail, use: UseSettings
) -> None:
    """A server that offers none gets neither password nor message."""
    use(smtp_url=f"smtp+starttls://user:pw@127.0.0.1:{mail.port}")
    orders.append(by_mail("a@example.org"))
    ended(start)
    (row,) = send_due()

    assert row.done_at is None
    assert [] == mail.messages
    assert set() == {line.split()[0] for line in mail.said} - {"ehlo", "EHLO", "quit", "QUIT", "RSET", "rset"}


def test_a_message_that_was_lost_is_sent_again_and_a_late_one_is_not(start: Start, orders: Orders, hook: Hook) -> None:
    """The task of an earlier attempt finds nothing to do."""
    orders.append(to_hook(hook))
    ended(start)
    outbox.tick()  # its message is lost
    make_due()
    (row,) = send_due()
    outbox.deliver(row.pk, 1)

    assert (2, 1) == (row.attempts, len(hook.posts))


def test_a_clock_that_is_set_back_delays_no_message(start: Start, orders: Orders, hook: Hook) -> None:
    """What was due in a minute is due now, not in a day and a minute."""
    orders.append(to_hook(hook))
    ended(start)
    Notification.objects.update(due_at=now() + 86_400)
    (row,) = Notification.objects.all()
    outbox.tick()
    outbox.deliver(row.pk, 1)

    assert 1 == len(hook.posts)
