"""What is told of a model: what it was asked, and what would leave the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from lading.cv.engine.improve.report import ClaimReport, FailureReport, ModelReport, WithheldReport
from lading.cv.engine.model.endpoint import Endpoint
from lading.cv.engine.model.improving import Failed, Improved
from lading.cv.engine.model.material import PROMPT

#: of the JSON object
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsReport:
    """What `lading cv models --json` prints."""

    schema: Literal[1] = SCHEMA
    #: false: nothing is ever sent
    configured: bool
    url: str
    model: str
    #: whether a key is set; it is never shown
    has_key: bool
    #: whether what is sent stays on this machine
    on_this_machine: bool
    #: name and version of the instructions
    prompt: str
    #: of the file that was named: every request, word for word
    outgoing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object."""
        return asdict(self)


def models_report(endpoint: Endpoint | None, outgoing: Iterable[str] = ()) -> ModelsReport:
    """Return what is configured and what would be sent."""
    return ModelsReport(
        configured=endpoint is not None,
        url=endpoint.url if endpoint else "",
        model=endpoint.model if endpoint else "",
        has_key=bool(endpoint and endpoint.key),
        on_this_machine=endpoint is None or endpoint.is_on_this_machine,
        prompt=PROMPT,
        outgoing=tuple(outgoing),
    )


def model_report(endpoint: Endpoint, improved: Iterable[Improved], failed: Iterable[Failed]) -> ModelReport:
    """Return what was asked of a model and what became of it."""
    done = tuple(improved)
    usage = [one for section in done for one in section.usage]
    return ModelReport(
        url=endpoint.url,
        model=endpoint.model,
        prompt=PROMPT,
        calls=len(usage),
        prompt_tokens=_sum(one.prompt for one in usage),
        answer_tokens=_sum(one.answer for one in usage),
        withheld=tuple(
            WithheldReport(
                pointer=one.pointer,
                why=one.why.value,
                claims=tuple(ClaimReport(kind=claim.kind, text=claim.text) for claim in one.claims),
            )
            for section in done
            for one in section.withheld
        ),
        failures=tuple(
            FailureReport(
                pointer=one.section.pointer, code=one.error.code, message=one.error.message, hint=one.error.hint
            )
            for one in failed
        ),
        unanswered=tuple(pointer for section in done for pointer in section.unanswered),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum; None where one is unknown, for an unknown price is not nothing."""
    known = list(counts)
    return None if not known or None in known else sum(count for count in known if count is not None)
