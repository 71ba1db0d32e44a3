"""The part of a definition that says when its runs go, and beside which others."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lading.base.errors import UsageError
from lading.ingest.app.selection_options import Size
from lading.orchestration.limits import window
from lading.orchestration.overlap import Overlap


def _settled(text: str | None) -> str | None:
    try:
        return window.settled(text) if text else None
    except UsageError as error:
        raise ValueError(str(error)) from error


class ControlOptions(BaseModel):
    """How a run of the job stands to others, to the time of day, and to the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: share of the zone's window relative to other runs
    priority: int = Field(default=1, ge=1, le=100)
    #: what becomes of a run that is asked for while another one of the job is under way
    overlap: Overlap = Overlap.REFUSE
    #: when runs may work (`22:00-06:00`, `mon-fri 22:00-06:00 Europe/Amsterdam`); None: always
    window: Annotated[str | None, AfterValidator(_settled)] = None
    #: bytes a second that runs of the job send at most, over all workers; None: what the zone's limit leaves
    bandwidth: Annotated[Size, Field(gt=0)] | None = None
