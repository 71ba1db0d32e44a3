"""The guards of circuits, limits and run control: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_HERE = "integration/orchestration/"

CONTROL_GUARDS = (
    Guard(
        "no batch is taken while its service does not answer",
        "orchestration/ledger/claims.py",
        "(not batch.is_stopped or circuits.take_probe(batch, batch.at))",
        "True",
        _HERE + "test_circuits.py::test_after_three_batches_nobody_asks_any_more",
    ),
    Guard(
        "one probe at a time",
        "orchestration/ledger/circuits.py",
        "    if row is None or _is_under_way(row):",
        "    if row is None:",
        _HERE + "test_circuits.py::test_one_probe_at_a_time_however_long_it_takes",
    ),
    Guard(
        "only a batch that asked proves that the service answers",
        "orchestration/work.py",
        '        if ending.counts.get("requests"):',
        "        if True:",
        _HERE + "test_circuits.py::test_a_batch_that_did_not_ask_says_nothing",
    ),
    Guard(
        "a run that waits behind another one is nobody's to take",
        "orchestration/ledger/gates.py",
        "run.not_before <= at and run.behind_id is None",
        "run.not_before <= at",
        "integration/ingest/test_beside.py::test_a_second_run_waits_for_the_end_of_the_first",
    ),
    Guard(
        "a run outside its window is nobody's to take",
        "orchestration/ledger/gates.py",
        "state__in=ACTIVE, not_before__lte=at, behind_id=None)",
        "state__in=ACTIVE, behind_id=None)",
        _HERE + "test_gates.py::test_outside_its_window_a_run_waits_and_says_until_when",
    ),
    Guard(
        "a run that waits takes no deletions from the one that goes first",
        "ingest/app/approval.py",
        "pk__gt=run_id, behind_id=None).exists()",
        "pk__gt=run_id).exists()",
        "integration/ingest/test_beside.py::test_a_run_deletes_what_it_may_although_another_one_waits_behind_it",
    ),
    Guard(
        "whoever waits for a limit that was lifted waits no longer",
        "orchestration/limits/pace.py",
        "            if version != self._version:",
        "            if False:",
        _HERE + "test_pace.py::test_whoever_waits_notices_that_the_limit_was_lifted",
    ),
)
