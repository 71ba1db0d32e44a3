"""What a button does: checked by role, written to the trail, told in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from lading.accounts import audit
from lading.accounts.access import Request
from lading.base.errors import LadingError


class SeeOther(HttpResponseRedirect):
    """What was sent was taken; the page to look at now is another one."""

    status_code = 303


@contextmanager
def told(request: Request, action: str, subject: str) -> Iterator[None]:
    """Do something for a page: it is in the trail, and what refuses it is shown on the next page."""
    try:
        with audit.recorded(request.caller, action, subject):
            yield
    except LadingError as error:
        messages.error(request, str(error))


def acted(request: Request, address: str, action: Callable[[], str], *, name: str, subject: str) -> HttpResponse:
    """Do something and go to a page that tells what came of it."""
    with told(request, name, subject):
        messages.success(request, action())
    return SeeOther(address)
