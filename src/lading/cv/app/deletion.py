"""Deletion: at a word, everything that was made of a CV; by itself, what is older than it may be."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from lading.base.errors import UsageError
from lading.cv.app import access, kinds
from lading.cv.app.models import Artefact, Consent, Document, JobAdvertisement, Review, Spending, Webhook
from lading.orchestration import progress, results
from lading.orchestration.ledger import control
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import ENDED, Run

log = logging.getLogger(__name__)

#: seconds for which what a call cost is kept: as long as a person's day counts
_ACCOUNTED = 86_400.0


def delete_document(owner: str, document_id: int) -> None:
    """Delete a CV and everything made of it: versions, reviews, answers of a model, rendered files, progress, results."""
    _delete(access.owned(Document, owner, document_id))


def delete_job(owner: str, job_id: int) -> None:
    """Delete an advertisement; reviews keep what they found."""
    with _overwriting():
        access.owned(JobAdvertisement, owner, job_id).delete()


def delete_all(owner: str) -> int:
    """Delete everything of a person, also whom they let be told; return how many CVs."""
    documents = list(Document.objects.filter(owner=owner))
    for document in documents:
        _delete(document)
    with _overwriting():
        JobAdvertisement.objects.filter(owner=owner).delete()
        Consent.objects.filter(owner=owner).delete()
        Webhook.objects.filter(owner=owner).delete()
    return len(documents)


def expire() -> None:
    """Delete what has been kept long enough, and runs whose review is gone."""
    at = now()
    for document in Document.objects.filter(expires_at__lte=at)[:100]:
        log.info("document %d has expired", document.pk)
        _delete(document)
    JobAdvertisement.objects.filter(expires_at__lte=at).delete()
    Consent.objects.filter(expires_at__lte=at).delete()
    Spending.objects.filter(at__lt=at - 2 * _ACCOUNTED).delete()
    _forget_runs()


def _delete(document: Document) -> None:
    runs = [
        *Review.objects.filter(document=document).values_list("run_id", flat=True),
        *Artefact.objects.filter(resume__document=document, run__isnull=False).values_list("run_id", flat=True),
    ]
    for run_id in runs:
        try:
            control.stop(run_id)  # a worker that has a step in hand lets go of it
        except UsageError:
            continue  # it has ended
    with _overwriting(), transaction.atomic():
        document.delete()
    for run_id in runs:
        progress.forget(run_id)
        results.forget(run_id)
    _forget_runs()


def _forget_runs() -> None:
    """Remove runs of reviews that are gone; they hold numbers only, and those at work wait until they have ended."""
    gone = Run.objects.filter(kind__in=kinds.KINDS, state__in=ENDED)
    kept = Review.objects.values("run_id")
    rendered = Artefact.objects.filter(run__isnull=False).values("run_id")
    for run_id in list(gone.exclude(pk__in=kept).exclude(pk__in=rendered).values_list("pk", flat=True)[:100]):
        Run.objects.filter(pk=run_id).delete()
        progress.forget(run_id)
        results.forget(run_id)


class _overwriting:  # noqa: N801 - reads as what it does
    """SQLite leaves deleted text in its file until something is written over it; while this lasts it writes zeros at once."""

    def __init__(self) -> None:
        self._before = 0

    def __enter__(self) -> None:
        self._before = self._is_set()
        self._set(1)

    def __exit__(self, *_: object) -> None:
        self._set(self._before)
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                # nor does it stay in the log of what was written before
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def _is_set() -> int:
        if connection.vendor != "sqlite":
            return 0
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            return int(cursor.fetchone()[0])

    @staticmethod
    def _set(value: int) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA secure_delete={value}")
