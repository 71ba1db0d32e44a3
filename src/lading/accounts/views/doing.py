"""What a button of these pages does: told on the next page, whatever comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect

from lading.base.errors import LadingError


class SeeOther(HttpResponseRedirect):
    """What was sent was taken; the page to look at now is another one."""

    status_code = 303


@contextmanager
def told(request: HttpRequest, done: str) -> Iterator[None]:
    """Do something for a page; the next one says that it is done, or why not."""
    try:
        yield
    except LadingError as error:
        messages.error(request, f"{error}")
    else:
        messages.success(request, done)
