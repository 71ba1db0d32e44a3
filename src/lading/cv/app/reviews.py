"""What a person can do: upload a CV, name an advertisement, let a version be reviewed, see what would be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from lading.base import config
from lading.base.errors import RequestInvalid
from lading.cv.app import access, consents, endpoints, kinds, quotas, sections, versions
from lading.cv.app.access import Asker
from lading.cv.app.models import Document, JobAdvertisement, Resume, Review
from lading.cv.engine.errors import TooLarge
from lading.cv.engine.extract import Limits
from lading.cv.engine.extract.kinds import kind_of
from lading.cv.engine.model.improving import prompts_of
from lading.orchestration import enqueue
from lading.orchestration.kinds import NewRun
from lading.orchestration.ledger import control, runs
from lading.orchestration.ledger.clock import now

_DAY = 86_400
#: characters of a file's name that are kept
_LONGEST_NAME = 200
#: characters of an advertisement: it is no book
_LONGEST_JOB = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a review shall be."""

    #: the day that the rules take for today
    day: date
    #: version that is looked at; None: the newest
    number: int | None = None
    job_id: int | None = None
    advice: str = "default"
    #: name of the model that may be asked; "" for none
    model: str = ""
    #: what the caller calls this request: asking twice begins one review
    request_key: str | None = None
    #: public part of the token by which a program asks; "" for the person
    token: str = ""


def expiry(at: float | None = None) -> float:
    """Return when what is stored at a moment, or now, is deleted."""
    return (now() if at is None else at) + config.current().cv.keep_days * _DAY


def upload(owner: str, name: str, content: bytes, token: str = "") -> Document:
    """
    Store a CV; the same bytes once more are the same document, kept longer.

    Raise a `DocumentRefused` for what is no CV by its first bytes, or `QuotaSpent`. Nothing is stored then.
    """
    limits = Limits()
    if len(content) > limits.bytes:
        raise TooLarge(f"The file has more than {limits.bytes // 1024 // 1024} MiB", hint="Remove pictures")
    kind = kind_of(content)
    quotas.take(Asker(owner=owner, token=token), quotas.uploads())
    sha256 = hashlib.sha256(content).hexdigest()
    known = _kept_longer(owner, sha256)
    if known is not None:
        return known
    quotas.has_room(owner)
    # of two that bring the same bytes at once one makes the row, and both get it
    made, _ = Document.objects.get_or_create(
        owner=owner,
        sha256=sha256,
        defaults={
            "created_at": now(),
            "expires_at": expiry(),
            "name": _plain(name),
            "size": len(content),
            "format": kind.value,
            "content": content,
        },
    )
    return made


def _kept_longer(owner: str, sha256: str) -> Document | None:
    """Return the document of these bytes that is there already; it is kept from now on."""
    with transaction.atomic():
        rows = Document.objects.select_for_update().filter(owner=owner, sha256=sha256)
        known = rows.defer("content", "reading").first()
        if known is not None:
            Document.objects.filter(pk=known.pk).update(expires_at=expiry())
        return known


