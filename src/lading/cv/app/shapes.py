"""What the API takes and gives, as values with their schema."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ninja import Schema

from lading.cv.app import packing
from lading.cv.app.models import (
    Artefact,
    Choice,
    Document,
    Finding,
    JobAdvertisement,
    Resume,
    Review,
    SectionAsked,
    Suggestion,
)
from lading.cv.engine.improve.report import SuggestionReport, suggestion_report
from lading.cv.engine.lint.review import Advice
from lading.cv.engine.render import Output, Template


def moment(seconds: float | None) -> datetime | None:
    """Return a time of the ledger as one of the API."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class DocumentShape(Schema):
    """A CV as it was uploaded."""

    id: int
    name: str
    format: str
    size: int
    sha256: str
    #: why it cannot be read; "" where it can, or was not tried yet
    code: str
    reason: str
    created_at: datetime | None
    #: when it is deleted with everything made of it
    expires_at: datetime | None

    @staticmethod
    def of(row: Document) -> DocumentShape:
        """Return a row as a value."""
        return DocumentShape(
            id=row.pk,
            name=row.name,
            format=row.format,
            size=row.size,
            sha256=row.sha256,
            code=row.code,
            reason=row.reason,
            created_at=moment(row.created_at),
            expires_at=moment(row.expires_at),
        )


class JobShape(Schema):
    """A job advertisement."""

    id: int
    title: str
    text: str
    expires_at: datetime | None

    @staticmethod
    def of(row: JobAdvertisement) -> JobShape:
        """Return a row as a value."""
        return JobShape(id=row.pk, title=row.title, text=row.text, expires_at=moment(row.expires_at))


class NewJob(Schema):
    """An advertisement to be stored."""

    text: str
    title: str = ""


class NewReview(Schema):
    """How a review shall be."""

    #: version that is looked at; null: the newest
    version: int | None = None
    job: int | None = None
    advice: Advice = Advice.DEFAULT
    #: name of the model that may be asked; "" for none
    model: str = ""
    #: the day that the rules take for today; null: today
    day: date | None = None


class SectionShape(Schema):
    """What came of asking the model about one section."""

    number: int
    pointer: str
    #: why the model's word is missing; "" where it is there
    code: str
    #: suggestions that are not offered, by reason
    withheld: dict[str, int]
    unanswered: list[str]

    @staticmethod
    def of(row: SectionAsked) -> SectionShape:
        """Return a row as a value."""
        return SectionShape(
            number=row.number, pointer=row.pointer, code=row.code, withheld=row.withheld, unanswered=row.unanswered
        )


class ReviewShape(Schema):
    """A review, and how far it is."""

    id: int
    document: int
    #: whose progress tells of it
    run: int
    state: str
    stage: str
    reason: str
    #: version that it looks at; null until the document was understood
    version: int | None
    job: int | None
    model: str
    created_at: datetime | None
    sections: list[SectionShape]

    @staticmethod
    def of(row: Review) -> ReviewShape:
        """Return a row as a value."""
        return ReviewShape(
            id=row.pk,
            document=row.document_id,
            run=row.run_id,
            state=row.run.state,
            stage=row.run.stage,
            reason=row.run.reason,
            version=row.resume.number if row.resume else None,
            job=row.job_id,
            model=row.model,
            created_at=moment(row.created_at),
            sections=[SectionShape.of(one) for one in sorted(row.sectionasked_set.all(), key=lambda one: one.number)],
        )


class FindingShape(Schema):
    """One thing that one rule found."""

    code: str
    heading: str
    pointer: str
    evidence: str
    page: int
    line: int

    @staticmethod
    def of(row: Finding) -> FindingShape:
        """Return a row as a value."""
        return FindingShape(
            code=row.code,
            heading=row.heading,
            pointer=row.pointer,
            evidence=row.evidence,
            page=row.page,
            line=row.line,
        )


class SuggestionShape(Schema):
    """One suggestion, and what was decided about it."""

    suggestion: SuggestionReport
    #: it is still being heard: nobody can decide about it yet
    partial: bool
    #: "" where nothing was decided
    decision: str
    text: str

    @staticmethod
    def of(row: Suggestion) -> SuggestionShape:
        """Return a row as a value."""
        decision = getattr(row, "decision", None)
        return SuggestionShape(
            suggestion=suggestion_report(packing.SUGGESTION.unpack(row.body)),
            partial=row.is_partial,
            decision=decision.choice if decision else "",
            text=decision.text if decision else "",
        )


class DecisionShape(Schema):
    """What a person makes of one suggestion."""

    suggestion: str
    choice: Choice
    #: of an edit: the person's words
    text: str = ""


class Decisions(Schema):
    """Decisions about suggestions to the version that the person sees."""

    #: number of the newest version as the person knows it
    version: int
    decisions: list[DecisionShape]


class Seen(Schema):
    """The newest version as the person knows it."""

    version: int


class VersionShape(Schema):
    """One version."""

    number: int
    id: str
    created_at: datetime | None

    @staticmethod
    def of(row: Resume) -> VersionShape:
        """Return a row as a value."""
        return VersionShape(number=row.number, id=row.version, created_at=moment(row.created_at))


class ChangeShape(Schema):
    """One text that is different."""

    change: str
    pointer: str
    before: str
    after: str


class NewRendering(Schema):
    """In what form a version is taken away."""

    format: Output = Output.PDF
    template: Template = Template.PLAIN


class RenderingShape(Schema):
    """A rendered version, and what a reader finds in it."""

    id: int
    run: int | None
    format: str
    template: str
    #: it can be fetched
    ready: bool
    code: str
    report: dict[str, Any] | None

    @staticmethod
    def of(row: Artefact) -> RenderingShape:
        """Return a row as a value."""
        return RenderingShape(
            id=row.pk,
            run=row.run_id,
            format=row.format,
            template=row.template,
            ready=bool(row.media_type),  # it is written with the content, which may be large
            code=row.code,
            report=packing.unpack_json(row.report),
        )


class ConsentShape(Schema):
    """Whether a person's text may be sent to a model, and where that is."""

    model: str
    url: str
    on_this_machine: bool
    given: bool


class Outgoing(Schema):
    """Exactly what would be sent, request by request."""

    url: str
    requests: list[str]


class Named(Schema):
    """A model by its name."""

    model: str
