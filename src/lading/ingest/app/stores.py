"""
The circuit of the store that a run reads: while it is open, one batch asks the store, and all others wait.

A run has the circuit of its zone (`Run.circuit`), by which the backbone holds its batches back. That of a store is asked for
by the batch itself: it is claimed, and goes back at once, until the next try is due. A store that only wants fewer requests
is away for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from lading.base.errors import LadingError
from lading.ingest.app import buckets
from lading.ingest.app.definition import from_options
from lading.ingest.engine.sources.errors import SourceSlow, SourceUnavailable
from lading.ingest.engine.sources.s3 import pace
from lading.orchestration.ledger import circuits
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.limits.circuit import Evidence


@contextmanager
def asking(held: Claim) -> Iterator[None]:
    """Let a batch ask the store of its run, and note what came of it; raise `SourceUnavailable` while it is left alone."""
    definition = from_options(held.options)
    if not definition.is_bucket:
        yield
        return
    name = buckets.circuit_of(definition)
    was_open = circuits.is_open(name)
    if was_open:
        _refuse_unless_probe(name, held)
    store = pace.of(*buckets.place_of(definition))
    before = store.answers
    try:
        yield
    except SourceSlow:
        raise
    except SourceUnavailable as error:
        if circuits.note(replace(held, circuit=name), Evidence.FAILED, error.message):
            error.retry_after = timedelta(seconds=circuits.rests_for(name))
        raise
    except LadingError:
        if store.answers > before:
            _answers(name, held, was_open=was_open)
        raise
    if store.answers > before:
        _answers(name, held, was_open=was_open)


def _refuse_unless_probe(name: str, held: Claim) -> None:
    with transaction.atomic():
        is_probe = circuits.admits(name, held.batch_id, held.fence)
    if not is_probe:
        resting = SourceUnavailable(circuits.reason_if_open(name) or f"{name} did not answer a moment ago")
        resting.retry_after = timedelta(seconds=circuits.rests_for(name))
        raise resting


def _answers(name: str, held: Claim, *, was_open: bool) -> None:
    circuits.note(replace(held, circuit=name), Evidence.ANSWERED)
    if was_open:
        circuits.let_go_on(held.run_id)
