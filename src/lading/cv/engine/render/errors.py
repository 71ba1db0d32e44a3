"""Why a resume cannot be rendered."""

from __future__ import annotations

from lading.base.errors import SkipFile


class RenderRefused(SkipFile):
    """The resume cannot be set."""

    code = "CV_RENDER_REFUSED"


class NothingToRender(RenderRefused):
    """The resume has no text."""

    code = "CV_NOTHING_TO_RENDER"


class RenderFailed(RenderRefused):
    """The typesetter gave up."""

    code = "CV_RENDER_FAILED"
