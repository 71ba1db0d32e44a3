"""Who is told of which ends of runs, in which words, and how a receiver knows that it is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lading.base.config_groups import Notify, When
from lading.base.config_sources import as_text
from lading.orchestration.notifications import content, signing
from lading.orchestration.notifications.orders import checked_email, checked_webhook, wanted
from lading.orchestration.notifications.outbox import pause

NOTHING: Mapping[str, int] = {"unchanged": 7, "skipped": 1, "created": 0}
SOMETHING: Mapping[str, int] = {"unchanged": 7, "deleted": 1}
TOLD: dict[str, Any] = {
    "run": 7,
    "job": "night\r\nBcc: all@example.org",
    "state": "done_with_failures",
    "reason": "",
    "title": "/data → /z/home/x",
    "counts": {"created": 1200, "failed": 2},
    "bytes": 4096,
    "seconds": 12.3,
    "link": None,
}


@pytest.mark.parametrize(
    ("state", "counts", "told"),
    [
        ("done", NOTHING, {When.ALWAYS}),
        ("done", SOMETHING, {When.ALWAYS, When.CHANGE}),
        ("stopped", NOTHING, {When.ALWAYS}),
        ("stopped", SOMETHING, {When.ALWAYS, When.CHANGE}),
        *((state, NOTHING, set(When)) for state in ("done_with_failures", "failed", "held")),
    ],
)
def test_who_is_told_of_an_end(state: str, counts: Mapping[str, int], told: set[When]) -> None:
    """The table."""
    assert told == {when for when in When if wanted(when, state, counts)}


def test_a_signature_fits_one_message_at_one_time() -> None:
    """What was changed, made up or kept is seen; the value is what any other program computes."""
    body = b'{"run": 7}'
    given = signing.signature("secret", 1_700_000_000, body)

    assert "sha256=19b7e90693af5cbeb62e7f3e39e4b6c3c68d625f338c774e2da01e952a7b77a0" == given
    assert signing.is_genuine("secret", "1700000000", given, body, now=1_700_000_010.0)
    assert not signing.is_genuine("secret", "1700000000", given, body, now=1_700_000_400.0)
    assert not signing.is_genuine("secret", "1700000001", given, body, now=1_700_000_010.0)
    assert not signing.is_genuine("secret", "1700000000", given, body + b" ", now=1_700_000_010.0)
    assert not signing.is_genuine("other", "1700000000", given, body, now=1_700_000_010.0)
    assert not signing.is_genuine("secret", "soon", given, body, now=1_700_000_010.0)


def test_an_email_has_one_subject_and_one_receiver() -> None:
    """Whatever a job is called."""
    message = content.email(TOLD, "lading@example.org", "ops@example.org", 3)

    assert "[Lading] night Bcc: all@example.org: done with failures (run 7)" == message["Subject"]
    assert ["ops@example.org"] == message.get_all("To")
    assert message.get_all("Bcc") is None
    assert "<lading-3-run-7@example.org>" == message["Message-ID"]
    assert "Files: 1,200 created, 2 failed\nBytes: 4,096 in 12 s\n\nlading show 7\n" in message.get_content()


@pytest.mark.parametrize("address", ["", "a", "a@", "a@b, c@d", "a <a@b.org>", "a@b.org\nBcc: c@d.org", "é@b.org"])
def test_what_is_no_email_address_is_refused(address: str) -> None:
    """One address, and nothing around it."""
    with pytest.raises(ValueError, match="no e-mail address"):
        checked_email(address)
    assert "a.b+c@d-e.org" == checked_email("a.b+c@d-e.org")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://a/b", "no address"),
        ("https://", "no address"),
        ("https://user:pw@host/x", "no password"),
        ("http://host/a b", "blanks"),
    ],
)
def test_what_is_no_webhook_is_refused(address: str, words: str) -> None:
    """Passwords belong in the settings."""
    with pytest.raises(ValueError, match=words):
        checked_webhook(address)
    assert "https://host:8443/x?y=1" == checked_webhook("https://host:8443/x?y=1")


def test_tries_come_later_and_later() -> None:
    """Thirty of them are about a day."""
    assert [30, 60, 120, 3600, 3600] == [pause(attempts) for attempts in (1, 2, 3, 8, 1000)]
    assert 22 < sum(pause(attempt) for attempt in range(1, Notify().attempts)) / 3600 < 26


def test_a_password_is_sent_over_tls_or_to_this_machine_only() -> None:
    """Refused with the settings, before anything is sent; what is shown shows no secret."""
    with pytest.raises(ValueError, match="over TLS only"):
        Notify.model_validate({"smtp_url": "smtp://user:pw@mail.example.org"})
    with pytest.raises(ValueError, match="must be smtp"):
        Notify.model_validate({"smtp_url": "https://mail.example.org"})
    with pytest.raises(ValueError, match="http"):
        Notify.model_validate({"webhook_url": "file:///etc/passwd"})
    made = Notify.model_validate(
        {"smtp_url": "smtps://user:pw@mail.example.org", "webhook_url": "https://h/secret", "webhook_secret": "s"}
    )
    assert "pw" not in repr(made)
    assert "secret'" not in repr(made.webhook_url)
    assert "https://h/secret" == as_text(made.webhook_url)
