"""
The tables of CV reviews. Every row of a person's has its owner; what hangs on a document goes with it.

Times are seconds since the epoch by the database's clock, as in the backbone. Texts of a person stand in these tables and
nowhere else: not in runs, batches or outcomes, not in Redis, not in a log.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lading.cv.app.accounting import Spending
from lading.cv.app.addresses import Webhook
from lading.cv.app.owned import Owned
from lading.cv.app.pictures import PagePicture

__all__ = [
    "Artefact",
    "CallState",
    "Choice",
    "Consent",
    "Decision",
    "Document",
    "Finding",
    "JobAdvertisement",
    "ModelCall",
    "PagePicture",
    "Resume",
    "Review",
    "SectionAsked",
    "Spending",
    "Suggestion",
    "Webhook",
]


class Document(Owned):
    """A CV as it was uploaded; never changed. The same bytes of one person are one document."""

    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    format = models.CharField(max_length=16)
    content = models.BinaryField()
    #: what the reader saw (`packing.DOCUMENT`); empty until it was read
    reading = models.BinaryField(default=b"")
    #: why it cannot be read
    code = models.CharField(max_length=40, default="")
    reason = models.TextField(default="")
    expires_at = models.FloatField(db_index=True)

    class Meta:
        """One row for the same bytes."""

        constraints: ClassVar = [models.UniqueConstraint("owner", "sha256", name="cv_document_once")]

    def __str__(self) -> str:
        return f"document {self.pk}"


class JobAdvertisement(Owned):
    """A job advertisement that CVs are compared with."""

    title = models.TextField(default="")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    expires_at = models.FloatField(db_index=True)

    class Meta:
        """One row for the same text."""

        constraints: ClassVar = [models.UniqueConstraint("owner", "sha256", name="cv_job_once")]

    def __str__(self) -> str:
        return f"advertisement {self.pk}"


class Resume(Owned):
    """One version of what a document was understood as; never changed."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    #: of the content, as the engine names it
    version = models.CharField(max_length=40)
    #: the version whose suggestions were decided
    base = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    #: `packing.VERSION`
    body = models.BinaryField()

    class Meta:
        """Numbered within the document."""

        constraints: ClassVar = [models.UniqueConstraint("document", "number", name="cv_resume_number")]

    def __str__(self) -> str:
        return f"version {self.number} of document {self.document_id}"


class Review(Owned):
    """A run that looks at one version."""

    run = models.OneToOneField("orchestration.Run", on_delete=models.CASCADE)
    document = models.ForeignKey(Document, on_delete=models.CASCADE)
    #: the version that it is about; None until the document was understood
    resume = models.ForeignKey(Resume, null=True, on_delete=models.CASCADE)
    job = models.ForeignKey(JobAdvertisement, null=True, on_delete=models.SET_NULL)
    #: which rules of advice are asked (`lint.review.Advice`)
    advice = models.CharField(max_length=10)
    #: the model that is asked; "" for none
    model = models.CharField(max_length=200, default="")
    #: the day that the rules take for today
    day = models.DateField()
    #: the lint's report and the answer to the advertisement, as compressed JSON
    report = models.BinaryField(default=b"")
    match = models.BinaryField(default=b"")
    #: what whoever asked for it calls it, so that asking twice begins one
    request_key = models.CharField(max_length=100, null=True)  # noqa: DJ001 - unique where there is one
    #: public part of the token by which a program asked for it; "": the person did
    token = models.CharField(max_length=12, default="")

    class Meta:
        """One review for one request."""

        constraints: ClassVar = [models.UniqueConstraint("owner", "request_key", name="cv_review_once")]

    def __str__(self) -> str:
        return f"review {self.pk} (run {self.run_id})"


