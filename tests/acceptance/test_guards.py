"""Every guard is needed: taken out of a copy of the code, the test that is named for it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.guard import Guard
from tests.acceptance.guards_accounts import ACCOUNT_GUARDS
from tests.acceptance.guards_control import CONTROL_GUARDS
from tests.acceptance.guards_cv import CV_GUARDS
from tests.acceptance.guards_deletion import DELETION_GUARDS
from tests.acceptance.guards_sign_on import SIGN_ON_GUARDS
from tests.acceptance.guards_unasked import UNASKED_GUARDS
from tests.acceptance.guards_upgrade import UPGRADE_GUARDS
from tests.acceptance.guards_verify import VERIFY_GUARDS

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]


GUARDS = (
    Guard(
        "a late word of a worker that lost its lease is refused",
        "orchestration/ledger/claims.py",
        "filter(pk=held.batch_id, fence=held.fence, state=BatchState.LEASED).update(\n        state=BatchState.DONE",
        "filter(pk=held.batch_id).update(\n        state=BatchState.DONE",
        "integration/orchestration/test_leases.py::test_a_worker_that_lost_its_lease_writes_nothing",
    ),
    Guard(
        "a batch is taken by one worker",
        "orchestration/ledger/claims.py",
        "pk=batch.pk, state=BatchState.QUEUED, fence=batch.fence",
        "pk=batch.pk",
        "integration/orchestration/test_leases.py::test_of_two_that_found_a_batch_free_one_takes_it",
    ),
    Guard(
        "nothing is sent once the lease may have run out",
        "orchestration/ledger/claims.py",
        "        if self.remaining <= 0:",
        "        if self.remaining <= -999:",
        "integration/orchestration/test_leases.py::test_a_lease_that_is_not_renewed_says_so_before_it_ends",
    ),
    Guard(
        "messages of an earlier life of the broker are sent again",
        "orchestration/enqueue.py",
        "lost = Q(window=Window.SENT) & ~Q(broker_generation=generation)",
        "lost = Q(pk__lt=0)",
        "integration/orchestration/test_window.py::test_a_flushed_broker_gets_its_window_again",
    ),
    Guard(
        "one lost message is found out among others",
        "orchestration/enqueue.py",
        "pk__in=missing - broker.batches_at_hand(queues)",
        "pk__in=set()",
        "integration/orchestration/test_window.py::test_one_lost_message_among_others_is_sent_again_alone",
    ),
    Guard(
        "what was done waits for the ledger",
        "orchestration/ledger/patience.py",
        "if time.monotonic() > ends:",
        "if True:",
        "integration/orchestration/test_troubles.py::test_what_was_done_is_told_once_the_ledger_is_back",
    ),
    Guard(
        "the window bounds the messages",
        "orchestration/enqueue.py",
        "free = slots * config.current().window_per_slot - sum(held.values())",
        "free = 10_000",
        "integration/orchestration/test_window.py::test_ten_sweeps_over_many_waiting_batches_send_no_message_twice",
    ),
    Guard(
        "a snapshot made under other options is not believed",
        "ingest/app/snapshots.py",
        "if row.digest != self._digest:",
        "if False:",
        "integration/ingest/test_snapshots.py::test_other_options_do_not_believe_it",
    ),
    Guard(
        "a file that changes while it is read is not taken for good",
        "ingest/engine/reading.py",
        "if now[2:6] != before[2:6]:",
        "if False:",
        "unit/engine/test_apply.py::test_a_file_that_changes_while_it_is_read_is_never_taken_for_good",
    ),
    Guard(
        "no name leads out of the destination",
        "ingest/engine/naming.py",
        'if element in {"", ".", ".."} or "/" in element',
        'if "/" in element',
        "unit/engine/test_naming.py::test_what_could_lead_elsewhere_is_refused",
    ),
    Guard(
        "a name that reads as if it were mapped is not taken for the one that was",
        "ingest/engine/character_map.py",
        "if self.pairs and self._reads_as_stored(name) else name",
        "if False else name",
        "unit/engine/test_character_map.py::test_a_name_that_reads_as_if_it_were_stored_is_told_apart",
    ),
    Guard(
        "an encoded name is one element",
        "ingest/engine/naming.py",
        'if "/" in plain else plain',
        'if "" else plain',
        "unit/engine/test_naming.py::test_b33_a_name_with_a_slash_in_its_base64_stays_one_element",
    ),
    Guard(
        "refused twins are not brought",
        "ingest/engine/twins.py",
        "if other is not None and self._rule.twins is Twins.REFUSE:",
        "if False:",
        "unit/engine/test_twins.py::test_twins_are_refused_where_that_is_asked_for",
    ),
    Guard(
        "what a lost worker may have written is compared",
        "ingest/app/kinds.py",
        'if ended != "checking" and (checks := _rechecks(run_id)):',
        'if ended == "never" and (checks := _rechecks(run_id)):',
        "integration/ingest/test_recheck.py::test_a_run_whose_worker_was_lost_goes_through_the_check",
    ),
    Guard(
        "PUT leaves another object alone",
        "ingest/engine/compare.py",
        'return (step, "") if step else (Step.SKIP, "OBJECT_EXISTS")',
        'return (step or Step.REPLACE, "")',
        "unit/engine/test_compare.py",
    ),
    Guard(
        "what the filters leave out has not vanished",
        "ingest/engine/folder.py",
        "        if not self._selection.takes_name(known.name, folder=False):",
        "        if False:",
        "unit/engine/test_ignoring.py::test_what_is_left_out_by_now_has_not_vanished_nor_does_it_when_it_is_taken_again",
    ),
    Guard(
        "what is too large by now is seen, not missing",
        "ingest/engine/sieve.py",
        "            yield entry if why is None else entry._replace(kind=Kind.ASIDE)",
        "            if why is None:\n                yield entry",
        "unit/engine/test_selecting.py::test_a_file_that_grew_too_large_is_seen_and_left_out_not_missing",
    ),
    Guard(
        "a link that leads out of the source is not followed",
        "ingest/engine/sources/links.py",
        "if self.meaning is Meaning.TARGET and not self._is_inside(real):",
        "if False:",
        "contract/sources/test_links.py::test_links_that_are_followed",
    ),
    Guard(
        "a file leaves the source only if the catalogue vouches for its object",
        "ingest/engine/clearing.py",
        "    if listed is None or not _vouches(listed, known):",
        "    if listed is None:",
        "unit/engine/test_clearing.py::test_what_the_catalogue_does_not_vouch_for_stays",
    ),
    Guard(
        "a file that came into the place of another at the last moment is put back",
        "ingest/engine/sources/clearing.py",
        "                _look(folder, taken, path, expected, exactly=False)",
        "                pass",
        "contract/sources/test_clearing.py::test_a_file_that_is_replaced_at_the_last_moment_is_put_back",
    ),
    Guard(
        "nothing is cleared through a link",
        "ingest/engine/sources/walking.py",
        "os.O_DIRECTORY | os.O_NOFOLLOW",
        "os.O_DIRECTORY",
        "contract/sources/test_clearing.py::test_nothing_is_cleared_through_a_link",
    ),
    Guard(
        "what was cleared away is forgotten, so that it never counts as vanished",
        "ingest/app/clearing.py",
        "        if answer.code in WENT:\n            changes",
        "        if False:\n            changes",
        "integration/ingest/test_landing.py::test_what_was_cleared_away_is_known_to_nobody",
    ),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the code and its tests."""
    place = tmp_path_factory.mktemp("guards")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


@pytest.mark.parametrize(
    "guard",
    [
        *GUARDS,
        *ACCOUNT_GUARDS,
        *CONTROL_GUARDS,
        *UNASKED_GUARDS,
        *UPGRADE_GUARDS,
        *CV_GUARDS,
        *DELETION_GUARDS,
        *SIGN_ON_GUARDS,
        *VERIFY_GUARDS,
    ],
    ids=lambda guard: guard.name,
)
def test_without_the_guard_its_test_fails(guard: Guard, copy: Path) -> None:
    """And with it, it passes in the ordinary run."""
    file = copy / "src" / "lading" / guard.file
    whole = file.read_text()
    assert 1 == whole.count(guard.words), f"{guard.file} does not have these words once: {guard.words}"
    file.write_text(whole.replace(guard.words, guard.instead))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{guard.test}"],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy / "src"), "CI": ""},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    finally:
        file.write_text(whole)

    assert 1 == done.returncode, done.stdout[-3000:]
    assert "AssertionError" in done.stdout or "DID NOT RAISE" in done.stdout, done.stdout[-3000:]
