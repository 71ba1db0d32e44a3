"""What `lading cv render` gives back, as it is written to JSON; `data/render.schema.json` is made from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from lading.cv.engine.render.read_back import ReadBack
from lading.cv.engine.render.rendered import Rendered

#: of the JSON object
SCHEMA: Final = 1
#: stands in the report where a reader does not find everything again
ROUND_TRIP_LOSS: Final = "ROUND_TRIP_LOSS"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostReport:
    """One field that did not come back as it was."""

    pointer: str
    expected: str
    found: str
    #: the text is nowhere in the file; else it stands there, and is taken for something else
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderReport:
    """One rendered file, and what a reader finds in it."""

    schema: Literal[1] = SCHEMA
    path: str
    format: str
    #: "" where the form has no looks
    template: str
    bytes: int
    sha256: str
    #: fields that were compared
    compared: int
    #: "ROUND_TRIP_LOSS", or "" where every field came back
    code: str
    lost: tuple[LostReport, ...]
    #: lines of the file that was read that are not in the one that was written
    left_behind: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object."""
        return asdict(self)


def render_report(path: str, made: Rendered, back: ReadBack) -> RenderReport:
    """Return a rendered file as it is published."""
    return RenderReport(
        path=path,
        format=made.output.value,
        template=made.template.value if made.template else "",
        bytes=len(made.content),
        sha256=made.sha256,
        compared=back.compared,
        code=ROUND_TRIP_LOSS if back.lost else "",
        lost=tuple(
            LostReport(pointer=one.pointer, expected=one.expected, found=one.found, gone=one.is_gone)
            for one in back.lost
        ),
        left_behind=back.left_behind,
    )