class Finding(Owned):
    """One thing that one rule found."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE)
    code = models.CharField(max_length=40)
    #: what software loses, or advice
    heading = models.CharField(max_length=10)
    pointer = models.TextField()
    evidence = models.TextField()
    page = models.PositiveIntegerField()
    line = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.code} in review {self.review_id}"


class Suggestion(Owned):
    """One change that the person may accept, edit or reject."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE)
    #: as the engine names it; the same change has the same key
    key = models.CharField(max_length=40)
    #: where it stands among the others: those of rules first, then section by section
    position = models.PositiveIntegerField()
    #: the section that it came with; None for what rules suggest
    section = models.PositiveIntegerField(null=True)
    #: heard, judged and shown, while the rest of the answer was still to come; nobody can decide about it yet
    is_partial = models.BooleanField(default=False)
    is_safe = models.BooleanField()
    #: `packing.SUGGESTION`
    body = models.BinaryField()

    class Meta:
        """Told once, however often it was heard."""

        constraints: ClassVar = [models.UniqueConstraint("review", "key", name="cv_suggestion_once")]

    def __str__(self) -> str:
        return f"{self.key} of review {self.review_id}"


class Choice(models.TextChoices):
    """What a person makes of a suggestion."""

    ACCEPT = "accept"
    EDIT = "edit"
    REJECT = "reject"


class Decision(Owned):
    """What a person made of a suggestion; made once."""

    suggestion = models.OneToOneField(Suggestion, on_delete=models.CASCADE)
    choice = models.CharField(max_length=10, choices=Choice)
    #: of an edit: the person's words
    text = models.TextField(default="")
    #: the version that came of it; None where nothing was accepted
    made = models.ForeignKey(Resume, null=True, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"{self.choice} {self.suggestion_id}"


class SectionAsked(Owned):
    """What came of asking a model about one section."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    pointer = models.TextField()
    #: why the model's word is missing; "" where it is there
    code = models.CharField(max_length=40, default="")
    #: suggestions that are not offered: how often for which reason
    withheld = models.JSONField(default=dict)
    #: points about which the model had no room to answer
    unanswered = models.JSONField(default=list)

    class Meta:
        """One row for a section, however often it was asked about."""

        constraints: ClassVar = [models.UniqueConstraint("review", "number", name="cv_section_once")]

    def __str__(self) -> str:
        return f"section {self.number} of review {self.review_id}"


class CallState(models.TextChoices):
    """Where a request to a model stands."""

    #: nobody asks; it may be asked
    FREE = "free"
    #: whoever holds the batch under the fence asks
    ASKED = "asked"
    DONE = "done"
    #: whoever asked died over it
    LOST = "lost"


class ModelCall(Owned):
    """One request to a model, known by its content: it is made once for a person, whatever is delivered twice."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE)
    #: SHA-256 of address, model and everything that is sent
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=CallState, default=CallState.FREE)
    batch_id = models.BigIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    #: requests that were begun
    attempts = models.PositiveSmallIntegerField(default=0)
    first_at = models.FloatField(default=0)
    lost_at = models.FloatField(default=0)
    #: how the last one ended, where it failed
    code = models.CharField(max_length=40, default="")
    answer = models.TextField(default="")
    finish = models.CharField(max_length=10, default="")
    prompt_tokens = models.PositiveIntegerField(null=True)
    answer_tokens = models.PositiveIntegerField(null=True)

    class Meta:
        """One row for the same content."""

        constraints: ClassVar = [models.UniqueConstraint("owner", "key", name="cv_call_once")]

    def __str__(self) -> str:
        return f"call {self.pk} ({self.state})"


class Consent(Owned):
    """That a person's text may go to an address off this machine."""

    endpoint = models.CharField(max_length=300)
    expires_at = models.FloatField(db_index=True)

    class Meta:
        """One row for an address."""

        constraints: ClassVar = [models.UniqueConstraint("owner", "endpoint", name="cv_consent_once")]

    def __str__(self) -> str:
        return f"consent of {self.owner}"


class Artefact(Owned):
    """One version, rendered."""

    resume = models.ForeignKey(Resume, on_delete=models.CASCADE)
    run = models.OneToOneField("orchestration.Run", null=True, on_delete=models.SET_NULL)
    format = models.CharField(max_length=8)
    template = models.CharField(max_length=12)
    #: empty until it was rendered
    content = models.BinaryField(default=b"")
    media_type = models.CharField(max_length=100, default="")
    #: what a reader finds in it (`lading cv render --json`), as compressed JSON
    report = models.BinaryField(default=b"")
    #: why it could not be rendered
    code = models.CharField(max_length=40, default="")

    def __str__(self) -> str:
        return f"{self.format} of version {self.resume_id}"
