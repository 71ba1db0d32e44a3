"""Paths as long as a filesystem allows."""

from __future__ import annotations

import random

from lading.base.outcomes import Outcome as Kind
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import claims
from lading.orchestration.models import Outcome
from tests.integration.orchestration.conftest import Start, only_batch


def test_a_path_of_any_length_has_its_outcome(start: Start) -> None:
    """Four kilobytes that nothing can compress: no index has to hold them."""
    path = random.Random(1).randbytes(2000).hex()
    run = start("a")
    held = claims.claim(only_batch(run).pk, "one")
    assert held is not None
    claims.finish(held, Ending(outcomes=[NewOutcome(subject=path, outcome=Kind.FAILED, code="NAME_REFUSED")]))

    assert path == Outcome.objects.get(run=run).subject
