"""What people do to a run. Each writes rows and enqueues; workers do the rest, when they can."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from lading.accounts.access import Request, require
from lading.accounts.roles import Role
from lading.ingest.app import approval, jobs, retrying
from lading.ingest.app.remote import run_to_go_on, submitter
from lading.ingest.app.retrying import Failures
from lading.orchestration import enqueue
from lading.orchestration.ledger import control
from lading.orchestration.models import Run
from lading.web.console.doing import SeeOther, acted, told
from lading.web.console.views.finding import run_of


@require_POST
@require(Role.OPERATOR)
def pause(request: Request, run_id: int) -> HttpResponse:
    """Let nothing new begin."""
    return _act(request, run_id, "run.pause", lambda: control.pause(run_id), f"Run {run_id} is paused")


@require_POST
@require(Role.OPERATOR)
def resume(request: Request, run_id: int) -> HttpResponse:
    """Go on."""

    def do() -> None:
        run_to_go_on(request.caller, run_id)
        control.resume(run_id)
        enqueue.pump()

    return _act(request, run_id, "run.resume", do, f"Run {run_id} goes on")


@require_POST
@require(Role.OPERATOR)
def stop(request: Request, run_id: int) -> HttpResponse:
    """End it."""
    done = f"Run {run_id} is being stopped; what is done stays done"
    return _act(request, run_id, "run.stop", lambda: control.stop(run_id), done)


@require_POST
@require(Role.OPERATOR)
def retry(request: Request, run_id: int) -> HttpResponse:
    """Try its failures again, or those of the filter that the page shows."""
    only = Failures(code=request.POST.get("code", ""), text=request.POST.get("q", ""))
    return _follow(
        request,
        run_id,
        "run.retry",
        lambda run: retrying.retry_failed(run, by=submitter(request.caller), only=only),
    )


@require_POST
@require(Role.OPERATOR)
def restore(request: Request, run_id: int) -> HttpResponse:
    """Bring back what it deleted."""
    return _follow(request, run_id, "run.restore", lambda run: jobs.restore(run, by=submitter(request.caller)))


@require_POST
@require(Role.OPERATOR)
def approve(request: Request, run_id: int) -> HttpResponse:
    """Let its held deletions be carried out."""

    def do() -> None:
        run_to_go_on(request.caller, run_id)
        approval.approve(run_id)

    done = f"The deletions of run {run_id} are approved; each path is looked at once more before it goes"
    return _act(request, run_id, "run.approve", do, done)


@require_POST
@require(Role.OPERATOR)
def reject(request: Request, run_id: int) -> HttpResponse:
    """Drop them."""
    done = f"The deletions of run {run_id} are dropped; the next run of the job plans anew"
    return _act(request, run_id, "run.reject", lambda: approval.reject(run_id), done)


def _act(request: Request, run_id: int, name: str, do: Callable[[], None], done: str) -> HttpResponse:
    def action() -> str:
        do()
        return done

    run_of(run_id)
    address = reverse("console:run", args=[run_id])
    return acted(request, address, action, name=name, subject=f"run {run_id}")


def _follow(request: Request, run_id: int, name: str, begin: Callable[[int], Run]) -> HttpResponse:
    """Begin another run and show that one."""
    run_of(run_id)
    begun: list[Run] = []
    with told(request, name, f"run {run_id}"):
        run_to_go_on(request.caller, run_id)
        begun.append(begin(run_id))
    return SeeOther(reverse("console:run", args=[begun[0].pk if begun else run_id]))