def _plain(name: str) -> str:
    """Return the last part of a file's name without what a terminal, a header or a page would take for more."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable() and char not in '"<>')[:_LONGEST_NAME] or "cv"


def advertise(owner: str, text: str, title: str = "") -> JobAdvertisement:
    """
    Store an advertisement; the same text once more is the same one.

    Raise `RequestInvalid` for an empty or a long one, or `QuotaSpent`.
    """
    if not text.strip():
        raise RequestInvalid("The advertisement is empty", hint="Give its text")
    if len(text) > _LONGEST_JOB:
        raise RequestInvalid(f"The advertisement has more than {_LONGEST_JOB:,} characters", hint="Give one only")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if not JobAdvertisement.objects.filter(owner=owner, sha256=sha256).exists():
        quotas.has_room_for_job(owner)
    found, _ = JobAdvertisement.objects.update_or_create(
        owner=owner,
        sha256=sha256,
        defaults={"expires_at": expiry()},
        create_defaults={
            "expires_at": expiry(),
            "created_at": now(),
            "text": text,
            "title": _plain(title) if title else "",
        },
    )
    return found


def begin(owner: str, document_id: int, wanted: Wanted) -> Review:
    """
    Begin a review; workers carry it out. Raise `NotFound`, `NotConfigured`, `ConsentNeeded`, `QuotaSpent`.

    Of two requests with the same key the second one gets the review of the first, also where both come at once; raise
    `RequestInvalid` where the key was used for another document.
    """
    asked = _asked_before(owner, document_id, wanted.request_key)
    if asked is not None:
        return asked
    document = access.owned(Document, owner, document_id)
    job = None if wanted.job_id is None else access.owned(JobAdvertisement, owner, wanted.job_id)
    if wanted.model:
        consents.check(owner, endpoints.named(wanted.model))
    resume = _looked_at(document, wanted.number)
    quotas.take(Asker(owner=owner, token=wanted.token), quotas.reviews())
    try:
        review = _begun(document, resume, job, wanted)
    except IntegrityError:
        asked = _asked_before(owner, document_id, wanted.request_key)
        if asked is None:
            # the document, the version or the advertisement was deleted meanwhile
            raise access.not_found(Document) from None
        return asked
    enqueue.pump()
    return review


def _asked_before(owner: str, document_id: int, key: str | None) -> Review | None:
    """Return the review that a request of this key began."""
    if key is None:
        return None
    known = Review.objects.select_related("run", "document", "resume").filter(owner=owner, request_key=key).first()
    if known is not None and known.document_id != document_id:
        raise RequestInvalid("This key was used for a review of another CV", hint="Take a new Idempotency-Key")
    return known


def _begun(document: Document, resume: Resume | None, job: JobAdvertisement | None, wanted: Wanted) -> Review:
    with transaction.atomic():
        run = runs.start(_new_run(document, resume, has_job=job is not None))
        at = now()
        review = Review.objects.create(
            owner=document.owner,
            created_at=at,
            run=run,
            document=document,
            resume=resume,
            job=job,
            advice=wanted.advice,
            model=wanted.model,
            day=wanted.day,
            request_key=wanted.request_key,
            token=wanted.token,
        )
        Document.objects.filter(pk=document.pk).update(expires_at=expiry(at))
    return review


def _looked_at(document: Document, number: int | None) -> Resume | None:
    if number is None:
        return versions.newest(document)
    return versions.numbered(document.owner, document.pk, number)


def _new_run(document: Document, resume: Resume | None, *, has_job: bool) -> NewRun:
    is_known = resume is not None
    wants = kinds.wants_pictures(document)
    batches = kinds.checks(has_job=has_job, wants_pictures=wants) if is_known else [kinds.step(kinds.EXTRACT)]
    # no name of a file, and no name of a person: titles are listed with all runs
    stage = kinds.CHECKING if is_known else kinds.READING
    return NewRun(kind=kinds.REVIEW, title="CV review", stage=stage, batches=batches, options={}, whose=document.owner)


def again(owner: str, review_id: int, *, request_key: str | None = None, token: str = "") -> Review:
    """
    Begin a review like an earlier one; what a model answered then is not asked again, only what failed or was lost.
    """  # noqa: D200 - it would be too long for a line
    old = access.owned(Review, owner, review_id)
    number = None if old.resume is None else old.resume.number
    wanted = Wanted(
        day=old.day,
        number=number,
        job_id=old.job_id,
        advice=old.advice,
        model=old.model,
        request_key=request_key,
        token=token,
    )
    return begin(owner, old.document_id, wanted)


def stop(owner: str, review_id: int) -> None:
    """End a review; what is done stays. Raise `NotFound`, or `UsageError` where it has ended."""
    control.stop(access.owned(Review, owner, review_id).run_id)


def resume(owner: str, review_id: int) -> None:
    """Go on with a review that was stopped or paused, where it was."""
    control.resume(access.owned(Review, owner, review_id).run_id)
    enqueue.pump()


def listed(
    owner: str, document_id: int | None = None, *, before: int | None = None, most: int | None = None
) -> Sequence[Review]:
    """Return a person's reviews, newest first; of one document, or of all; of those before one of them, at most so many."""
    known = Review.objects.select_related("run", "document", "resume").prefetch_related("sectionasked_set")
    # what is large is not listed
    found = known.filter(owner=owner).defer("report", "match", "document__content", "document__reading", "resume__body")
    if document_id is not None:
        found = found.filter(document_id=document_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:most])


def newest_of(owner: str) -> Mapping[int, Review]:
    """Return the newest review of each of a person's documents."""
    newest = Review.objects.filter(owner=owner).order_by().values("document_id").annotate(newest=Max("pk"))
    found = Review.objects.select_related("run").defer("report", "match")
    return {one.document_id: one for one in found.filter(pk__in=newest.values("newest"))}


def documents(owner: str) -> Sequence[Document]:
    """Return a person's CVs, newest first, without their bytes."""
    return list(Document.objects.filter(owner=owner).defer("content", "reading").order_by("-pk"))


def outgoing(owner: str, document_id: int, model: str) -> Sequence[str]:
    """Return exactly what would be sent about the newest version, request by request; sends nothing."""
    endpoint = endpoints.named(model)
    version = sections.version_of(versions.newest(access.owned(Document, owner, document_id)))
    client = endpoints.client(endpoint)
    try:
        return [client.outgoing(prompt) for prompt in prompts_of(version)]
    finally:
        client.close()
