"""Sending one message to one address, by SMTP or HTTP; whatever goes wrong is `NotDelivered`."""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from lading.base import config
from lading.base.config_groups import Notify
from lading.base.errors import RetryLater
from lading.orchestration.notifications import content, signing
from lading.orchestration.notifications.orders import Channel
from lading.orchestration.notifications.public import PublicConnection

#: answers that say that a message was taken
_TAKEN = range(200, 300)
#: bytes of an answer that are read: enough to say what is wrong
_ANSWER = 500


class NotDelivered(RetryLater):
    """A message about the end of a run did not arrive."""

    code = "NOT_DELIVERED"

    def __init__(self, message: str, *, is_away: bool) -> None:
        super().__init__(message)
        #: whether nobody answered: other messages would not arrive either
        self.is_away = is_away


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one address."""

    channel: Channel
    #: "" for the one of the settings
    address: str
    told: dict[str, Any]
    #: the same for each try
    number: int
    #: signs it; "" for the one of the settings
    key: str = ""
    #: whether the address must be one of the internet
    is_guarded: bool = False


def send(letter: Letter, at: float) -> None:
    """Send one message, `at` seconds since the epoch; raise `NotDelivered` unless the other side has taken it."""
    settings = config.current().notify
    try:
        if letter.channel is Channel.EMAIL:
            _mail(settings, content.email(letter.told, settings.sender, letter.address, letter.number))
        else:
            _post(settings, letter, at)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ValueError) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}", is_away=False) from error
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}", is_away=True) from error


def _secret(value: Any) -> str:  # noqa: ANN401 - a pydantic secret, or None
    if value is None:
        raise ValueError("no address is set any more")
    return str(value.get_secret_value())


# --- HTTP ------------------------------------------------------------------------------------------------------------


def _post(settings: Notify, letter: Letter, at: float) -> None:
    """Post a message. Redirects are not followed: what is signed goes where it is meant to, or nowhere."""
    parts = urlsplit(letter.address or _secret(settings.webhook_url))
    body = json.dumps(letter.told, ensure_ascii=True).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "lading",
        signing.DELIVERY: str(letter.number),
        signing.TIMESTAMP: str(int(at)),
    }
    key = letter.key or (settings.webhook_secret.get_secret_value() if settings.webhook_secret else "")
    if key:
        headers[signing.SIGNATURE] = signing.signature(key, int(at), body)
    with _connected(parts, settings.timeout_s, is_guarded=letter.is_guarded) as connection:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        # what a person's own server says is no line of this installation's log
        said = b"" if letter.is_guarded else answer.read(_ANSWER)
    if answer.status not in _TAKEN:
        shown = said.decode("utf-8", "replace").strip()
        raise NotDelivered(f"{parts.hostname} answered {answer.status} {answer.reason} {shown}".strip(), is_away=False)


@contextmanager
def _connected(parts: SplitResult, seconds: float, *, is_guarded: bool) -> Iterator[http.client.HTTPConnection]:
    host = parts.hostname or ""
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    connection: http.client.HTTPConnection
    if is_guarded:
        connection = PublicConnection(host, parts.port or (443 if tls else 80), seconds=seconds, tls=tls)
    elif tls:
        connection = http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=tls)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=seconds)
    try:
        yield connection
    finally:
        connection.close()


# --- SMTP ------------------------------------------------------------------------------------------------------------


def _mail(settings: Notify, message: EmailMessage) -> None:
    """Hand a message to the mail server; where the settings say STARTTLS, nothing is said without it."""
    parts = urlsplit(_secret(settings.smtp_url))
    host = parts.hostname or ""
    trust = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, parts.port or 465, timeout=settings.timeout_s, context=trust)
        if parts.scheme == "smtps"
        else smtplib.SMTP(
            host, parts.port or (587 if parts.scheme == "smtp+starttls" else 25), timeout=settings.timeout_s
        )
    )
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
