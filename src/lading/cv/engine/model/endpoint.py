"""Where a model is asked, and how long it may take."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from lading.base.config_groups import Cv
from lading.cv.engine.model.errors import NotConfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible endpoint. It shows itself without its key."""

    #: as it is given: /chat/completions is appended, nothing else is changed
    base_url: str
    model: str
    key: str | None = None
    #: seconds until a connection stands
    connect_s: float = 5.0
    #: seconds between two pieces of an answer: a slow model is fine, a silent one is not
    read_s: float = 60.0
    #: seconds for one answer as a whole
    deadline_s: float = 900.0

    def __post_init__(self) -> None:
        """Raise `NotConfigured` where there is no address or no name."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotConfigured(
                f"{self.base_url!r} is no address of a model", hint="Give it as http://localhost:11434/v1"
            )
        if parts.username or parts.password:
            raise NotConfigured(
                "The address of the model holds a password", hint="Give the key in LADING_CV__MODEL_KEY"
            )
        if not self.model:
            raise NotConfigured("The model has no name", hint="Set cv.model_name, such as llama3.1")

    def __repr__(self) -> str:
        """Return it without the key."""
        return f"Endpoint(base_url={self.base_url!r}, model={self.model!r}, key={'***' if self.key else None})"

    @property
    def url(self) -> str:
        """Where requests go."""
        return f"{self.base_url.rstrip('/')}/chat/completions"

    @property
    def is_on_this_machine(self) -> bool:
        """Whether what is sent stays on this machine."""
        host = (urlsplit(self.base_url).hostname or "").rstrip(".").lower()
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def of_settings(settings: Cv) -> Endpoint | None:
    """Return the endpoint of the settings; None: no model, nothing is ever sent. Raise `NotConfigured` for half a one."""
    if not settings.model_url:
        return None
    return Endpoint(
        base_url=settings.model_url,
        model=settings.model_name or "",
        key=settings.model_key.get_secret_value() if settings.model_key else None,
        connect_s=settings.model_connect_s,
        read_s=settings.model_read_s,
        deadline_s=settings.model_deadline_s,
    )
