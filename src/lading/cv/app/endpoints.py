"""The model that the settings name, as reviews use it: off until it is named, alone until it answers again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lading.base import config
from lading.base.config_groups import Cv
from lading.cv.engine.model.endpoint import Endpoint, of_settings
from lading.cv.engine.model.errors import NotConfigured
from lading.cv.engine.model.port import Prompt, Usage

if TYPE_CHECKING:
    from lading.cv.engine.model.openai_compatible import OpenAICompatible

#: characters of a token at least, over instructions and texts of both languages: an estimate that is rather too high
_CHARACTERS = 3
_MILLION = 1_000_000


def configured() -> Endpoint | None:
    """Return the endpoint of the settings; None: no model, nothing is ever sent. Raise `NotConfigured` for half a one."""
    return of_settings(config.current().cv)


def named(model: str) -> Endpoint:
    """Return the endpoint for a model that a person named; raise `NotConfigured` where it is not that of the settings."""
    endpoint = configured()
    if endpoint is None or endpoint.model != model:
        offered = f"The model here is called {endpoint.model}" if endpoint else "No model is configured here"
        raise NotConfigured("There is no model of this name here", hint=offered)
    return endpoint


def client(endpoint: Endpoint) -> OpenAICompatible:
    """Return what talks to an endpoint."""
    from lading.cv.engine.model.openai_compatible import OpenAICompatible  # httpx2 comes with the extra `cv`

    return OpenAICompatible(endpoint)


def circuit(endpoint: Endpoint) -> str:
    """Return the name of its circuit: another model or key at the same address is another service."""
    told = hashlib.sha256(f"{endpoint.model}\n{endpoint.key}".encode()).hexdigest()[:8]
    return f"model {urlsplit(endpoint.base_url).netloc} {endpoint.model[:200]} {told}"


def estimate(prompt: Prompt) -> int:
    """Return how many tokens a request may cost at most."""
    return (len(prompt.instructions) + len(prompt.material)) // _CHARACTERS + prompt.longest_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Of a million tokens; None: unknown."""

    sent: float | None
    answered: float | None

    @staticmethod
    def of(settings: Cv) -> Prices:
        """Return the prices of the settings."""
        return Prices(sent=settings.model_price_sent, answered=settings.model_price_answered)

    def cost(self, usage: Usage) -> float | None:
        """Return what a call cost; None where a price or a count is unknown, for unknown is not nothing."""
        if self.sent is None or self.answered is None or usage.prompt is None or usage.answer is None:
            return None
        return (usage.prompt * self.sent + usage.answer * self.answered) / _MILLION
