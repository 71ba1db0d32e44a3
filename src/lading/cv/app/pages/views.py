"""The views of documents and versions: each asks `lading.cv.app` and shows, or does one thing and leads back."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lading.accounts.problems import status_of
from lading.base import config
from lading.base.errors import LadingError, RequestInvalid
from lading.cv.app import access, artefacts, deletion, endpoints, quick, reviews, versions
from lading.cv.app.asking import asker_of, attachment, content_of, owner_of
from lading.cv.app.models import Document
from lading.cv.app.pages import changing, showing
from lading.cv.engine.lint.review import Advice
from lading.cv.engine.render import Output, Template

#: seconds of the confined reader for a check on a page: a person waits longer than a program, and a busy machine needs longer
_CHECK_S = 10.0


def to(name: str, *numbers: int, at: str = "") -> HttpResponseRedirect:
    """Lead to another page, and to a place on it."""
    return HttpResponseRedirect(reverse(f"cv:{name}", args=numbers) + at)


def shown(
    request: HttpRequest, template: str, context: dict[str, object], error: LadingError | None = None
) -> HttpResponse:
    """Return a page, with what was refused at its head."""
    context |= {"problem": error, "model": endpoints.configured(), "keep_days": config.current().cv.keep_days}
    response = render(request, f"lading/cv/{template}.html", context, status=status_of(error) if error else 200)
    response["Cache-Control"] = "private, no-store"
    return response


# --- CVs --------------------------------------------------------------------------------------------------------------


@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """List a person's CVs; upload another one."""
    return _documents(request, None)


def _documents(request: HttpRequest, error: LadingError | None) -> HttpResponse:
    owner = owner_of(request)
    newest = reviews.newest_of(owner)
    rows = [(one, newest.get(one.pk)) for one in reviews.documents(owner)]
    return shown(request, "documents", {"documents": rows, "job": request.POST.get("job", "")}, error)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store a CV and begin a review of it; or check it only, and keep nothing."""
    try:
        return _checked(request) if request.POST.get("keep") == "nothing" else _stored(request)
    except LadingError as error:
        return _documents(request, error)


def _stored(request: HttpRequest) -> HttpResponse:
    owner, (name, content), job = owner_of(request), _file_of(request), request.POST.get("job", "").strip()
    document = reviews.upload(owner, name, content)
    job_id = reviews.advertise(owner, job).pk if job else None
    wanted = reviews.Wanted(day=datetime.now(UTC).date(), job_id=job_id)
    return to("review", reviews.begin(owner, document.pk, wanted).pk)


def _checked(request: HttpRequest) -> HttpResponse:
    (name, content), job = _file_of(request), request.POST.get("job", "").strip()
    today = datetime.now(UTC).date()
    asked = quick.Asked(today=today, job=job or None, advice=Advice.DEFAULT, seconds=_CHECK_S)
    report = quick.lint(asker_of(request), content, asked)
    return shown(request, "checked", {"name": name, "found": showing.only_found(report.as_json())})


def _file_of(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if file is None:
        raise RequestInvalid("No file was chosen", hint="Choose a file")
    return file.name or "", content_of(file)


@require_POST
def delete(request: HttpRequest, document_id: int) -> HttpResponse:
    """Delete a CV with everything made of it."""
    deletion.delete_document(owner_of(request), document_id)
    return to("documents")


@require_GET
def original(request: HttpRequest, document_id: int) -> HttpResponse:
    """Hand out the file as it was uploaded."""
    return attachment(artefacts.original(owner_of(request), document_id))


@require_GET
def picture(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """Show one page as a person sees it, to its owner alone."""
    content = artefacts.picture(owner_of(request), document_id, number)
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="image/png", headers=headers)


# --- versions ---------------------------------------------------------------------------------------------------------


@require_GET
def all_versions(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show the versions of a CV, what is different between two of them, and what was rendered."""
    owner = owner_of(request)
    known = versions.listed(owner, document_id)
    since, until = _numbered(request, "since", 1, len(known)), _numbered(request, "to", len(known), len(known))
    document = access.owned(Document, owner, document_id)
    context: dict[str, object] = {
        "document": document,
        "review": showing.latest_review(document),
        "versions": known,
        "since": since,
        "until": until,
        "changes": changing.changes(owner, document_id, since, until) if known else (),
        **_files(owner, document_id),
        "formats": changing.FORMATS,
        "templates": changing.LOOKS,
    }
    return shown(request, "versions", context)


def _numbered(request: HttpRequest, name: str, usual: int, last: int) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and 0 < int(asked) <= last else usual


@require_GET
def files(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show what was rendered: the part of the page that is fetched again while something is."""
    owner = owner_of(request)
    document = access.owned(Document, owner, document_id)
    return shown(request, "_files", {"document": document, **_files(owner, document_id)})


def _files(owner: str, document_id: int) -> dict[str, object]:
    made = changing.files(owner, document_id)
    return {"files": made, "pending": any(not one.is_ready and not one.code for one in made)}


@require_POST
def rendering(request: HttpRequest, document_id: int) -> HttpResponse:
    """Let a version be rendered."""
    posted = request.POST
    number, form, looks = posted.get("version", ""), posted.get("format", "pdf"), posted.get("template", "plain")
    if number.isdecimal() and form in {one.value for one in Output} and looks in {one.value for one in Template}:
        artefacts.render(owner_of(request), document_id, int(number), Output(form), Template(looks))
    return to("versions", document_id, at="#files")


@require_GET
def rendered(request: HttpRequest, artefact_id: int) -> HttpResponse:
    """Hand out a rendered version."""
    return attachment(artefacts.file_of(owner_of(request), artefact_id))
