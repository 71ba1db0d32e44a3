"""Settings of the console and the API."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from lading.base.config_groups import Group, Names, Positive
from lading.base.config_oidc import Oidc


def _listening(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) < 2**16):
        raise ValueError(f"{text} is no host:port")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"{text} is no address such as https://lading.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


class Web(Group):
    """The console and the API."""

    #: host:port at which they listen; None: 127.0.0.1:8420, or a free port where that one is taken
    listen: Annotated[str, AfterValidator(_listening)] | None = None
    #: address by which browsers reach them, such as https://lading.example.org; needed for any but this machine
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    #: addresses of proxies in front: what they say of the client is believed
    proxies: Names = ("127.0.0.1", "::1")
    #: hours after which somebody has to sign in again
    session_hours: Positive = 12
    #: what Prometheus shows at /metrics from another machine; better in the environment than in a file that others read
    metrics_token: SecretStr | None = None
    #: single sign-on by an OpenID Connect provider
    oidc: Oidc = Oidc()
