"""The bill of lading as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from lading.accounts.access import require
from lading.accounts.roles import Role
from lading.base import config
from lading.base.errors import UsageError
from lading.ingest.app import manifests
from lading.web.console.doing import SeeOther
from lading.web.console.views.finding import run_of
from lading.web.flowing import Download, iter_file, streamed

#: lines made at a time
_LINES = 500


@require_safe
@require(Role.VIEWER)
def signed(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Send the signed file as it was written when the run ended: `lading manifest verify` proves it."""
    run_of(run_id)
    path = manifests.path_of(config.current().home, run_id)
    try:
        pieces = iter_file(path)
    except FileNotFoundError:
        raise Http404(f"The manifest of run {run_id} is not on this host: it is written when the run ends") from None
    answer = streamed(request, pieces, Download(name=path.name, kind="application/jsonl"))
    answer.headers["Content-Length"] = str(path.stat().st_size)
    return answer


@require_safe
@require(Role.VIEWER)
def table(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Send what became of every path as a table, as `lading manifest RUN` prints it; also while the run goes on."""
    run_of(run_id)
    try:
        lines = manifests.lines(run_id)
    except UsageError as error:
        messages.error(request, f"{error}")
        return SeeOther(reverse("console:run", args=[run_id]))
    return streamed(request, _rows(lines), Download(name=f"run-{run_id}.csv", kind="text/csv; charset=utf-8"))


def _rows(lines: Iterator[manifests.Line]) -> Iterator[bytes]:
    told = io.StringIO()
    writer = csv.DictWriter(told, manifests.COLUMNS, lineterminator="\n")
    writer.writeheader()
    while chunk := list(islice(lines, _LINES)):
        writer.writerows(line.as_dict() for line in chunk)
        yield _taken(told)
    yield _taken(told)


def _taken(told: io.StringIO) -> bytes:
    text = told.getvalue()
    told.seek(0)
    told.truncate()
    return text.encode("utf-8", "surrogateescape")
