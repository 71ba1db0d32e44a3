"""The guards of schedules, watching, messages and what leaves by its age: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_BURST = "unit/engine/noticing/test_burst.py::"
_EVENTS = "unit/engine/noticing/test_events.py::"

_RETENTION = "integration/ingest/test_retention.py::"

UNASKED_GUARDS = (
    Guard(
        "a run that may go on keeps its rows",
        "orchestration/retention.py",
        "        if run.state in _OVER and run_kind",
        "        if run_kind",
        _RETENTION + "test_what_may_still_be_needed_stays",
    ),
    Guard(
        "outcomes stay until their manifest was written",
        "orchestration/retention.py",
        "run_kind(run.kind).is_told(run.pk) and not",
        "run_kind(run.kind) and not",
        _RETENTION + "test_what_may_still_be_needed_stays",
    ),
    Guard(
        "what is left of a run is not shown as all of it",
        "ingest/app/manifests.py",
        "    if retention.has_aged(Run.objects.get(pk=run_id)):",
        "    if retention.has_aged(Run.objects.get(pk=run_id)) and False:",
        _RETENTION + "test_a_list_that_is_not_whole_is_refused",
    ),
    Guard(
        "nobody restores a part of what a run deleted",
        "orchestration/retention.py",
        "    if outcome.value in run.notes.get(_AGED, ()):",
        "    if False:",
        _RETENTION + "test_nobody_restores_or_retries_the_half_that_is_left",
    ),
    Guard(
        "what is being restored stays in the ledger",
        "ingest/app/kinds.py",
        "    return not any(Batch.objects.filter(run_id=run.pk, kind=RESTORE).exists() for run in of_job)",
        "    return True",
        _RETENTION + "test_what_is_being_restored_stays",
    ),
    Guard(
        "a time that a clock shows twice is one run",
        "orchestration/schedules/timetable.py",
        " and self._takes_every_hour:",
        ":",
        "unit/orchestration/test_timetable.py::test_clocks_that_are_set_make_no_run_twice_and_lose_none",
    ),
    Guard(
        "missed runs are made up for one after the other",
        "orchestration/schedules/deciding.py",
        "        if under_way:",
        "        if False:",
        "unit/orchestration/test_due.py::test_the_table",
    ),
    Guard(
        "what happens while a run begins is looked at by the next one",
        "ingest/engine/noticing/burst.py",
        "            if self._waiting.get(path) is waiting:",
        "            if path in self._waiting:",
        _BURST + "test_what_happens_while_a_run_begins_is_not_forgotten",
    ),
    Guard(
        "events that were lost let everything be looked at",
        "ingest/engine/noticing/inotify.py",
        "            self._inbox.put([EVERYTHING])",
        "            _ = EVERYTHING",
        _EVENTS + "test_a_queue_that_overflows_is_noticed_and_everything_looked_at",
    ),
    Guard(
        "folders whose events were lost are watched",
        "ingest/engine/noticing/inotify.py",
        '                self._drop_tree("")\n                self._add_tree("")',
        "                pass",
        _EVENTS + "test_a_queue_that_overflows_is_noticed_and_everything_looked_at",
    ),
    Guard(
        "a new folder is looked at with all that is in it",
        "ingest/engine/noticing/inotify.py",
        "        self._inbox.put([Change(path=path, look=Look.TREE)])",
        "        _ = path",
        _EVENTS + "test_2000_files_in_20_new_folders_are_all_told",
    ),
    Guard(
        "who has lost the lease of a watch begins no run",
        "ingest/app/watching.py",
        "        if job is None or not mine or ",
        "        if job is None or ",
        "integration/ingest/test_watching.py::test_one_process_watches_a_job_and_a_dead_one_is_followed",
    ),
    Guard(
        "a signature is for one moment",
        "orchestration/notifications/signing.py",
        'f"{timestamp}.".encode() + body',
        "body",
        "unit/orchestration/test_notifications.py::test_a_signature_fits_one_message_at_one_time",
    ),
    Guard(
        "a message that arrived is not sent again by a late task",
        "orchestration/notifications/outbox.py",
        "filter(pk=key, attempts=attempt, done_at__isnull=True)",
        "filter(pk=key)",
        "integration/orchestration/test_outbox.py::test_a_message_that_was_lost_is_sent_again_and_a_late_one_is_not",
    ),
)
