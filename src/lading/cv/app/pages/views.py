"""The views: each asks `lading.cv.app` and shows, or does one thing and leads back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lading.base.errors import LadingError, UsageError
from lading.cv.app import access, artefacts, consents, deciding, deletion, endpoints, reviews, versions
from lading.cv.app.asking import attachment, owner_of
from lading.cv.app.models import Artefact, Choice, Document, Review
from lading.cv.app.pages import showing
from lading.cv.app.problems import status_of
from lading.cv.engine.extract import Limits
from lading.cv.engine.render import Output, Template


def _to(name: str, *numbers: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"cv:{name}", args=numbers))


def _shown(request: HttpRequest, template: str, context: dict[str, object], error: LadingError | None) -> HttpResponse:
    context["problem"] = error
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
    context: dict[str, object] = {"documents": rows, "model": endpoints.configured()}
    return _shown(request, "documents", context, error)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Store a CV and begin a review of it."""
    owner, file = owner_of(request), request.FILES.get("file")
    try:
        if file is None:
            raise UsageError("No file was chosen", hint="Choose a file")
        content = bytes(file.read(Limits().bytes + 1))
        document = reviews.upload(owner, file.name or "", content)
        text = request.POST.get("job", "").strip()
        job = reviews.advertise(owner, text).pk if text else None
        wanted = reviews.Wanted(day=datetime.now(UTC).date(), job_id=job)
        return _to("review", reviews.begin(owner, document.pk, wanted).pk)
    except LadingError as error:
        return _documents(request, error)


@require_POST
def delete(request: HttpRequest, document_id: int) -> HttpResponse:
    """Delete a CV with everything made of it."""
    deletion.delete_document(owner_of(request), document_id)
    return _to("documents")


# --- one review -------------------------------------------------------------------------------------------------------


@require_GET
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show findings beside the page, and suggestions as cards."""
    return _review(request, review_id, None)


def _review(request: HttpRequest, review_id: int, error: LadingError | None) -> HttpResponse:
    shown = showing.review_page(owner_of(request), review_id)
    return _shown(request, "review", {"shown": shown, "model": endpoints.configured()}, error)


@require_GET
def state(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show how far a review is: the part of its page that is fetched again while it runs."""
    mine = access.owned(Review, owner_of(request), review_id)
    response = render(request, "lading/cv/state.html", {"review": mine})
    if mine.run.ended_at is not None:
        response["HX-Refresh"] = "true"
    return response


def _acting(request: HttpRequest, review_id: int, act: Callable[[str], int]) -> HttpResponse:
    """Do something to a review and lead to the one that it names; what is refused is told on the page."""
    try:
        return _to("review", act(owner_of(request)))
    except LadingError as error:
        return _review(request, review_id, error)


@require_POST
def act(request: HttpRequest, review_id: int) -> HttpResponse:
    """Stop, resume or retry a review."""

    def do(owner: str) -> int:
        action = request.POST.get("action", "")
        if action == "retry":
            return reviews.again(owner, review_id).pk
        done = {"stop": reviews.stop, "resume": reviews.resume}.get(action)
        if done is None:
            raise UsageError("A review can be stopped, resumed or retried", hint="Use the buttons")
        done(owner, review_id)
        return review_id

    return _acting(request, review_id, do)


@require_POST
def decide(request: HttpRequest, review_id: int) -> HttpResponse:
    """Accept, edit or reject one suggestion; or accept all that change the form only."""

    def do(owner: str) -> int:
        posted = request.POST
        seen = int(posted.get("version", "0")) if posted.get("version", "0").isdecimal() else 0
        if posted.get("choice") == "safe":
            deciding.accept_safe(owner, review_id, seen)
            return review_id
        if posted.get("choice") not in Choice.values:
            raise UsageError("A suggestion is accepted, edited or rejected", hint="Use the buttons")
        choice, key = Choice(posted["choice"]), posted.get("suggestion", "")
        decided = deciding.Decided(suggestion=key, choice=choice, text=posted.get("text", ""))
        deciding.decide(owner, review_id, seen, [decided])
        return review_id

    return _acting(request, review_id, do)


@require_POST
def ask_model(request: HttpRequest, review_id: int) -> HttpResponse:
    """Let the newest version be reviewed with the model, after its text was shown."""

    def do(owner: str) -> int:
        old, name = access.owned(Review, owner, review_id), request.POST.get("model", "")
        if request.POST.get("consent"):
            consents.give(owner, endpoints.named(name))
        wanted = reviews.Wanted(day=datetime.now(UTC).date(), job_id=old.job_id, advice=old.advice, model=name)
        return reviews.begin(owner, old.document_id, wanted).pk

    return _acting(request, review_id, do)


@require_GET
def outgoing(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show exactly what would be sent to the model, before anything is."""
    owner, endpoint = owner_of(request), endpoints.configured()
    mine = access.owned(Review, owner, review_id)
    if endpoint is None:
        return _to("review", review_id)
    context: dict[str, object] = {
        "review": mine,
        "endpoint": endpoint,
        "requests": reviews.outgoing(owner, mine.document_id, endpoint.model),
        "given": consents.is_given(owner, endpoint),
    }
    return _shown(request, "outgoing", context, None)


# --- versions ---------------------------------------------------------------------------------------------------------


@require_GET
def all_versions(request: HttpRequest, document_id: int) -> HttpResponse:
    """Show the versions of a CV, what is different in the newest, and what was rendered."""
    owner = owner_of(request)
    known = versions.listed(owner, document_id)
    asked = request.GET.get("since", "1")
    since = int(asked) if asked.isdecimal() and 0 < int(asked) <= len(known) else 1
    newest = known[-1].number if known else 0
    context: dict[str, object] = {
        "document": access.owned(Document, owner, document_id),
        "versions": known,
        "since": since,
        "changes": versions.changes(owner, document_id, since, newest) if known else (),
        "renderings": Artefact.objects.filter(owner=owner, resume__document_id=document_id).order_by("-pk")[:20],
        "formats": [one.value for one in Output],
        "templates": [one.value for one in Template],
    }
    return _shown(request, "versions", context, None)


@require_POST
def rendering(request: HttpRequest, document_id: int) -> HttpResponse:
    """Let a version be rendered."""
    posted = request.POST
    number, form, looks = posted.get("version", ""), posted.get("format", "pdf"), posted.get("template", "plain")
    if number.isdecimal() and form in {one.value for one in Output} and looks in {one.value for one in Template}:
        artefacts.render(owner_of(request), document_id, int(number), Output(form), Template(looks))
    return _to("versions", document_id)


@require_GET
def rendered(request: HttpRequest, artefact_id: int) -> HttpResponse:
    """Hand out a rendered version."""
    return attachment(artefacts.file_of(owner_of(request), artefact_id))


@require_GET
def original(request: HttpRequest, document_id: int) -> HttpResponse:
    """Hand out the file as it was uploaded."""
    return attachment(artefacts.original(owner_of(request), document_id))
