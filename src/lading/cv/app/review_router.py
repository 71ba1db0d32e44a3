"""The part of the API that is about reviews, suggestions, versions, and taking them away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from lading.cv.app import access, artefacts, deciding, packing, reviews, shapes, versions
from lading.cv.app.asking import asker_of, attachment, base_of, key_of, owner_of
from lading.cv.app.models import Artefact, Finding, Review

router = Router(tags=["cv"])

#: of one answer
Limit = Annotated[int, Query(ge=1, le=500)]


# --- reviews ----------------------------------------------------------------------------------------------------------


@router.post("/documents/{document_id}/reviews", response={202: shapes.ReviewShape}, summary="Begin a review")
def begin(
    request: HttpRequest, response: HttpResponse, document_id: int, wanted: shapes.NewReview
) -> Status[shapes.ReviewShape]:
    """Begin a review; workers carry it out. With an `Idempotency-Key`, asking twice begins one."""
    review = reviews.begin(
        owner_of(request),
        document_id,
        reviews.Wanted(
            day=wanted.day or datetime.now(UTC).date(),
            number=wanted.version,
            job_id=wanted.job,
            advice=wanted.advice.value,
            model=wanted.model,
            request_key=key_of(request),
            token=asker_of(request).token,
        ),
    )
    response["Location"] = f"{base_of(request, '/documents/')}/reviews/{review.pk}"
    return Status(202, shapes.ReviewShape.of(review))


@router.get("/reviews", response=list[shapes.ReviewShape])
def listed(
    request: HttpRequest, document: Query[int | None] = None, before: Query[int | None] = None, limit: Limit = 50
) -> list[shapes.ReviewShape]:
    """Return your reviews, newest first; of one CV, or of all. `before` one of them: those that come after it here."""
    found = reviews.listed(owner_of(request), document, before=before, most=limit)
    return [shapes.ReviewShape.of(row) for row in found]


@router.get("/reviews/{review_id}", response=shapes.ReviewShape)
def review(request: HttpRequest, review_id: int) -> shapes.ReviewShape:
    """Return one review, and how far it is."""
    return shapes.ReviewShape.of(access.owned(Review, owner_of(request), review_id))


@router.post("/reviews/{review_id}/stop", response={202: shapes.ReviewShape})
def stop(request: HttpRequest, review_id: int) -> Status[shapes.ReviewShape]:
    """End a review; what is done stays."""
    owner = owner_of(request)
    reviews.stop(owner, review_id)
    return Status(202, shapes.ReviewShape.of(access.owned(Review, owner, review_id)))


@router.post("/reviews/{review_id}/resume", response={202: shapes.ReviewShape})
def resume(request: HttpRequest, review_id: int) -> Status[shapes.ReviewShape]:
    """Go on with a review where it was."""
    owner = owner_of(request)
    reviews.resume(owner, review_id)
    return Status(202, shapes.ReviewShape.of(access.owned(Review, owner, review_id)))


@router.post("/reviews/{review_id}/retry", response={202: shapes.ReviewShape})
def retry(request: HttpRequest, response: HttpResponse, review_id: int) -> Status[shapes.ReviewShape]:
    """Begin a review like this one: what the model answered then is not asked again, what failed or was lost is."""
    asker = asker_of(request)
    made = reviews.again(asker.owner, review_id, request_key=key_of(request), token=asker.token)
    response["Location"] = f"{base_of(request, '/reviews/')}/reviews/{made.pk}"
    return Status(202, shapes.ReviewShape.of(made))


@router.get("/reviews/{review_id}/findings", response=list[shapes.FindingShape])
def findings(request: HttpRequest, review_id: int) -> list[shapes.FindingShape]:
    """Return what the rules found, with its places."""
    mine = access.owned(Review, owner_of(request), review_id)
    return [shapes.FindingShape.of(row) for row in Finding.objects.filter(review=mine).order_by("pk")]


@router.get("/reviews/{review_id}/report", summary="Every rule with its outcome; the answer to the advertisement")
def report(request: HttpRequest, review_id: int) -> dict[str, object]:
    """Return the report as `lading cv lint --json` prints it, and what the advertisement's comparison came to."""
    mine = access.owned(Review, owner_of(request), review_id)
    return {"schema": 1, "lint": packing.unpack_json(mine.report), "match": packing.unpack_json(mine.match)}


# --- suggestions and versions -----------------------------------------------------------------------------------------


@router.get("/reviews/{review_id}/suggestions", response=list[shapes.SuggestionShape])
def suggestions(request: HttpRequest, review_id: int) -> list[shapes.SuggestionShape]:
    """Return what is suggested, with what was decided."""
    return [shapes.SuggestionShape.of(row) for row in deciding.suggestions(owner_of(request), review_id)]


@router.post("/reviews/{review_id}/decisions", response=shapes.VersionShape, summary="Decide about suggestions")
def decide(request: HttpRequest, review_id: int, made: shapes.Decisions) -> shapes.VersionShape:
    """Return the newest version after these decisions. 409 where the newest version is not the one that you name."""
    decided = [deciding.Decided(suggestion=one.suggestion, choice=one.choice, text=one.text) for one in made.decisions]
    return shapes.VersionShape.of(deciding.decide(owner_of(request), review_id, made.version, decided))


@router.post("/reviews/{review_id}/decisions/safe", response=shapes.VersionShape, summary="Accept all safe ones")
def accept_safe(request: HttpRequest, review_id: int, seen: shapes.Seen) -> shapes.VersionShape:
    """Accept what rules suggest and what changes the form only; never a model's text."""
    return shapes.VersionShape.of(deciding.accept_safe(owner_of(request), review_id, seen.version))


@router.get("/documents/{document_id}/versions", response=list[shapes.VersionShape])
def all_versions(request: HttpRequest, document_id: int) -> list[shapes.VersionShape]:
    """Return the versions of a CV, oldest first."""
    return [shapes.VersionShape.of(row) for row in versions.listed(owner_of(request), document_id)]


@router.get("/documents/{document_id}/versions/{number}/changes", response=list[shapes.ChangeShape])
def changes(request: HttpRequest, document_id: int, number: int, since: Query[int] = 1) -> list[shapes.ChangeShape]:
    """Return what is different in a version, since an earlier one."""
    found = versions.changes(owner_of(request), document_id, since, number)
    return [
        shapes.ChangeShape(change=one.change.value, pointer=one.pointer, before=one.before, after=one.after)
        for one in found
    ]


# --- taking away ------------------------------------------------------------------------------------------------------


@router.post("/documents/{document_id}/versions/{number}/renderings", response={202: shapes.RenderingShape})
def render(
    request: HttpRequest, response: HttpResponse, document_id: int, number: int, wanted: shapes.NewRendering
) -> Status[shapes.RenderingShape]:
    """Let a version be rendered and read back."""
    made = artefacts.render(owner_of(request), document_id, number, wanted.format, wanted.template)
    response["Location"] = f"{base_of(request, '/documents/')}/renderings/{made.pk}"
    return Status(202, shapes.RenderingShape.of(made))


@router.get("/renderings/{rendering_id}", response=shapes.RenderingShape)
def rendering(request: HttpRequest, rendering_id: int) -> shapes.RenderingShape:
    """Return a rendering, and what a reader finds in it."""
    return shapes.RenderingShape.of(access.owned(Artefact, owner_of(request), rendering_id))


@router.get("/renderings/{rendering_id}/file", summary="Download a rendered version")
def rendered(request: HttpRequest, rendering_id: int) -> HttpResponse:
    """Return a rendered version, as an attachment."""
    return attachment(artefacts.file_of(owner_of(request), rendering_id))
