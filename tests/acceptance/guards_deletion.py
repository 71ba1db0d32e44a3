"""The guards of deletion: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_LIMITS = "integration/ingest/test_deletion_limits.py::"
_DELETION = "integration/ingest/test_deletion.py::"
_PURE = "unit/engine/test_deletion.py::"
_REMOVING = "unit/engine/test_removing.py::"

DELETION_GUARDS = (
    Guard(
        "another root under the same path holds deletions",
        "ingest/app/markers.py",
        "return Sight.SAME if mine == (marker.filesystem, str(marker.inode)) else Sight.CHANGED",
        "return Sight.SAME",
        _LIMITS + "test_another_root_under_the_same_path_is_held_until_it_is_approved",
    ),
    Guard(
        "a source without its sentinel deletes nothing",
        "ingest/app/gathering.py",
        "    if sentinel is None:",
        "    if True:",
        _LIMITS + "test_without_its_sentinel_nothing_goes",
    ),
    Guard(
        "an empty or shrunken root is never deleted unasked",
        "ingest/engine/deletion.py",
        "    if gone and gone >= SHRUNKEN * known:",
        "    if False:",
        _PURE + "test_an_empty_or_shrunken_root_is_never_deleted_unasked",
    ),
    Guard(
        "the number of deletions is limited",
        "ingest/engine/deletion.py",
        "    if limit.objects is not None and count.doomed > limit.objects:",
        "    if False:",
        _PURE + "test_the_limits_of_a_run",
    ),
    Guard(
        "the share of deletions is limited",
        "ingest/engine/deletion.py",
        "    return limit.share is not None and count.doomed > share_above and count.doomed > limit.share * count.managed",
        "    return False",
        _PURE + "test_the_limits_of_a_run",
    ),
    Guard(
        "the deletions of a folder are limited",
        "ingest/engine/deletion.py",
        "        if _exceeds(count, limit, limits.share_above):",
        "        if False:",
        _PURE + "test_a_folder_can_have_a_limit_of_its_own",
    ),
    Guard(
        "a list beyond the limits is held",
        "ingest/app/deciding.py",
        "    return State.HELD if found else State.ALLOWED",
        "    return State.ALLOWED",
        _LIMITS + "test_beyond_the_limits_deletions_are_held_and_files_arrive",
    ),
    Guard(
        "a scan that could not see all deletes nothing",
        "ingest/app/deciding.py",
        "    if incomplete:",
        "    if False:",
        _DELETION + "test_a_folder_that_could_not_be_read_forbids_deletions",
    ),
    Guard(
        "a scan of which a part was given up deletes nothing",
        "ingest/app/deciding.py",
        "    if parked is not None:",
        "    if False:",
        _DELETION + "test_a_scan_that_was_given_up_forbids_deletions",
    ),
    Guard(
        "who looks at a part of the source plans no deletion",
        "ingest/app/jobs.py",
        '    part = whole.model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE})',
        "    part = whole",
        _DELETION + "test_a_retry_of_failed_files_plans_no_deletion",
    ),
    Guard(
        "a source that is empty at the last moment loses nothing",
        "ingest/app/deleting.py",
        '    if next(iter(of.source.names("")), None) is None:',
        "    if False:",
        _LIMITS + "test_a_source_that_empties_after_the_decision_stops_the_deletion",
    ),
    Guard(
        "what came back stays",
        "ingest/engine/deletion.py",
        "    if at_source is not AtSource.ABSENT:",
        "    if False:",
        _PURE + "test_only_what_is_surely_gone_and_surely_ours_is_removed",
    ),
    Guard(
        "the source is asked once more right before",
        "ingest/engine/removing.py",
        "        if at_source is AtSource.ABSENT:",
        "        if False:",
        _REMOVING + "test_what_came_back_stays",
    ),
    Guard(
        "what was changed in iRODS stays",
        "ingest/engine/removal_candidates.py",
        "    if listed.state is not ReplicaState.GOOD or listed.size != doomed.size:",
        "    if False:",
        _REMOVING + "test_what_is_not_as_it_was_stays",
    ),
    Guard(
        "a tree with anything else in it does not go at once",
        "ingest/engine/trashing.py",
        "            if found is None or (collection not in planned and not self._tree.mirrors):",
        "            if found is None:",
        _REMOVING + "test_a_tree_with_an_empty_collection_of_others_goes_object_by_object",
    ),
    Guard(
        "nothing outside of the destination goes",
        "ingest/engine/removal_candidates.py",
        '    if not path.startswith(f"{destination.rstrip(\'/\')}/") or "/../" in f"{path}/" or "//" in path:',
        "    if False:",
        _REMOVING + "test_nothing_outside_of_the_destination_goes",
    ),
    Guard(
        "what the filters leave out is foreign to no mirror",
        "ingest/engine/mirroring.py",
        "one.name not in taken and selection.takes_name(one.name, folder=False)",
        "one.name not in taken",
        _DELETION + "test_a_mirror_removes_what_others_brought_too",
    ),
    Guard(
        "a forbidden pair of operation and delete mode is refused",
        "ingest/app/definition.py",
        "        if self.delete_mode.value not in allowed:",
        "        if False:",
        _DELETION + "test_a_forbidden_pair_is_refused_before_anything_starts",
    ),
    Guard(
        "an old list cannot be approved",
        "ingest/app/approval.py",
        "    if now() - held.decided_at > EXPIRES_AFTER:",
        "    if False:",
        _LIMITS + "test_a_list_expires",
    ),
    Guard(
        "a list is replaced by the next run",
        "ingest/app/jobs.py",
        "        approval.replace_held(job.pk, run)",
        "        pass",
        _LIMITS + "test_the_next_run_replaces_a_held_list",
    ),
    Guard(
        "grace counts scans in a row",
        "ingest/app/kinds.py",
        "    _note_that_nothing_is_missing(run_id)",
        "    pass",
        _LIMITS + "test_a_grace_begins_anew_when_the_file_was_there_meanwhile",
    ),
)
