"""The sections of a version that a model is asked about, and exactly what it would be sent."""

from __future__ import annotations

from collections.abc import Sequence

from lading.cv.app import packing
from lading.cv.app.errors import NotReady
from lading.cv.app.models import Resume, Review
from lading.cv.engine.improve.version import Version
from lading.cv.engine.model.material import Section, sections_of


def version_of(resume: Resume | None) -> Version:
    """Return a stored version; raise `NotReady` where the document was not understood yet."""
    if resume is None:
        raise NotReady("The document was not understood yet", hint="Wait for the review")
    return packing.VERSION.unpack(resume.body)


def of(review: Review) -> Sequence[Section]:
    """Return the sections that a review asks about, in the order of the version."""
    return sections_of(version_of(review.resume))
