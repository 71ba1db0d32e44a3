"""
The API of CV reviews: `api.add_router("/cv", router)` mounts it.

Whoever mounts it says who is signed in (`request.user`, or what a token stands for in `request.auth`), and lets errors be told
as everywhere (`accounts.problems.register`); everything here is that person's own. Files come in by multipart, and go out as
attachments.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from lading.cv.app import access, artefacts, consents, deletion, endpoints, reviews, shapes
from lading.cv.app.asking import asker_of, attachment, content_of, owner_of
from lading.cv.app.hooks_router import router as hooks_router
from lading.cv.app.models import Document, JobAdvertisement
from lading.cv.app.review_router import router as review_router

router = Router(tags=["cv"])
router.add_router("", review_router)
router.add_router("", hooks_router)


# --- CVs --------------------------------------------------------------------------------------------------------------


@router.post("/documents", response={202: shapes.DocumentShape}, summary="Upload a CV")
def upload(request: HttpRequest, response: HttpResponse, file: File[UploadedFile]) -> Status[shapes.DocumentShape]:
    """Store a CV; the same bytes once more are the same document."""
    asker = asker_of(request)
    document = reviews.upload(asker.owner, file.name or "", content_of(file), asker.token)
    response["Location"] = f"{request.path.rstrip('/')}/{document.pk}"
    return Status(202, shapes.DocumentShape.of(document))


@router.get("/documents", response=list[shapes.DocumentShape])
def documents(request: HttpRequest) -> list[shapes.DocumentShape]:
    """Return your CVs, newest first."""
    return [shapes.DocumentShape.of(row) for row in reviews.documents(owner_of(request))]


@router.get("/documents/{document_id}", response=shapes.DocumentShape)
def document(request: HttpRequest, document_id: int) -> shapes.DocumentShape:
    """Return one CV."""
    return shapes.DocumentShape.of(access.owned(Document, owner_of(request), document_id))


@router.delete("/documents/{document_id}", response={204: None})
def delete_document(request: HttpRequest, document_id: int) -> Status[None]:
    """Delete a CV and everything made of it."""
    deletion.delete_document(owner_of(request), document_id)
    return Status(204, None)


@router.get("/documents/{document_id}/original", summary="Download the file as it was uploaded")
def original(request: HttpRequest, document_id: int) -> HttpResponse:
    """Return the file as it was uploaded, as an attachment."""
    return attachment(artefacts.original(owner_of(request), document_id))


@router.delete("/everything", response={204: None})
def delete_everything(request: HttpRequest) -> Status[None]:
    """Delete all your CVs, advertisements and consents."""
    deletion.delete_all(owner_of(request))
    return Status(204, None)


# --- advertisements ---------------------------------------------------------------------------------------------------


@router.post("/jobs", response={201: shapes.JobShape})
def advertise(request: HttpRequest, job: shapes.NewJob) -> Status[shapes.JobShape]:
    """Store a job advertisement."""
    return Status(201, shapes.JobShape.of(reviews.advertise(owner_of(request), job.text, job.title)))


@router.get("/jobs", response=list[shapes.JobShape])
def jobs(request: HttpRequest) -> list[shapes.JobShape]:
    """Return your advertisements, newest first."""
    mine = JobAdvertisement.objects.filter(owner=owner_of(request)).order_by("-pk")
    return [shapes.JobShape.of(row) for row in mine]


@router.delete("/jobs/{job_id}", response={204: None})
def delete_job(request: HttpRequest, job_id: int) -> Status[None]:
    """Delete an advertisement."""
    deletion.delete_job(owner_of(request), job_id)
    return Status(204, None)


# --- what leaves the machine ------------------------------------------------------------------------------------------


@router.get("/documents/{document_id}/outgoing", response=shapes.Outgoing, summary="Exactly what would be sent")
def outgoing(request: HttpRequest, document_id: int, model: Query[str]) -> shapes.Outgoing:
    """Return word for word what would be sent to a model about the newest version. Sends nothing."""
    requests = reviews.outgoing(owner_of(request), document_id, model)
    return shapes.Outgoing(url=endpoints.named(model).url, requests=list(requests))


@router.get("/model", response=shapes.ConsentShape | None, summary="Which model is there, and whether you agreed")
def model(request: HttpRequest) -> shapes.ConsentShape | None:
    """Return the model that the installation has, or null."""
    owner, endpoint = owner_of(request), endpoints.configured()
    if endpoint is None:
        return None
    return shapes.ConsentShape(
        model=endpoint.model,
        url=endpoint.url,
        on_this_machine=endpoint.is_on_this_machine,
        given=consents.is_given(owner, endpoint),
    )


@router.post("/consent", response={204: None})
def consent(request: HttpRequest, named: shapes.Named) -> Status[None]:
    """Agree that your text goes to the model of this name."""
    consents.give(owner_of(request), endpoints.named(named.model))
    return Status(204, None)


@router.delete("/consent", response={204: None})
def take_back_consent(request: HttpRequest) -> Status[None]:
    """Take every consent back."""
    consents.take_back(owner_of(request))
    return Status(204, None)
